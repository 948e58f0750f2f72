"""Measures the index at growing sizes: `python -m index.measuring.benchmark KB`, KB a folder of data sets to import.

Real entries come first; beyond them entries are made of halves of real texts, and without a folder of the starter base.
Some real passages are really encoded, and every vector is a mixture of two of those with a little noise, drawn from its
text's hash: a search finds and misses among them what it does among real ones, and encoding is not in the build times.
Each size is measured in a process of its own: seconds to build from SQL, and to start from files where they are kept;
the memory that this adds; milliseconds of a search without encoding; and which part of the ten best passages by meaning
and by words is found of those that looking at everything finds.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from sqlalchemy import func, select, update

from index.encoding import encoder
from index.live import vector_cache
from index.live.service import SearchService
from index.measuring.figures import draw, needs, peak, seconds, spread, table, timed
from index.measuring.filling import publish
from index.measuring.mixing import MixingEncoder
from index.model import Encoder, Filters, Ids, Vectors
from index.ranking.search import Snapshot
from index.segments import source
from index.segments.bm25 import score
from knowledge.database import Database
from knowledge.entries.bulk import prepare, save_entries
from knowledge.entries.draft import EntryDraft
from knowledge.errors import PunteError
from knowledge.importing import import_file
from knowledge.models import Embedding, Entry, EntryState, Passage

_TODAY = date(2026, 1, 1)
_CHUNK = 5000
_BEST = 10
_ENCODED = 35_000
_PUBLISHED = Entry.state == EntryState.PUBLISHED


def main(arguments: Sequence[str] | None = None) -> None:
    """Write a table, or a line of JSON for each size; and one about encoding if asked."""
    parser = argparse.ArgumentParser(
        prog="python -m index.measuring.benchmark", description=(__doc__ or "").partition(":")[0]
    )
    parser.add_argument("kb", type=Path, nargs="?")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 35_000, 100_000], help="entries")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--anchors", type=int, default=2000, help="passages that are really encoded")
    parser.add_argument("--encoder", help="whose vectors are mixed; by default the packaged one's")
    parser.add_argument("--encode", action="store_true", help="time the packaged encoder and a start without it too")
    parser.add_argument("--json", action="store_true", help="write lines of JSON rather than a table")
    parser.add_argument("--picture", type=Path, help="draw the figures into this file, .svg or .png")
    parser.add_argument("--measure", type=int, nargs=2, metavar=("ENTRIES", "REAL"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.measure:
        _tell(_measure(options.folder, *options.measure))
        return
    if options.picture:
        needs()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'benchmark.db'}")
        database.upgrade()
        figures = list(_figures(database, Path(folder), options))
        encoding = _encoding(database) if options.encode else None
        database.close()
    if not options.json:
        sys.stdout.write(table(figures))
    if options.picture:
        draw(figures, options.picture)
    if encoding:
        _tell(encoding)


def _figures(database: Database, folder: Path, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    real = _import(database, options.kb or Path(str(files("knowledge").joinpath("starter"))).parent)
    model = _prepare(database, folder, options.anchors, options.questions, options.encoder)
    for size in sorted(options.sizes):
        publish(database, size, real)
        vector_cache.fill(database, model)
        size_options = ["--measure", str(size), str(min(real, size)), "--folder", str(folder)]
        command = [sys.executable, "-m", "index.measuring.benchmark", *size_options]
        measured = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        if options.json:
            _tell(measured)
        yield measured
    if options.encode:
        publish(database, min(_ENCODED, measured["entries"]), real)


def _measure(folder: Path, entries: int, real: int) -> dict[str, Any]:
    """Return the figures of the base in `folder`; the process must be fresh, for its memory is one of them."""
    import psutil

    process = psutil.Process()
    database = Database(f"sqlite:///{folder / 'benchmark.db'}")
    model = MixingEncoder(np.load(folder / "anchors.npy"))
    questions = list(
        zip(json.loads((folder / "questions.json").read_text()), np.load(folder / "questions.npy"), strict=True)
    )
    with database.reading() as session:
        source.count(session)
    before = process.memory_info().rss
    kept = folder / f"index-{entries}"
    search = SearchService(database, model, folder=kept)
    built, built_cpu = timed(search.build)
    memory, most = process.memory_info().rss - before, peak() - before
    times = [_asked(search, asked, Filters()) for asked in questions]
    within = [_asked(search, asked, Filters(countries=("RO",))) for asked in questions]
    started = None
    if in_files := sum(path.stat().st_size for path in kept.glob("*")):
        search.close()
        search = SearchService(database, model, folder=kept)
        started = round(seconds(search.build), 1)
    recall = _recall(database, search.snapshot, questions)
    published = _publish_one(database, search)
    search.close()
    return {
        "entries": entries,
        "real": real,
        "passages": len(search.snapshot.layers[0].segment),
        "build_s": round(built, 1),
        "build_cpu_s": round(built_cpu, 1),
        "start_s": started,
        "memory_mb": round(memory / 1e6),
        "peak_mb": round(most / 1e6),
        "files_mb": round(in_files / 1e6),
        "search_ms": spread([wall for wall, _ in times]),
        "search_cpu_ms": spread([cpu for _, cpu in times]),
        "search_in_country_ms": spread([wall for wall, _ in within]),
        "search_in_country_cpu_ms": spread([cpu for _, cpu in within]),
        "publish_ms": round(published * 1000, 1),
        **recall,
    }


def _asked(search: SearchService, asked: tuple[str, Vectors], filters: Filters) -> tuple[float, float]:
    question, vector = asked
    return timed(lambda: search.search_sync(question, filters, today=_TODAY, vector=vector))


def _recall(database: Database, snapshot: Snapshot, questions: Sequence[tuple[str, Vectors]]) -> dict[str, float]:
    """Return which part of the best passages by meaning and by words the index finds of those that there are."""
    segment = snapshot.layers[0].segment
    near = [segment.vectors.search(vector, _BEST)[0] for _, vector in questions]
    words = [score([segment.postings], question, "en")[0][0].best(_BEST)[0] for question, _ in questions]
    every = [score([segment.postings], question, "en", budget=None)[0][0].best(_BEST)[0] for question, _ in questions]
    exact = _nearest(database, segment.passages, np.stack([vector for _, vector in questions]))
    return {"recall_meaning": _shared(near, exact), "recall_words": _shared(words, every)}


def _nearest(database: Database, passages: Ids, questions: Vectors) -> list[Ids]:
    """Return the places of the passages that are nearest to each question, from the vectors in SQL."""
    places = np.zeros((len(questions), 0), np.int64)
    scores = np.zeros((len(questions), 0), np.float32)
    for start in range(0, len(passages), _CHUNK):
        chunk = passages[start : start + _CHUNK].tolist()
        statement = select(Passage.id, Embedding.vector).join(
            Embedding, (Embedding.content_hash == Passage.content_hash) & (Embedding.encoder == MixingEncoder.name)
        )
        with database.reading() as session:
            rows = {key: vector for key, vector in session.execute(statement.where(Passage.id.in_(chunk)))}
        found = questions @ np.stack([np.frombuffer(rows[each], "<f4") for each in chunk]).T
        scores = np.concatenate([scores, found], axis=1)
        numbers = np.broadcast_to(np.arange(start, start + len(chunk)), found.shape)
        places = np.concatenate([places, numbers], axis=1)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :_BEST]
        scores, places = np.take_along_axis(scores, best, 1), np.take_along_axis(places, best, 1)
    return list(places)


def _shared(found: Sequence[Ids], wanted: Sequence[Ids]) -> float:
    parts = [len(np.intersect1d(mine, all_)) / len(all_) for mine, all_ in zip(found, wanted, strict=True) if len(all_)]
    return round(float(np.mean(parts)), 4)


def _publish_one(database: Database, search: SearchService) -> float:
    """Return the seconds from a commit until what it published is searchable, polling and encoding aside."""
    draft = EntryDraft(id=f"new-{search.revision}", title="A call published just now", language="en", text="For all.")
    before = search.snapshot.entries
    with database.transaction() as session:
        save_entries(session, [prepare(draft)], source="benchmark", state=EntryState.PUBLISHED)
    taken = seconds(search.refresh)
    if search.snapshot.entries != before + 1:
        raise RuntimeError("the published entry is not searchable")
    with database.transaction() as session:
        session.execute(update(Entry).where(Entry.reference == draft.id).values(state=EntryState.DRAFT))
    return taken


def _import(database: Database, kb: Path) -> int:
    for path in sorted(kb.glob("*/*")):
        if path.name.endswith((".jsonl", ".jsonl.gz", ".csv", ".yaml")):
            try:
                import_file(database, path, source="benchmark", detect=lambda _: "en", all_or_nothing=False,
                            state=EntryState.DRAFT)  # fmt: skip
            except PunteError as error:
                sys.stderr.write(f"{path.name}: {error}\n")
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Entry)) or 0


def _prepare(database: Database, folder: Path, anchors: int, questions: int, name: str | None) -> MixingEncoder:
    """Encode what is really encoded, keep it in the folder for the measuring processes, and return the encoder."""
    with database.reading() as session:
        texts = [f"{row.heading}\n{row.text}" for row in session.execute(select(Passage.heading, Passage.text))]
        titles = list(session.scalars(select(Entry.title)))
    chance = Random(1)
    model = encoder.load(name, threads=1)
    asked = chance.sample(titles, min(questions, len(titles)))
    np.save(folder / "anchors.npy", model.encode(chance.sample(texts, min(anchors, len(texts)))))
    np.save(folder / "questions.npy", model.encode(asked))
    (folder / "questions.json").write_text(json.dumps(asked))
    return MixingEncoder(np.load(folder / "anchors.npy"))


def _encoding(database: Database) -> dict[str, Any]:
    """Return what encoding costs, and the seconds of a start that reads all that is published by its spellings."""
    with database.reading() as session:
        headings = session.execute(select(Passage.heading, Passage.text).join(Entry).where(_PUBLISHED))
        every = [f"{heading}\n{text}" for heading, text in headings]
    texts = Random(1).sample(every, min(1000, len(every)))
    model, cores = encoder.load(None, threads=1), os.cpu_count() or 1
    questions = [seconds(partial(model.encode, [text.partition("\n")[0]])) for text in texts[:200]]
    rates = {"one_core": _rate(model, texts)}
    model.use_threads(cores)
    rates[f"{cores}_cores"] = _rate(model, texts)
    search = SearchService(database, model, rough=encoder.rough(model))
    rough_start, rough_cpu = timed(search.build)
    search.close()
    return {
        "encoder": model.name,
        "question_ms_one_core": spread(questions),
        "passages_a_second": rates,
        "entries": search.snapshot.entries,
        "passages": search.snapshot.passages,
        "rough_start_s": round(rough_start, 1),
        "rough_start_cpu_s": round(rough_cpu, 1),
    }


def _rate(model: Encoder, texts: Sequence[str]) -> dict[str, float]:
    wall, busy = timed(lambda: model.encode(texts))
    return {"wall": round(len(texts) / wall, 1), "cpu": round(len(texts) / busy, 1)}


def _tell(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
