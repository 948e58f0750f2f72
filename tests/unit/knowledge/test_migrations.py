"""A desk that has been at work for a while keeps every row when its tables grow."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, func, insert, select, text

from knowledge.database import Database

MOMENT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)

FILLED: dict[str, list[dict[str, Any]]] = {
    "conversations": [
        {"id": 1, "channel": "web", "address": "a", "language_chosen": True, "state": {"query": {"text": "?"}},
         "created_at": MOMENT, "updated_at": MOMENT},
    ],
    "staff": [
        {"id": 1, "email": "ana@punte.test", "name": "Ana", "role": "expert", "password_hash": "x", "one_time": False,
         "active": True, "created_at": MOMENT},
    ],
    "entries": [
        {"id": 1, "reference": "faq-1", "kind": "faq", "state": "published", "language": "en", "title": "T", "text": "",
         "source": "starter", "content_hash": "h", "revision": 1, "extra": {}, "created_at": MOMENT,
         "updated_at": MOMENT},
    ],
    "passages": [
        {"id": 1, "entry_id": 1, "position": 0, "heading": "T", "text": "", "content_hash": "h"},
    ],
    "tickets": [
        {"id": number, "conversation_id": 1, "state": state, "question": "How?", "reason": "asked", "language": "en",
         "assignee_id": 1, "opened_at": MOMENT, "updated_at": MOMENT}
        for number, state in enumerate(("open", "claimed", "answered", "closed"), 1)
    ],
    "messages": [
        {"id": 1, "conversation_id": 1, "author": "expert", "kind": "ticket_answer", "text": "So.",
         "data": {"by": "Ana"}, "ticket_id": 3, "created_at": MOMENT},
    ],
    "deliveries": [
        {"id": 1, "message_id": 1, "conversation_id": 1, "channel": "web", "address": "a", "state": "pending",
         "attempts": 0, "due_at": MOMENT},
    ],
    "ticket_events": [
        {"id": 1, "ticket_id": 3, "kind": "opened", "text": "How?", "created_at": MOMENT},
        {"id": 2, "ticket_id": 3, "kind": "answer", "staff_id": 1, "message_id": 1, "text": "So.",
         "created_at": MOMENT},
    ],
}  # fmt: skip


@pytest.fixture
def first_tables(database_url: str) -> Iterator[Database]:
    """A database of the first version with rows in the tables that the second one touches."""
    database = Database(database_url)
    command.upgrade(database._alembic(), "0001")
    with database.engine.begin() as connection:
        for table, rows in FILLED.items():
            for row in rows:
                connection.execute(insert(_table(connection, table)), row)
    yield database
    database.close()


def test_no_row_is_lost_on_the_way_up(first_tables: Database) -> None:
    first_tables.upgrade()
    with first_tables.engine.connect() as connection:
        assert _rows(connection) == _expected()
        new = _table(connection, "tickets")
        kept = connection.execute(select(new.c.priority, new.c.due_at, new.c.channel)).all()
        assert set(kept) == {("normal", None, None)}
        week = connection.execute(text("select opens, closes, workdays, capacity from staff")).one()
        assert tuple(week) == ("09:00", "17:00", "12345", 10)


def test_no_row_is_lost_on_the_way_down_and_up_again(first_tables: Database) -> None:
    first_tables.upgrade()
    with first_tables.engine.begin() as connection:
        connection.execute(text("update tickets set state = 'waiting' where id = 2"))
        events = _table(connection, "ticket_events")
        new = {"id": 9, "ticket_id": 2, "kind": "asked", "text": "Which year?", "data": {}, "created_at": MOMENT}
        connection.execute(insert(events), new)
    command.downgrade(first_tables._alembic(), "0001")
    with first_tables.engine.connect() as connection:
        assert _rows(connection) == _expected()
        assert "priority" not in _table(connection, "tickets").c
    first_tables.upgrade()
    with first_tables.engine.connect() as connection:
        assert _rows(connection) == _expected()


def _table(connection: Connection, name: str) -> Any:
    metadata = MetaData()
    metadata.reflect(connection, only=[name])
    return metadata.tables[name]


def _rows(connection: Connection) -> dict[str, tuple[int, list[Any]]]:
    """Return of each table how many rows it has and what its telling column says."""
    found: dict[str, tuple[int, list[Any]]] = {}
    for name in FILLED:
        table = _table(connection, name)
        telling = table.c.state if "state" in table.c and name != "conversations" else table.c.id
        count = connection.scalar(select(func.count()).select_from(table)) or 0
        found[name] = (count, list(connection.scalars(select(telling).order_by(table.c.id))))
    return found


def _expected() -> dict[str, tuple[int, list[Any]]]:
    return {
        name: (len(rows), [row["state" if "state" in row and name != "conversations" else "id"] for row in rows])
        for name, rows in FILLED.items()
    }
