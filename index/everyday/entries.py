"""Entries of a knowledge base, and the everyday questions about them.

The starter's entries come with the desk; the texts of others are no part of it, so they are given as a file.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from index.errors import EntriesInvalid
from knowledge.entries.draft import parse_draft
from knowledge.entries.passages import cut
from knowledge.packaged import packaged_yaml

QUESTIONS = Path(__file__).with_name("questions.jsonl")
"""The everyday questions that come with the desk."""

GRADES = Path(__file__).with_name("grades.jsonl")
"""How well entries answer some of these questions."""

ANSWERS = 2
"""The grade of an entry that answers."""

_WORDS = 90


@dataclass(frozen=True, slots=True)
class EntryText:
    """An entry's title, and below it its first ninety words, in a language, `en` where none is said."""

    text: str
    language: str


Entries = dict[str, EntryText]
"""Entries by their references."""


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
            found[draft.id] = _text(draft.title, " ".join(each.text for each in cut(draft)), draft.language)
    return found


def read(path: Path) -> Entries:
    """Return the entries of a JSONL file of `reference`, `title`, `text` and, if known, `language`.

    Raises `EntriesInvalid`.
    """
    found = {}
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                reference, title, text, language = _fields(path, number, line)
                found[reference] = _text(title, text, language)
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


def grades(path: Path = GRADES) -> dict[str, dict[str, int]]:
    """Return by question the grades of entries by their references: 2 where one answers, 1 in part, 0 where not."""
    with path.open(encoding="utf-8") as lines:
        return {one["question"]: one["grades"] for one in map(json.loads, lines)}


def _starter_files() -> list[Path]:
    return sorted(Path(str(files("knowledge").joinpath("starter"))).glob("*.yaml"))


def _fields(path: Path, number: int, line: str) -> tuple[str, str, str, str]:
    try:
        record = json.loads(line)
        fields = record["reference"], record["title"], record["text"], record.get("language", "en")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EntriesInvalid(f"{path}, line {number}: {error!r}") from error
    if not all(isinstance(field, str) for field in fields) or not fields[0]:
        raise EntriesInvalid(f"{path}, line {number}: not three strings, the first with letters")
    return fields


def _text(title: str, body: str, language: str) -> EntryText:
    own = body.removeprefix(title).split()
    return EntryText(f"{title}\n{' '.join(own[:_WORDS])}", language)
