"""A ticket is a thin case and a timeline; each act is written with what it owes the asker."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from knowledge.conversations.messages import messages_after, open_conversation, receive_message
from knowledge.database import Database
from knowledge.errors import Conflict, NotFound
from knowledge.models import (
    Author,
    Conversation,
    DeliveryState,
    EventKind,
    Staff,
    Ticket,
    TicketEvent,
    TicketState,
    now,
)
from knowledge.privacy.erasure import forget_conversation
from knowledge.tickets.by_asker import add_asker_message, open_ticket
from knowledge.tickets.by_staff import add_note, answer_ticket, claim_ticket, close_ticket, get_ticket, release_ticket
from knowledge.tickets.for_asker import ticket_with_people, tickets_of
from knowledge.tickets.queries import list_tickets


@pytest.fixture
def ticket(session: Session, conversation: Conversation) -> Ticket:
    return open_ticket(session, conversation, "How do I start?", reason="asked", language="en")


def timeline(session: Session, ticket: Ticket) -> list[tuple[EventKind, str]]:
    session.expire(ticket)
    return [(event.kind, event.text) for event in get_ticket(session, ticket.id).events]


def test_a_ticket_tells_its_story(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff, boris: Staff
) -> None:
    add_asker_message(session, ticket, receive_message(session, conversation, "In Serbia.", external_id=None))
    claim_ticket(session, ticket.id, ana)
    add_note(session, ticket.id, boris, "I know them.")
    release_ticket(session, ticket.id, ana)
    answer_ticket(session, ticket.id, boris, "Register first.")
    close_ticket(session, ticket.id, ana)
    assert timeline(session, ticket) == [
        (EventKind.OPENED, "How do I start?"),
        (EventKind.MESSAGE, "In Serbia."),
        (EventKind.CLAIMED, ""),
        (EventKind.NOTE, "I know them."),
        (EventKind.RELEASED, ""),
        (EventKind.CLAIMED, ""),
        (EventKind.ANSWER, "Register first."),
        (EventKind.CLOSED, ""),
    ]
    by = {event.kind: event.staff_id for event in ticket.events}
    assert by[EventKind.OPENED] is None
    assert by[EventKind.ANSWER] == boris.id
    assert by[EventKind.CLOSED] == ana.id


def test_an_answer_is_owed_to_the_asker_where_they_asked(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff
) -> None:
    answered = answer_ticket(session, ticket.id, ana, "Register first.")
    assert (answered.state, answered.assignee_id) == (TicketState.ANSWERED, ana.id)
    (message,) = messages_after(session, conversation.id, 0)
    assert (message.author, message.kind, message.text) == (Author.EXPERT, "ticket_answer", "Register first.")
    assert message.data == {"ticket": ticket.number, "question": "How do I start?", "by": "Ana"}
    assert message.ticket_id == ticket.id
    assert message.delivery is not None
    assert message.delivery.state is DeliveryState.PENDING


def test_closing_tells_the_asker_once(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff, boris: Staff
) -> None:
    close_ticket(session, ticket.id, ana)
    assert close_ticket(session, ticket.id, boris).state is TicketState.CLOSED
    (message,) = messages_after(session, conversation.id, 0)
    assert (message.kind, message.delivery is not None) == ("ticket_closed", True)


def test_notes_reach_nobody(session: Session, conversation: Conversation, ticket: Ticket, ana: Staff) -> None:
    add_note(session, ticket.id, ana, "A secret.")
    assert messages_after(session, conversation.id, 0) == []
    assert ticket.state is TicketState.OPEN


def test_what_one_holds_nobody_else_takes_answers_closes_or_puts_back(
    session: Session, ticket: Ticket, ana: Staff, boris: Staff
) -> None:
    claim_ticket(session, ticket.id, ana)
    for act in (claim_ticket, close_ticket, release_ticket):
        with pytest.raises(Conflict, match=ticket.number):
            act(session, ticket.id, boris)
    with pytest.raises(Conflict):
        answer_ticket(session, ticket.id, boris, "Mine!")
    assert claim_ticket(session, ticket.id, ana).assignee_id == ana.id
    assert [kind for kind, _ in timeline(session, ticket)] == [EventKind.OPENED, EventKind.CLAIMED]


def test_a_released_ticket_is_free_for_others(session: Session, ticket: Ticket, ana: Staff, boris: Staff) -> None:
    claim_ticket(session, ticket.id, ana)
    released = release_ticket(session, ticket.id, ana)
    assert (released.state, released.assignee_id) == (TicketState.OPEN, None)
    with pytest.raises(Conflict):
        release_ticket(session, ticket.id, ana)
    assert claim_ticket(session, ticket.id, boris).assignee_id == boris.id


def test_an_answered_ticket_is_answered_again_by_anybody(
    session: Session, ticket: Ticket, ana: Staff, boris: Staff
) -> None:
    answer_ticket(session, ticket.id, ana, "One.")
    assert answer_ticket(session, ticket.id, boris, "Two.").assignee_id == boris.id
    assert answer_ticket(session, ticket.id, boris, "Three.").state is TicketState.ANSWERED


def test_a_closed_ticket_is_neither_taken_nor_answered(session: Session, ticket: Ticket, ana: Staff) -> None:
    close_ticket(session, ticket.id, ana)
    for act in (claim_ticket, release_ticket):
        with pytest.raises(Conflict):
            act(session, ticket.id, ana)
    with pytest.raises(Conflict):
        answer_ticket(session, ticket.id, ana, "Too late.")


def test_an_unknown_ticket_is_not_found(session: Session, ana: Staff) -> None:
    for act in (claim_ticket, release_ticket, close_ticket):
        with pytest.raises(NotFound):
            act(session, 4711, ana)
    with pytest.raises(NotFound):
        add_note(session, 4711, ana, "note")
    with pytest.raises(NotFound):
        answer_ticket(session, 4711, ana, "answer")
    with pytest.raises(NotFound):
        get_ticket(session, 4711)


def test_whoever_was_forgotten_cannot_be_answered(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff
) -> None:
    claim_ticket(session, ticket.id, ana)
    forget_conversation(session, conversation)
    with pytest.raises(Conflict):
        answer_ticket(session, ticket.id, ana, "Hello?")
    assert close_ticket(session, ticket.id, ana).state is TicketState.CLOSED


@pytest.mark.parametrize("state", TicketState)
def test_a_conversation_is_with_people_while_its_ticket_waits(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff, state: TicketState
) -> None:
    ticket.assignee_id, ticket.state = ana.id, state
    session.flush()
    waiting = ticket_with_people(session, conversation.id)
    assert (waiting is ticket) == (state in (TicketState.OPEN, TicketState.CLAIMED, TicketState.WAITING))


def test_the_newest_waiting_ticket_counts(session: Session, conversation: Conversation, ticket: Ticket) -> None:
    newer = open_ticket(session, conversation, "Another?", reason="declined", language="en")
    assert ticket_with_people(session, conversation.id) is newer
    assert tickets_of(session, conversation.id) == [newer, ticket]
    assert tickets_of(session, conversation.id, limit=1) == [newer]


def test_the_list_begins_with_the_longest_untouched(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff
) -> None:
    second = open_ticket(session, conversation, "2", reason="asked", language="en")
    third = open_ticket(session, conversation, "3", reason="asked", language="en")
    ticket.updated_at = now() - timedelta(hours=1)
    second.updated_at = now() - timedelta(hours=3)
    claim_ticket(session, third.id, ana)
    assert list_tickets(session) == ([second, ticket, third], 3)
    assert list_tickets(session, limit=1, offset=1) == ([ticket], 3)
    assert list_tickets(session, states=[TicketState.CLAIMED]) == ([third], 1)
    assert list_tickets(session, assignee_id=ana.id) == ([third], 1)
    assert list_tickets(session, states=[TicketState.OPEN], assignee_id=ana.id) == ([], 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": EventKind.CLAIMED},
        {"kind": EventKind.NOTE, "text": "x"},
        {"kind": EventKind.ANSWER, "text": "x"},
        {"kind": EventKind.MESSAGE, "text": ""},
    ],
)
def test_the_database_guards_the_timeline(database: Database, wrong: dict[str, Any]) -> None:
    with database.transaction() as session:
        ticket = open_ticket(session, open_conversation(session, "web", "x"), "?", reason="asked", language="en")
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(TicketEvent(ticket_id=ticket.id, **wrong))


def test_the_database_lets_no_ticket_be_claimed_by_nobody(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Ticket(question="?", reason="asked", language="en", state=TicketState.CLAIMED))
