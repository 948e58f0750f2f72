"""Questions with the passages that answer them, read from the files that `index.fit` learns from."""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from knowledge.languages import parse_tag

Pairs = list[tuple[str, str]]

_SHORTEST = 40
_ASKED_CHARS = 250
_ANSWER_CHARS = 1000


def read_pairs(folder: Path, limit: int) -> Iterator[tuple[str, Pairs]]:
    """Yield the language and at most `limit` pairs of each `NAME_LANGUAGE.tsv.gz` (question, passage, source)."""
    for path in sorted(folder.glob("*.tsv.gz")):
        language = parse_tag(path.name.removesuffix(".tsv.gz").rpartition("_")[2])
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            pairs = {row[0]: row[1] for row in rows if len(row) >= 2 and row[0] and len(row[1]) > _SHORTEST}
        if language and len(pairs) > _SHORTEST:
            yield language, _sample(list(pairs.items()), limit)


def read_forum(path: Path, limit: int) -> Pairs:
    """Return threads of a JSONL.gz forum as entries: what was asked at the end of the body, title and best answer."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        threads = [json.loads(line) for line in file]
    return _sample(
        [
            (" ".join(thread["body"][-_ASKED_CHARS:].split()), f"{thread['title']}\n{_best(thread)[:_ANSWER_CHARS]}")
            for thread in threads
            if thread["answers"] and len(thread["body"]) > _SHORTEST
        ],
        limit,
    )


def read_guides(path: Path, limit: int) -> Pairs:
    """Return guides of a JSONL file as entries: the description asks for the title and text."""
    with path.open(encoding="utf-8") as file:
        guides = [json.loads(line) for line in file]
    return _sample(
        [
            (guide["description"], f"{guide['title']}\n{guide['text'][:_ANSWER_CHARS]}")
            for guide in guides
            if guide.get("description")
        ],
        limit,
    )


def _best(thread: dict[str, list[dict[str, str]]]) -> str:
    return max(thread["answers"], key=lambda answer: answer["score"])["text"]


def _sample(pairs: Pairs, limit: int) -> Pairs:
    return Random(1).sample(pairs, min(limit, len(pairs)))
