"""Small samples of the public forms, written for these tests, and an encoder that knows a little of two languages."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from index.encoding.encoder import HashingEncoder
from index.measuring.encoding import Vectoriser
from index.model import Vectors

WORDS = {
    "târgul": "fair", "are": "has", "loc": "place", "în": "in", "iunie": "june", "standul": "stand", "costă": "costs",
    "euro": "euro", "camera": "chamber", "dă": "gives", "sfaturi": "advice", "cât": "how much", "când": "when",
    "cine": "who", "la": "at",
}  # fmt: skip


class Bilingual(HashingEncoder):
    """Reads Romanian by a word list, for what these samples say."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        return super().encode([" ".join(WORDS.get(word, word) for word in text.lower().split()) for text in texts])


@pytest.fixture
def vectoriser() -> Vectoriser:
    return Vectoriser(Bilingual())


def write(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


FAIR = "The fair takes place in June. The stand costs 500 euro."
CHAMBER = "Ana leads the chamber. The chamber gives advice."
TARGUL = "Târgul are loc în iunie. Standul costă 500 euro."
CAMERA = "Ana conduce camera. Camera dă sfaturi."


def passage(context: str, *asked: tuple[str, str, str]) -> dict[str, Any]:
    """Return a passage in SQuAD's form, from the id, the question and the answer of each thing asked."""
    return {
        "context": context,
        "qas": [
            {"id": number, "question": text, "answers": [{"text": answer, "answer_start": context.index(answer)}]}
            for number, text, answer in asked
        ],
    }


def squad(path: Path, *passages: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"version": "1.1", "data": [{"title": "t", "paragraphs": passages}]}), "utf-8")
    return path


@pytest.fixture
def xquad(tmp_path: Path) -> Path:
    """A folder of one English and one Romanian file with the same passages in the same order."""
    folder = tmp_path / "xquad"
    squad(
        folder / "xquad.en.json",
        passage(FAIR, ("1", "When does the fair take place?", "June"), ("2", "What does the stand cost?", "500 euro")),
        passage(CHAMBER, ("3", "Who leads the chamber?", "Ana")),
    )
    squad(
        folder / "xquad.ro.json",
        passage(TARGUL, ("1", "Când are loc târgul?", "iunie"), ("2", "Cât costă standul?", "500 euro")),
        passage(CAMERA, ("3", "Cine conduce camera?", "Ana")),
    )
    return folder


@pytest.fixture
def aligned(tmp_path: Path) -> Path:
    """A folder as SIB-200 has it; the third Romanian sentence is not in English."""
    folder = tmp_path / "aligned"
    write(
        folder / "en.tsv",
        "index_id\tsplit\tcategory\ttext",
        '7\ttrain\ttravel\t"""june,"" says the fair"',
        "8\ttrain\tmoney\tstand costs euro",
    )
    write(
        folder / "ro.tsv",
        "index_id\tsplit\tcategory\ttext",
        "8\ttrain\tmoney\tstandul costă euro",
        "7\ttrain\ttravel\tiunie says târgul",
        "9\ttrain\tother\tcamera",
    )
    return folder
