"""The training data: parallel sentences and question-passage pairs of sources whose licences let weights be shipped."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.training.errors import DataMissing, LineInvalid

LEFT_OUT = frozenset({"osce-rosetta", "muse", "quran", "akaunting", "paraphrase_en", "trecqa_train", "trecqa"})
"""Sources without a clear open licence; their pairs are never read."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One sentence in a language of the region and what it says in English."""

    language: str
    text: str
    english: str
    source: str


def parallel(folder: Path) -> list[Pair]:
    """Return every distinct pair of `folder/<language>.tsv.gz` (English, the language, source), in the files' order.

    Raises `DataMissing` where the folder holds none, and `LineInvalid`.
    """
    pairs = []
    for file in files(folder):
        language = file.name.removesuffix(".tsv.gz")
        seen = set()
        for english, text, source in _rows(file):
            if source not in LEFT_OUT and english and text and (english, text) not in seen:
                seen.add((english, text))
                pairs.append(Pair(language, text, english, source))
    return pairs


@dataclass(frozen=True, slots=True)
class QuestionPair:
    """A question, title or paraphrase in one language, and the passage that it belongs to, perhaps in another."""

    asked: str
    query: str
    written: str
    passage: str
    source: str


def questions(folder: Path) -> list[QuestionPair]:
    """Return every distinct pair of `folder/<name>_<language>.tsv.gz` (query, passage, source).

    A source that ends in `:<language>><language>` names both languages itself; what names none is English.
    Raises `DataMissing` where the folder holds none, and `LineInvalid`.
    """
    seen = {}
    for file in files(folder):
        if file.name.removesuffix(".tsv.gz") in LEFT_OUT:
            continue
        for query, passage, source in _rows(file):
            if source not in LEFT_OUT and query and passage and query != passage:
                asked, written = _languages(file, source)
                seen[(query, passage)] = QuestionPair(asked, query, written, passage, source)
    return list(seen.values())


def _languages(file: Path, source: str) -> tuple[str, str]:
    asked, crossed, written = source.rpartition(":")[2].partition(">")
    if crossed:
        return asked, written
    _, named, language = file.name.removesuffix(".tsv.gz").partition("_")
    return (language, language) if named else ("en", "en")


def files(folder: Path) -> list[Path]:
    """Return the data files of a folder, sorted. Raises `DataMissing` where there are none."""
    found = sorted(folder.glob("*.tsv.gz"))
    if not found:
        raise DataMissing(f"there is no {folder}/*.tsv.gz")
    return found


def _rows(file: Path) -> Iterator[tuple[str, str, str]]:
    number = 0
    try:
        with gzip.open(file, "rt", encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                columns = line.rstrip("\n").split("\t")
                if len(columns) != 3:
                    raise LineInvalid(f"{file}, line {number}: {len(columns)} columns instead of 3")
                first, second, source = columns
                yield first.strip(), second.strip(), source
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise LineInvalid(f"{file}, after line {number}: {error}") from error
