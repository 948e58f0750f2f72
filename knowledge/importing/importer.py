"""`import_file`: reads, checks and prepares a whole file first, then writes it in one transaction."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO

from knowledge.database import Database
from knowledge.entries.bulk import Prepared, Saved, outcomes_of, prepare, save_entries
from knowledge.entries.draft import EntryDraft, parse_draft
from knowledge.errors import InvalidEntry, UnreadableFile
from knowledge.importing.mapping import Mapping, find_mapping, recognise
from knowledge.importing.readers.table import Row
from knowledge.importing.reading import read_table
from knowledge.importing.report import ImportReport, RowOutcome, RowReport
from knowledge.models import EntryState

RECOGNISED_BY = 50
"""Rows whose columns are looked at to recognise a mapping."""

Detect = Callable[[str], str]
"""Says in which of the desk's languages a text is written: a tag."""


def import_file(
    database: Database,
    file: Path | str | BinaryIO,
    *,
    source: str,
    detect: Detect,
    name: str = "",
    mapping: Mapping | str | None = None,
    all_or_nothing: bool = True,
    state: EntryState = EntryState.PUBLISHED,
    progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Bring a file's entries into the knowledge base and report row by row.

    `file` is a path or an open binary stream, then called `name`. `mapping` is a mapping, the name of a built-in one
    or a path; without it the file's columns tell. `state` is for new entries; stored ones keep theirs. `progress` is
    told how many rows of how many are checked. Raises `UnreadableFile` when the file is no list of records.
    """
    began = monotonic()
    with _opened(file) as stream:
        label = name or (str(file) if isinstance(file, (Path, str)) else "upload")
        table = read_table(stream, label)
    chosen = find_mapping(mapping) if isinstance(mapping, str) else mapping
    if chosen is None:
        chosen = recognise(row.record for row in islice(table.rows, RECOGNISED_BY) if row.record)
    checked = _check(table.rows, chosen, detect, progress)
    written = _write(database, checked, source, state, all_or_nothing)
    return ImportReport(
        file=Path(label).name,
        format=table.format,
        mapping=chosen.name if chosen else None,
        written=written,
        seconds=round(monotonic() - began, 2),
        rows=tuple(checked.reports()),
        unknown_fields=dict(checked.unknown.most_common()),
    )


class _Checked:
    """The rows of a file, refused or prepared, and later what became of the prepared ones."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, str, Prepared | None, str]] = []
        self.outcomes: list[Saved] | None = None
        self.unknown: Counter[str] = Counter()

    def prepared(self) -> list[Prepared]:
        return [entry for _, _, entry, _ in self.rows if entry]

    def refused(self) -> bool:
        return any(entry is None for _, _, entry, _ in self.rows)

    def reports(self) -> Iterator[RowReport]:
        outcomes = iter(self.outcomes or ())
        for line, reference, entry, problem in self.rows:
            if entry is None:
                yield RowReport(line, reference, RowOutcome.REFUSED, problem)
            elif self.outcomes is None:
                yield RowReport(line, reference, RowOutcome.HELD_BACK)
            else:
                yield RowReport(line, reference, RowOutcome(next(outcomes)))


@contextmanager
def _opened(file: Path | str | BinaryIO) -> Iterator[BinaryIO]:
    if not isinstance(file, (Path, str)):
        yield file
        return
    try:
        with Path(file).open("rb") as stream:
            yield stream
    except OSError as error:
        raise UnreadableFile(f"{file}: {error.strerror}") from error


def _check(
    rows: list[Row], mapping: Mapping | None, detect: Detect, progress: Callable[[int, int], None] | None
) -> _Checked:
    checked = _Checked()
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        reference, entry, problem = _checked_row(row, mapping, detect, checked.unknown)
        if entry and entry.reference in seen:
            entry, problem = None, f"id: {reference} is on line {seen[reference]} already"
        elif entry:
            seen[entry.reference] = row.line
        checked.rows.append((row.line, reference, entry, problem))
        if progress and (number % 500 == 0 or number == len(rows)):
            progress(number, len(rows))
    return checked


def _checked_row(
    row: Row, mapping: Mapping | None, detect: Detect, unknown: Counter[str]
) -> tuple[str, Prepared | None, str]:
    if row.record is None:
        return "", None, row.problem
    reference = str(row.record.get("id") or "")[:500]
    try:
        record = mapping.apply(row.record) if mapping else _own_names(row.record)
        reference = str(record.get("id") or "").strip()[:500]
        if not mapping and not ({"id", "title"} & set(record)):
            raise InvalidEntry("no `id` and no `title`: name a mapping that says which columns hold them")
        if not record.get("language") and not record.get("lang"):
            record["language"] = detect(_words(record))
        draft, unknown_names = parse_draft(record)
        unknown.update(unknown_names)
        if mapping:
            unknown.update(draft.extra.keys())
        return draft.id, prepare(draft), ""
    except InvalidEntry as error:
        return reference, None, error.detail
    except (ValueError, TypeError, RecursionError) as error:
        return reference, None, str(error)


def _own_names(record: dict[str, Any]) -> dict[str, Any]:
    """Read the names of our own fields however they are capitalised."""
    names = {name: str(name).strip().lower() for name in record}
    return {lower if lower in EntryDraft.model_fields else name: record[name] for name, lower in names.items()}


def _words(record: dict[str, Any]) -> str:
    return f"{record.get('title') or ''}\n{record.get('text') or ''}"[:2000]


def _write(database: Database, checked: _Checked, source: str, state: EntryState, all_or_nothing: bool) -> bool:
    """Write what may be written, and say whether the file was taken."""
    if all_or_nothing and checked.refused():
        return False
    entries = checked.prepared()
    # A file that brings nothing new takes no lock, so importing it every night disturbs nobody.
    with database.reading() as session:
        outcomes = outcomes_of(session, entries)
    if any(outcome is not Saved.UNCHANGED for outcome in outcomes):
        with database.transaction() as session:
            outcomes = save_entries(session, entries, source=source, state=state)
    checked.outcomes = outcomes
    return True
