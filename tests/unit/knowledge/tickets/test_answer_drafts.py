"""What somebody began to write on a ticket is kept for them."""

import pytest
from sqlalchemy.orm import Session

from knowledge.errors import NotFound
from knowledge.models import Conversation, Staff, Ticket, Words
from knowledge.tickets.answer_drafts import drafts_of, save_draft
from knowledge.tickets.by_asker import open_ticket


@pytest.fixture
def ticket(session: Session, conversation: Conversation) -> Ticket:
    return open_ticket(session, conversation, "How do I export wine?", reason="asked", language="en")


def test_a_draft_is_kept_for_its_writer_until_it_is_empty(
    session: Session, ticket: Ticket, ana: Staff, boris: Staff
) -> None:
    save_draft(session, ticket.id, ana, Words.ANSWER, "So")
    save_draft(session, ticket.id, ana, Words.ANSWER, "So.")
    save_draft(session, ticket.id, ana, Words.NOTE, "Hm")
    assert drafts_of(session, ticket.id, ana) == {Words.ANSWER: "So.", Words.NOTE: "Hm"}
    assert drafts_of(session, ticket.id, boris) == {}
    save_draft(session, ticket.id, ana, Words.ANSWER, " ")
    assert drafts_of(session, ticket.id, ana) == {Words.NOTE: "Hm"}
    with pytest.raises(NotFound):
        save_draft(session, 4711, ana, Words.NOTE, "x")
