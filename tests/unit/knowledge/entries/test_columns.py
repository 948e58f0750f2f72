"""Every field of a draft has its place in the database, and every column is a draft's or the desk's own."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from knowledge.entries.columns import COLUMNS, columns_of, draft_of
from knowledge.entries.draft import FACETS, EntryDraft
from knowledge.entries.store import get_entry, save_entry
from knowledge.models import Entry, EntryState, FacetName

THE_DESKS_OWN = {
    "id", "reference", "state", "source", "content_hash", "revision", "created_at", "updated_at", "ticket_id",
}  # fmt: skip
FULL: dict[str, Any] = {
    "id": "full", "title": "Title", "kind": "infrastructure", "language": "sr-Latn", "text": "Words.",
    "url": "https://example.org", "countries": ["RS", "RO"], "sectors": ["tourism"], "competences": ["export"],
    "directions": ["business"], "programme": "interreg", "published": "2026-01-01", "verified": "2026-01-02",
    "expires": "2027-01-03", "opens": "2026-01-04", "deadlines": ["2026-05-01", "2026-07-01"],
    "call_identifier": "C-1", "budget": 10**10, "cofinancing_rate": 85.5, "applicants": ["sme"],
    "eligible_countries": ["BG"], "problem": "P", "solution": "S", "result": "R", "lesson": "L",
    "organisation_type": "university", "city": "Niš", "offers": "O", "seeks": "K", "organisation": "Chamber",
    "speaks": ["en", "el"], "starts": "2026-05-01T10:00+02:00", "ends": "2026-05-02T10:00+02:00", "place": "Hall 1",
    "operator": "Operator", "status": "running", "extra": {"other": {"deep": [1, None, "ж"]}},
}  # fmt: skip
"""A draft with every field; no kind has them all, but the shape does not mind."""


def test_every_column_of_an_entry_is_a_draft_s_or_the_desk_s_own() -> None:
    columns = {column.key for column in Entry.__table__.columns}
    assert columns == THE_DESKS_OWN | set(COLUMNS.values()), (
        "a column that no field of EntryDraft fills, or the reverse"
    )
    assert len(set(COLUMNS.values())) == len(COLUMNS)


def test_every_field_of_a_draft_is_a_column_a_facet_or_a_row_of_its_own() -> None:
    assert set(EntryDraft.model_fields) == {"id", "deadlines"} | set(FACETS) | set(COLUMNS)
    assert sorted(FACETS.values()) == sorted(FacetName)


def test_the_full_draft_is_full() -> None:
    assert set(FULL) == set(EntryDraft.model_fields)


@pytest.mark.parametrize("left_out", [None, *sorted(set(FULL) - {"id", "title", "language"})])
def test_what_a_draft_says_is_kept_and_given_back(session: Any, left_out: str | None) -> None:
    draft = EntryDraft.model_validate({name: value for name, value in FULL.items() if name != left_out})
    save_entry(session, draft, source="test", state=EntryState.DRAFT)
    again = draft_of(get_entry(session, "full"))
    for name in FACETS:
        assert sorted(getattr(again, name)) == sorted(getattr(draft, name))
    assert again.model_copy(update={name: getattr(draft, name) for name in FACETS}) == draft


def test_a_day_begins_at_midnight_utc() -> None:
    begin, end = date(2026, 5, 1), datetime(2026, 5, 2, 8, tzinfo=UTC)
    draft = EntryDraft(id="e", title="T", language="en", starts=begin, ends=end)
    columns = columns_of(draft)
    assert columns["starts_at"] == datetime(2026, 5, 1, tzinfo=UTC)
    assert columns["ends_at"] == end
