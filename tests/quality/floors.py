"""The figures below which the gates fail, of the encoder that comes with the desk.

`python -m tests.quality.floors [bitext] [golden]` measures it anew and writes `floors.json` beside this file: run it
when another encoder has become the default, and look at what the difference says before it is committed.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import index
import knowledge
from index.encoding.encoder import load
from index.live.service import SearchService
from index.measuring.bitext import accuracies
from index.measuring.encoding import Vectoriser
from index.measuring.evaluation import GoldenQuestion, evaluate, read_questions
from index.model import Encoder
from knowledge.database import Database
from knowledge.importing import import_file
from tests.quality import interface

FLOORS = Path(__file__).with_name("floors.json")
STARTER = Path(knowledge.__file__).parent / "starter"
GOLDEN = Path(index.__file__).parent / "golden"
ASKED_ON = date(2026, 11, 22)
FIGURES = ("hit@1", "hit@5", "hit@10", "mrr", "answered", "declined")

MARGIN = 0.02
SPARED = 2
"""Questions that may go the other way, as on another processor; in a small sample that is more than the margin."""


def floors() -> dict[str, Any]:
    """Return what `floors.json` holds: the encoder's name, and by gate the floor of each figure."""
    found: dict[str, Any] = json.loads(FLOORS.read_text(encoding="utf-8"))
    return found


@contextmanager
def starter_desk(folder: Path, encoder: Encoder) -> Iterator[SearchService]:
    """The starter knowledge base, indexed."""
    database = Database(f"sqlite:///{folder / 'desk.db'}")
    database.upgrade()
    for path in sorted(STARTER.glob("*.yaml")):
        import_file(database, path, source="starter", detect=lambda _: "en")
    service = SearchService(database, encoder)
    service.build()
    yield service
    service.close()
    database.close()


def golden_questions() -> list[GoldenQuestion]:
    """Return every golden question."""
    return [question for path in sorted(GOLDEN.glob("*.jsonl")) for question in read_questions(path)]


def measure_golden(search: SearchService) -> dict[str, float]:
    """Return the figures of the golden questions over all languages."""
    overall = evaluate(search, golden_questions(), today=ASKED_ON)["overall"]
    return {name: overall[name] for name in FIGURES}


def measure_bitext(encoder: Encoder) -> dict[str, float]:
    """Return how often the desk's own messages find their translation, by language and direction (`bg>en`)."""
    languages = accuracies(interface.bitexts(), Vectoriser(encoder))["languages"]
    return {
        name: figures[direction]
        for tag, figures in languages.items()
        for name, direction in ((f"{tag}>en", "to_english"), (f"en>{tag}", "from_english"))
    }


def below(measured: Mapping[str, float], gate: str) -> dict[str, str]:
    """Return what is below its floor, and by how much; every figure must have one."""
    held = floors()[gate]
    assert measured.keys() == held.keys(), f"measure the floors of {gate} anew: python -m tests.quality.floors {gate}"
    return {name: f"{value} < {held[name]}" for name, value in measured.items() if value < held[name]}


def _floor(value: float, questions: int) -> float:
    return round(max(0.0, value - max(MARGIN, SPARED / questions)), 3)


def main(gates: Sequence[str]) -> None:
    """Measure the named gates, or all, and write their floors."""
    encoder = load(None)
    name = encoder.name.partition("@")[0]
    kept = floors() if FLOORS.exists() else {}
    written: dict[str, Any] = {**kept, "encoder": name}
    if kept.get("encoder") != name:
        gates = ()
    if not gates or "bitext" in gates:
        messages = len(interface.bitexts()["ro"].english)
        written["bitext"] = {way: _floor(value, messages) for way, value in measure_bitext(encoder).items()}
    if not gates or "golden" in gates:
        unanswerable = sum(not question.relevant for question in golden_questions())
        with tempfile.TemporaryDirectory() as folder, starter_desk(Path(folder), encoder) as search:
            written["golden"] = {
                figure: _floor(value, unanswerable if figure == "declined" else len(golden_questions()))
                for figure, value in measure_golden(search).items()
            }
    FLOORS.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(FLOORS.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(sys.argv[1:])
