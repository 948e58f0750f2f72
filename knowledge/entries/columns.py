"""Where each field of a draft is kept: this is the one list from which entries are written and drafts read back.

A new field is one of `EntryDraft` and one column of `Entry`, of the same name unless `_OTHER_NAMES` has it.
"""

from datetime import UTC, date, datetime
from typing import Any

from knowledge.entries.draft import FACETS, EntryDraft
from knowledge.models import Entry

_OTHER_NAMES = {
    "published": "published_on", "verified": "verified_on", "expires": "expires_on", "opens": "opens_on",
    "budget": "budget_eur", "starts": "starts_at", "ends": "ends_at", "status": "operating_status",
}  # fmt: skip

_ELSEWHERE = {"id", "deadlines", *FACETS}
COLUMNS = {field: _OTHER_NAMES.get(field, field) for field in EntryDraft.model_fields if field not in _ELSEWHERE}
"""The column of `Entry` by the draft's field; beside them are its `reference`, its facets and its cut-offs."""


def columns_of(draft: EntryDraft) -> dict[str, Any]:
    """Return the values of the columns of a draft's entry, by their names."""
    values = {column: getattr(draft, field) for field, column in COLUMNS.items()}
    return values | {column: _moment(values[column]) for column in ("starts_at", "ends_at")}


def draft_of(entry: Entry) -> EntryDraft:
    """Return the draft that would make `entry`; facets and cut-offs must be loaded."""
    kept = {field: getattr(entry, column) for field, column in COLUMNS.items()}
    facets = {field: entry.values(name) for field, name in FACETS.items()}
    deadlines = [deadline.on for deadline in entry.deadlines]
    return EntryDraft.model_validate({"id": entry.reference, "deadlines": deadlines, **facets, **kept})


def _moment(value: date | datetime | None) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value if value.tzinfo else value.replace(tzinfo=UTC)
