"""The cache shows what was searched: it keeps entries of one revision and drops them with the next."""

import pytest

from bot.turns.entry_cache import EntryCache
from knowledge.database import Database
from knowledge.entries.draft import parse_draft
from knowledge.entries.store import current_revision, save_entry, set_state
from knowledge.models import EntryState


def publish(database: Database, reference: str, title: str) -> int:
    with database.transaction() as session:
        draft, _ = parse_draft({"id": reference, "title": title, "language": "en", "text": "Words."})
        return save_entry(session, draft, source="test", state=EntryState.PUBLISHED)[0].id


def revision_of(database: Database) -> int:
    with database.reading() as session:
        return current_revision(session)


def test_entries_come_in_the_order_asked_for(sqlite_database: Database) -> None:
    first, second = (publish(sqlite_database, name, name) for name in ("one", "two"))
    cache = EntryCache(sqlite_database, lambda: 1)
    assert [entry.reference for entry in cache.entries([second, 999, first])] == ["two", "one"]
    assert [entry.reference for entry in cache.entries([first, second])] == ["one", "two"]


@pytest.mark.parametrize("searched", [True, False])
def test_an_entry_is_shown_as_it_was_when_it_was_searched(sqlite_database: Database, searched: bool) -> None:
    entry_id = publish(sqlite_database, "one", "Before")
    searched_revision = [revision_of(sqlite_database)]
    cache = EntryCache(sqlite_database, lambda: searched_revision[0])
    assert cache.entries([entry_id])[0].title == "Before"
    publish(sqlite_database, "one", "After")
    if searched:
        searched_revision[0] = revision_of(sqlite_database)
    assert cache.entries([entry_id])[0].title == ("After" if searched else "Before")


def test_nothing_is_kept_while_the_index_takes_in_changes(sqlite_database: Database) -> None:
    entry_id = publish(sqlite_database, "one", "Before")
    cache = EntryCache(sqlite_database, lambda: -1)
    cache.entries([entry_id])
    with sqlite_database.transaction() as session:
        set_state(session, "one", EntryState.WITHDRAWN)
    assert cache.entries([entry_id]) == []


def test_a_passage_that_is_gone_is_none(sqlite_database: Database) -> None:
    publish(sqlite_database, "one", "Title")
    cache = EntryCache(sqlite_database, lambda: 1)
    assert cache.passage(1) is not None
    assert cache.passage(12345) is None
