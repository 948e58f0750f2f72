"""What became of a file, row by row."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledge.choices import RowOutcome as RowOutcome


@dataclass(frozen=True)
class RowReport:
    """One row: the line it begins on, its entry's reference where it has one, and why it was refused."""

    line: int
    reference: str
    outcome: RowOutcome
    problem: str = ""


@dataclass(frozen=True)
class ImportReport:
    """What became of a file.

    `written` is false when nothing was stored: a row was refused and the file was to be taken whole or not at all.
    `unknown_fields` counts the rows with each field that the desk has no place for; they are kept in `extra`.
    """

    file: str
    format: str
    mapping: str | None
    written: bool
    seconds: float
    rows: tuple[RowReport, ...]
    unknown_fields: dict[str, int] = field(default_factory=dict)

    def counts(self) -> dict[RowOutcome, int]:
        """Return the number of rows of every outcome."""
        counted = Counter(row.outcome for row in self.rows)
        return {outcome: counted[outcome] for outcome in RowOutcome}

    def refused(self) -> Iterator[RowReport]:
        """Yield the rows that were refused, in the file's order."""
        return (row for row in self.rows if row.outcome is RowOutcome.REFUSED)

    def summary(self) -> str:
        """Return the counts in words: `2 added, 0 changed, 1 unchanged, 0 refused`."""
        counts = self.counts()
        shown = [outcome for outcome in RowOutcome if outcome is not RowOutcome.HELD_BACK or counts[outcome]]
        return ", ".join(f"{counts[outcome]} {outcome.replace('_', ' ')}" for outcome in shown)
