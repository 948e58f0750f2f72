"""Tickets that ask much the same are found, by their words and by their meaning."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from knowledge.conversations.messages import open_conversation
from knowledge.models import Conversation, Staff, Ticket
from knowledge.tickets.by_asker import open_ticket
from knowledge.tickets.by_staff import answer_ticket
from knowledge.tickets.similar import similar_tickets


@pytest.fixture
def ticket(session: Session, conversation: Conversation) -> Ticket:
    return open_ticket(session, conversation, "How do I export wine?", reason="asked", language="en")


def test_tickets_that_ask_much_the_same_are_found(session: Session, ticket: Ticket, ana: Staff) -> None:
    other = open_conversation(session, "web", "other")
    texts = ("Export of wine, how?", "Tax on honey", "Izvoz vina")
    tickets = [open_ticket(session, other, text, reason="asked", language="en") for text in texts]
    assert similar_tickets(session, ticket) == []
    for each in tickets:
        answer_ticket(session, each.id, ana, "So.")
    assert [found.question for found, _ in similar_tickets(session, ticket)] == ["Export of wine, how?"]

    def encode(questions: Sequence[str]) -> Any:
        about_wine = (any(word in question for word in ("wine", "vina")) for question in questions)
        return np.array([[1, 0] if wine else [0, 1] for wine in about_wine], dtype=np.float32)

    assert [(found.question, score) for found, score in similar_tickets(session, ticket, encode)] == [
        ("Izvoz vina", 1.0), ("Export of wine, how?", 1.0)
    ]  # fmt: skip
