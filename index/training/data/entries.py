"""Entries of a knowledge base, and the everyday questions about them.

The starter's entries come with the desk; the texts of others are no part of it, so they are given as a file.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random

from index.fitting.pairs import question_held_out
from index.training.errors import EntriesInvalid
from knowledge.entries.draft import parse_draft
from knowledge.entries.passages import cut
from knowledge.packaged import packaged_yaml

Entries = dict[str, str]
"""The texts of entries by their references: the title, and below it the first ninety words."""

QUESTIONS = Path(__file__).parents[1] / "everyday" / "questions.jsonl"
"""The everyday questions that come with the desk."""

_WORDS = 90


@dataclass(frozen=True, slots=True)
class EverydayQuestion:
    """A question in a language, and the reference of an entry that answers it or, where it is `near`, seems to."""

    language: str
    text: str
    reference: str
    near: bool


def entry_files(own: Path | None) -> list[Path]:
    """Return the files of the starter knowledge base, and `own`, if any. Raises `EntriesInvalid` where it is none."""
    if own and not own.is_file():
        raise EntriesInvalid(f"there is no {own}")
    return [*_starter_files(), *([own] if own else [])]


@cache
def starter() -> Entries:
    """Return the entries of the starter knowledge base, in the words of its passages."""
    found = {}
    for file in _starter_files():
        for record in packaged_yaml("knowledge", f"starter/{file.name}"):
            draft, _ = parse_draft(record)
            found[draft.id] = _text(draft.title, " ".join(each.text for each in cut(draft)))
    return found


def read(path: Path) -> Entries:
    """Return the entries of a JSONL file of `reference`, `title` and `text`. Raises `EntriesInvalid`."""
    found = {}
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                reference, title, text = _fields(path, number, line)
                found[reference] = _text(title, text)
    except (OSError, UnicodeDecodeError) as error:
        raise EntriesInvalid(f"{path}: {error}") from error
    return found


def everyday(path: Path = QUESTIONS) -> list[EverydayQuestion]:
    """Return the everyday questions of a file in the form that `everyday/README.md` describes."""
    with path.open(encoding="utf-8") as lines:
        return [
            EverydayQuestion(one["tag"], one["question"], one.get("entry") or one["near"], "near" in one)
            for one in map(json.loads, lines)
        ]


def learned(questions: Sequence[EverydayQuestion], entries: Entries) -> Iterator[EverydayQuestion]:
    """Yield the questions that an entry answers and that are not held out."""
    for each in questions:
        if not each.near and each.reference in entries and not question_held_out(each.text):
            yield each


def chosen(entries: Entries, questions: Sequence[EverydayQuestion], strangers: int, seed: int) -> list[str]:
    """Return references: of all entries that questions are about or come near, and of at most `strangers` others."""
    about = sorted({each.reference for each in questions} & entries.keys())
    others = sorted(entries.keys() - set(about))
    return [*about, *Random(f"entries {seed}").sample(others, min(strangers, len(others)))]


def _starter_files() -> list[Path]:
    return sorted(Path(str(files("knowledge").joinpath("starter"))).glob("*.yaml"))


def _fields(path: Path, number: int, line: str) -> tuple[str, str, str]:
    try:
        record = json.loads(line)
        fields = record["reference"], record["title"], record["text"]
    except (ValueError, KeyError, TypeError) as error:
        raise EntriesInvalid(f"{path}, line {number}: {error!r}") from error
    if not all(isinstance(field, str) for field in fields) or not fields[0]:
        raise EntriesInvalid(f"{path}, line {number}: not three strings, the first with letters")
    return fields


def _text(title: str, body: str) -> str:
    own = body.removeprefix(title).split()
    return f"{title}\n{' '.join(own[:_WORDS])}"
