"""What every form of file is read into, and how a reader of one looks."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

MAX_LINE_BYTES = 2 * 2**20
"""The longest line of JSONL and the longest field of CSV; a longer one is refused, the others are read."""


@dataclass(frozen=True)
class Row:
    """One record of a file, or the problem that kept it from being read; `line` is where it begins, from 1."""

    line: int
    record: dict[str, Any] | None
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A file's rows and what it turned out to be: `jsonl`, `csv (;, cp1250)` or `yaml`."""

    format: str
    rows: list[Row]


class Reader(Protocol):
    """A module that reads one form of file."""

    SUFFIXES: Collection[str]
    """The ends of names, without their dot, of files of this form."""

    def begins(self, start: bytes) -> bool:
        """Say whether a file whose name tells nothing is of this form; `start` is its first two bytes that say."""

    def read(self, data: bytes) -> Table:
        """Return the rows of a file; raises `UnreadableFile` when it is no list of records at all."""
