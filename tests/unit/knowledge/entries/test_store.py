"""Entries are saved, published, withdrawn and found, and every change is counted."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.database import Database
from knowledge.entries.bulk import Saved, outcomes_of, prepare, save_entries
from knowledge.entries.columns import draft_of
from knowledge.entries.store import (
    EntryQuery,
    changes_since,
    current_revision,
    find_entries,
    get_entries,
    get_entry,
    save_entry,
    set_state,
)
from knowledge.errors import NotFound
from knowledge.models import EntryState, Facet, FacetName, Kind, Passage


def save(session: Session, draft: Any, state: EntryState = EntryState.PUBLISHED) -> Saved:
    return save_entry(session, draft, source="test", state=state)[1]


def test_an_entry_keeps_all_that_its_draft_says(database: Database, draft_of: Any) -> None:
    wanted = draft_of(
        id="call-1", kind="funding_call", title="Пилот пројекти", language="sr", text="## Ко\nМале фирме.",
        budget=10**10, url="https://example.org", countries=["RS", "RO"], sectors=["tourism"], programme="interreg",
        opens="2026-03-01",
        deadlines=["2026-07-01", "2026-05-01"], cofinancing_rate=85.5, eligible_countries=["RS"], verified="2026-02-01",
        other={"deep": [1, None, "ж"]},
    )  # fmt: skip
    with database.transaction() as session:
        save_entry(session, wanted, source="file.yaml", state=EntryState.PUBLISHED)
    with database.reading() as session:
        entry = get_entry(session, "call-1")
    assert (entry.kind, entry.state, entry.source) == (Kind.FUNDING_CALL, EntryState.PUBLISHED, "file.yaml")
    assert [deadline.on for deadline in entry.deadlines] == [date(2026, 5, 1), date(2026, 7, 1)]
    assert sorted(entry.values(FacetName.COUNTRY)) == ["RO", "RS"]
    assert [(passage.heading, passage.text) for passage in entry.passages] == [("Пилот пројекти — Ко", "Мале фирме.")]
    assert (entry.extra, entry.budget_eur) == ({"other": {"deep": [1, None, "ж"]}}, 10**10)


def test_a_stored_entry_gives_its_draft_back(database: Database, draft_of: Any) -> None:
    wanted = draft_of(
        kind="event", starts="2026-05-01T10:00+02:00", ends="2026-05-02T10:00+02:00", countries=["RO"], place="Hall 1"
    )
    with database.transaction() as session:
        save(session, wanted)
    with database.reading() as session:
        again = _draft_again(session, "guide-1")
    assert again == wanted
    assert again.starts.astimezone(UTC) == datetime(2026, 5, 1, 8, tzinfo=UTC)


def _draft_again(session: Session, reference: str) -> Any:
    return draft_of(get_entry(session, reference))


def test_saving_says_what_it_came_to(session: Session, draft_of: Any) -> None:
    assert save(session, draft_of()) is Saved.ADDED
    assert save(session, draft_of()) is Saved.UNCHANGED
    assert save(session, draft_of(text="Other words.")) is Saved.CHANGED


def test_an_unchanged_entry_is_not_counted_as_a_change(session: Session, draft_of: Any) -> None:
    save(session, draft_of())
    before = current_revision(session)
    save(session, draft_of())
    assert current_revision(session) == before
    save(session, draft_of(title="New"))
    assert get_entry(session, "guide-1").revision == current_revision(session) == before + 1


def test_a_changed_entry_leaves_nothing_of_the_old_one(database: Database, draft_of: Any) -> None:
    with database.transaction() as session:
        save(session, draft_of(countries=["RS"], deadlines=["2026-05-01"], text="One. " * 500, budget=5))
    with database.transaction() as session:
        save(session, draft_of(countries=["RO"], text="Two."))
    with database.reading() as session:
        entry = get_entry(session, "guide-1")
        assert session.scalar(select(func.count()).select_from(Facet)) == 1
        assert session.scalar(select(func.count()).select_from(Passage)) == 1
    assert (entry.values(FacetName.COUNTRY), entry.deadlines, entry.budget_eur) == (["RO"], [], None)


def test_a_stored_entry_keeps_its_state(session: Session, draft_of: Any) -> None:
    save(session, draft_of(), EntryState.DRAFT)
    save(session, draft_of(title="New"), EntryState.PUBLISHED)
    assert get_entry(session, "guide-1").state is EntryState.DRAFT


def test_a_state_is_changed_once(session: Session, draft_of: Any) -> None:
    save(session, draft_of(), EntryState.DRAFT)
    before = current_revision(session)
    assert set_state(session, "guide-1", EntryState.PUBLISHED).state is EntryState.PUBLISHED
    assert current_revision(session) == before + 1
    set_state(session, "guide-1", EntryState.PUBLISHED)
    assert current_revision(session) == before + 1


def test_an_unknown_reference_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        get_entry(session, "nowhere")
    with pytest.raises(NotFound):
        set_state(session, "nowhere", EntryState.PUBLISHED)
    assert get_entries(session, [1, 2, 3]) == {}


def test_many_are_saved_in_their_order(database: Database, draft_of: Any) -> None:
    drafts = [prepare(draft_of(id=f"e-{number:04}", text=f"Text {number}.")) for number in range(1200)]
    with database.transaction() as session:
        assert set(save_entries(session, drafts, source="s", state=EntryState.PUBLISHED)) == {Saved.ADDED}
    with database.reading() as session:
        changed = changes_since(session, 0)
        assert [entry.reference for entry in changed] == [draft.reference for draft in drafts]
        assert [entry.revision for entry in changed] == list(range(1, 1201))
        assert all(entry.passages[0].text == f"Text {int(entry.reference[2:])}." for entry in changed)


def test_an_outcome_is_told_before_anything_is_written(session: Session, draft_of: Any) -> None:
    save(session, draft_of())
    drafts = [prepare(draft_of()), prepare(draft_of(id="new")), prepare(draft_of(id="guide-1", title="Changed"))]
    assert outcomes_of(session, drafts) == [Saved.UNCHANGED, Saved.ADDED, Saved.CHANGED]
    assert find_entries(session, EntryQuery())[1] == 1


def test_changes_are_told_whatever_their_state(session: Session, draft_of: Any) -> None:
    save(session, draft_of())
    seen = current_revision(session)
    save(session, draft_of(id="other"))
    set_state(session, "guide-1", EntryState.WITHDRAWN)
    assert [(entry.reference, entry.state) for entry in changes_since(session, seen)] == [
        ("other", EntryState.PUBLISHED),
        ("guide-1", EntryState.WITHDRAWN),
    ]
    assert changes_since(session, current_revision(session)) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (EntryQuery(), {"a", "b", "c_1"}),
        (EntryQuery(words="бизнес"), {"b"}),
        (EntryQuery(words="БИЗНЕС план"), {"b"}),
        (EntryQuery(words="tourism GRANT"), {"a"}),
        (EntryQuery(words="grant missing"), set()),
        (EntryQuery(words="C_1"), {"c_1"}),
        (EntryQuery(words="100%"), {"c_1"}),
        (EntryQuery(words="_"), {"c_1"}),
        (EntryQuery(words="\\"), set()),
        (EntryQuery(kinds=[Kind.FAQ, Kind.GUIDE]), {"b", "c_1"}),
        (EntryQuery(states=[EntryState.DRAFT]), {"c_1"}),
        (EntryQuery(languages=["bg"]), {"b"}),
        (EntryQuery(facets={FacetName.COUNTRY: ["RO", "BG"]}), {"a", "b"}),
        (EntryQuery(facets={FacetName.COUNTRY: ["RO"], FacetName.SECTOR: ["tourism"]}), {"a"}),
        (EntryQuery(facets={FacetName.COUNTRY: ["BG"], FacetName.SECTOR: ["tourism"]}), set()),
        (EntryQuery(kinds=[Kind.FAQ], languages=["en"]), set()),
    ],
)
def test_entries_are_found_by_words_columns_and_facets(
    session: Session, draft_of: Any, query: EntryQuery, found: set[str]
) -> None:
    _save_three(session, draft_of)
    entries, total = find_entries(session, query)
    assert {entry.reference for entry in entries} == found
    assert total == len(found)


def test_words_are_found_in_any_capitals_on_both_databases(database: Database, draft_of: Any) -> None:
    with database.transaction() as session:
        _save_three(session, draft_of)
    with database.reading() as session:
        for words in ("БИЗНЕС", "бизнес план", "Grant", "100%"):
            assert find_entries(session, EntryQuery(words=words))[1] == 1, words


def _save_three(session: Session, draft_of: Any) -> None:
    save(
        session, draft_of(id="a", kind="funding_call", title="Grant for tourism", countries=["RO"], sectors=["tourism"])
    )
    save(session, draft_of(id="b", kind="faq", title="Бизнес план?", language="bg", countries=["BG"]))
    save(session, draft_of(id="c_1", title="100% of costs"), EntryState.DRAFT)


def test_pages_go_from_the_last_changed_and_do_not_overlap(session: Session, draft_of: Any) -> None:
    for number in range(5):
        save(session, draft_of(id=f"e{number}"))
    pages = [find_entries(session, EntryQuery(), limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [[entry.reference for entry in page] for page, _ in pages] == [["e4", "e3"], ["e2", "e1"], ["e0"], []]
    assert {total for _, total in pages} == {5}


def test_what_is_saved_has_its_moment(session: Session, draft_of: Any) -> None:
    save(session, draft_of())
    entry = get_entry(session, "guide-1")
    assert abs(datetime.now(UTC) - entry.updated_at) < timedelta(minutes=1)
    assert entry.updated_at.tzinfo is UTC
