"""People and records that the tests of the knowledge room start from."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy.orm import Session

from knowledge.conversations.messages import open_conversation
from knowledge.database import Database
from knowledge.entries.draft import EntryDraft, parse_draft
from knowledge.models import Conversation, Role, Staff

DraftOf = Callable[..., EntryDraft]


@pytest.fixture
def draft_of() -> DraftOf:
    """Makes a valid draft; what is named takes the place of what it would have."""

    def make(**fields: Any) -> EntryDraft:
        record = {"id": "guide-1", "title": "A guide", "language": "en", "text": "Some words.", **fields}
        return parse_draft(record)[0]

    return make


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """A transaction on SQLite that is committed at the test's end."""
    with sqlite_database.transaction() as session:
        yield session


@pytest.fixture
def conversation(session: Session) -> Conversation:
    return open_conversation(session, "web", "asker")


@pytest.fixture
def ana(session: Session) -> Staff:
    return add_expert(session, "Ana")


@pytest.fixture
def boris(session: Session) -> Staff:
    return add_expert(session, "Boris")


def add_expert(session: Session, name: str) -> Staff:
    staff = Staff(email=f"{name.lower()}@punte.test", name=name, role=Role.EXPERT, password_hash="no password")
    session.add(staff)
    session.flush()
    return staff
