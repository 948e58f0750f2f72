"""Who else looks at a ticket is told, and whether they write."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from knowledge.models import Conversation, Presence, Staff, Ticket, now
from knowledge.tickets.by_asker import open_ticket
from knowledge.tickets.presence import seen


@pytest.fixture
def ticket(session: Session, conversation: Conversation) -> Ticket:
    return open_ticket(session, conversation, "How do I export wine?", reason="asked", language="en")


def test_who_else_is_there_is_told(session: Session, ticket: Ticket, ana: Staff, boris: Staff) -> None:
    assert seen(session, ticket.id, ana, writing=True) == []
    assert seen(session, ticket.id, boris, writing=False) == [("Ana", True)]
    presence = session.get_one(Presence, (ticket.id, ana.id))
    presence.seen_at = now() - timedelta(seconds=16)
    session.flush()
    assert seen(session, ticket.id, boris, writing=False) == []
