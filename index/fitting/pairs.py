"""Questions with the passages that answer them, read from the files that `index.fitting.fit` learns from."""

import csv
import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from index.measuring.bitext import read_sentences

Pairs = list[tuple[str, str]]

_SHORTEST = 40
_ASKED_CHARS = 250
_ANSWER_CHARS = 1000


def question_held_out(question: str) -> bool:
    """Return whether a question is kept to fit and measure by: one of six, and the encoder is never trained on it."""
    # A choice made once and for all; it protects nothing.
    return int(hashlib.md5(question.encode(), usedforsecurity=False).hexdigest(), 16) % 6 == 0


def read_file(path: Path, limit: int) -> Pairs:
    """Return at most `limit` of the held-out pairs of a TSV.gz file of question, passage and source."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        pairs = {
            row[0]: row[1] for row in rows if len(row) >= 2 and question_held_out(row[0]) and len(row[1]) > _SHORTEST
        }
    return _sample(list(pairs.items()), limit)


def read_crossed(path: Path, limit: int) -> Iterator[tuple[str, str, Pairs]]:
    """Yield the language asked in, that of the passages, and at most `limit` held-out pairs of a TSV.gz file.

    Its third column ends in `:<asked>><written>`.
    """
    found = dict[tuple[str, str], dict[str, str]]()
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            asked, _, written = row[2].rpartition(":")[2].partition(">")
            if question_held_out(row[0]) and len(row[1]) > _SHORTEST:
                found.setdefault((asked, written), {})[row[0]] = row[1][:_ANSWER_CHARS]
    for (asked, written), pairs in sorted(found.items()):
        yield asked, written, _sample(list(pairs.items()), limit)


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


def read_titles(path: Path, limit: int) -> Iterator[tuple[str, Pairs]]:
    """Yield each language of a JSONL file of entries, and at most `limit` of its titles with their descriptions."""
    found = dict[str, dict[str, str]]()
    with path.open(encoding="utf-8") as file:
        for entry in map(json.loads, file):
            title, description = entry.get("title") or "", entry.get("description") or ""
            if title and len(description) > max(_SHORTEST, len(title)):
                found.setdefault(entry["lang"], {})[title] = description[:_ANSWER_CHARS]
    for language, pairs in sorted(found.items()):
        yield language, _sample(list(pairs.items()), limit)


def read_parallel(folder: Path) -> dict[str, dict[str, str]]:
    """Return by language the sentences of `<language>.tsv` (columns `index_id` and `text`) by their number.

    Raises `SampleInvalid`.
    """
    return {path.stem: read_sentences(path) for path in sorted(folder.glob("*.tsv"))}


def part(sentence: str, chance: Random) -> str:
    """Return four tenths of a sentence's words in one piece, at least four: what somebody might ask about it."""
    words = sentence.split()
    length = max(4, len(words) * 4 // 10)
    start = chance.randrange(max(1, len(words) - length + 1))
    return " ".join(words[start : start + length])


def _best(thread: dict[str, list[dict[str, str]]]) -> str:
    return max(thread["answers"], key=lambda answer: answer["score"])["text"]


def _sample(pairs: Pairs, limit: int) -> Pairs:
    return Random(1).sample(pairs, min(limit, len(pairs)))
