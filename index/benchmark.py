"""Times the index over real entries: `python -m index.benchmark KB`, a folder of data sets that `punte import` reads.

Without a folder, or where it holds too few, made-up entries fill the rest, and the output says how many. Vectors are
drawn from each passage's hash, so that encoding, which the cache saves, is not in the build times; `--encode` times
a real encoder by itself.
"""

import argparse
import json
import resource
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any
from zlib import crc32

import numpy as np
from sqlalchemy import delete, func, select, update

from index import embeddings, encoder
from index.library import Search
from index.model import Filters, Vectors
from knowledge.database import Database
from knowledge.drafts import EntryDraft
from knowledge.errors import PunteError
from knowledge.importing import import_file
from knowledge.models import Entry, EntryState, Kind
from knowledge.saving import prepare, save_entries

_TODAY = date(2026, 1, 1)
_WORDS = (
    "grant loan bakery export customs tourism village digital cluster energy museum chamber partner festival "
    "software farm wine textile harbour craft training start-up investor permit tax audit market river border fund"
).split()


class SeededEncoder:
    """Unit vectors drawn from a text's hash: as large as real ones, at no cost."""

    name = "seeded"
    dimension = 384

    def use_threads(self, threads: int) -> None:
        """Do nothing: the vectors come from a table."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row a text, n x 384."""
        rows = np.array(
            [np.random.default_rng(crc32(text.encode())).standard_normal(self.dimension) for text in texts], np.float32
        ).reshape(len(texts), self.dimension)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write one line of JSON for each size, and one for the encoder if asked."""
    parser = argparse.ArgumentParser(prog="python -m index.benchmark", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("kb", type=Path, nargs="?")
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 1000, 10_000, 35_000])
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--encode", action="store_true", help="time the packaged encoder too")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/benchmark.db")
        database.upgrade()
        real = _import(database, options.kb) if options.kb else 0
        _make_up(database, max(options.sizes) - real)
        for size in sorted(options.sizes):
            _tell({"entries": size, "real": min(real, size), **_measure(database, size, options.questions)})
        database.close()
    if options.encode:
        _tell(_encoding())


def _measure(database: Database, size: int, questions: int) -> dict[str, Any]:
    titles = _publish(database, size)
    model = SeededEncoder()
    embeddings.fill(database, model)
    search = Search(database, model)
    start = perf_counter()
    search.build()
    built = perf_counter() - start
    asked = Random(1).sample(titles, min(questions, len(titles)))
    plain = [_timed(search, title, Filters()) for title in asked]
    filtered = [_timed(search, title, Filters(countries=("RO",))) for title in asked]
    published = _publish_one(database, search)
    search.close()
    return {
        "passages": search.snapshot.passages,
        "build_s": round(built, 2),
        "search_ms": _spread(plain),
        "search_in_country_ms": _spread(filtered),
        "publish_ms": round(published * 1000, 1),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _timed(search: Search, title: str, filters: Filters) -> float:
    vector = search.encode_sync([title])[0]
    start = perf_counter()
    search.search_sync(title, filters, today=_TODAY, vector=vector)
    return perf_counter() - start


def _publish_one(database: Database, search: Search) -> float:
    """Return the seconds from a commit until what it published is searchable, polling and encoding aside."""
    with database.transaction() as session:
        session.execute(delete(Entry).where(Entry.reference == "benchmark-new"))
        draft = EntryDraft(id="benchmark-new", title="A call published just now", language="en", text="For all.")
        save_entries(session, [prepare(draft)], source="benchmark", state=EntryState.PUBLISHED)
    start = perf_counter()
    search.refresh()
    taken = perf_counter() - start
    if "benchmark-new" not in search.references():
        raise RuntimeError("the published entry is not searchable")
    return taken


def _import(database: Database, kb: Path) -> int:
    for path in sorted(kb.glob("*/*")):
        if path.name.endswith((".jsonl", ".jsonl.gz", ".csv")):
            try:
                import_file(database, path, source="benchmark", detect=lambda _: "en", all_or_nothing=False,
                            state=EntryState.DRAFT)  # fmt: skip
            except PunteError as error:
                sys.stderr.write(f"{path.name}: {error}\n")
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Entry)) or 0


def _make_up(database: Database, count: int) -> None:
    entries = [prepare(draft) for draft in _drafts(max(count, 0))]
    with database.transaction() as session:
        save_entries(session, entries, source="benchmark", state=EntryState.DRAFT)


def _drafts(count: int) -> Iterator[EntryDraft]:
    chance = Random(1)
    for number in range(count):
        title = f"{' '.join(chance.choices(_WORDS, k=6))} {number}"
        text = ". ".join(" ".join(chance.choices(_WORDS, k=14)).capitalize() for _ in range(7)) + "."
        yield EntryDraft(
            id=f"made-up-{number}", title=title, language="en", kind=Kind.GUIDE, text=text,
            countries=[chance.choice(["RO", "BG", "EL", "RS"])],
        )  # fmt: skip


def _publish(database: Database, size: int) -> list[str]:
    """Publish `size` entries, spread evenly over all that there are, and return their titles."""
    with database.transaction() as session:
        rows = session.execute(
            select(Entry.id, Entry.title).where(Entry.reference != "benchmark-new").order_by(Entry.id)
        ).all()
        real_first = rows if size == len(rows) else rows[:: max(len(rows) // size, 1)][:size]
        ids = [row.id for row in real_first]
        session.execute(update(Entry).values(state=EntryState.DRAFT))
        for start in range(0, len(ids), 5000):
            chosen = Entry.id.in_(ids[start : start + 5000])
            session.execute(update(Entry).where(chosen).values(state=EntryState.PUBLISHED))
    return [row.title for row in real_first]


def _encoding() -> dict[str, Any]:
    model = encoder.load(None, threads=1)
    titles = [draft.title for draft in _drafts(100)]
    times = []
    for title in titles:
        start = perf_counter()
        model.encode([title])
        times.append(perf_counter() - start)
    texts = [draft.text for draft in _drafts(64)]
    start = perf_counter()
    model.encode(texts)
    return {
        "encoder": model.name,
        "question_ms_one_core": _spread(times),
        "passage_ms_one_core": round((perf_counter() - start) / len(texts) * 1000, 1),
    }


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    return {name: round(float(np.percentile(seconds, q)) * 1000, 2) for name, q in (("median", 50), ("p95", 95))}


def _tell(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
