"""An asker goes on with a ticket: adds to it, takes it back, rates it, comes again; nobody else's can be touched."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.conversations.messages import messages_after, open_conversation, receive_message
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.models import Conversation, EventKind, Message, Notice, NoticeKind, Staff, Ticket, TicketState, now
from knowledge.tickets.by_asker import (
    Findings,
    Intake,
    add_asker_message,
    open_ticket,
    rate_ticket,
    reopen_by_asker,
    withdraw_ticket,
)
from knowledge.tickets.by_staff import answer_ticket, ask_asker, claim_ticket, close_ticket, get_ticket, reopen_ticket
from knowledge.tickets.for_asker import expectation, last_closed, own_ticket, ticket_in_hand
from knowledge.tickets.leaving import set_active


@pytest.fixture
def ticket(session: Session, conversation: Conversation) -> Ticket:
    return open_ticket(session, conversation, "How do I export?", reason="asked", language="bg")


@pytest.fixture
def stranger(session: Session, conversation: Conversation) -> Conversation:
    return open_conversation(session, "web", "stranger")


def said(session: Session, conversation: Conversation, text: str) -> Message:
    return receive_message(session, conversation, text, external_id=None)


def notices(session: Session) -> list[tuple[NoticeKind, int | None]]:
    return [(notice.kind, notice.staff_id) for notice in session.scalars(select(Notice).order_by(Notice.id))]


def test_what_the_asker_told_is_kept_and_contacts_only_by_consent(session: Session, conversation: Conversation) -> None:
    told = {"country": "MK", "sector": "agriculture", "competence": "export", "name": "Ivo", "email": "ivo@a.test"}
    found = Findings("decline", "ask", 0.9, 0.1, entries=tuple((f"r{n}", "T", 0.5) for n in range(20)))
    silent = open_ticket(
        session,
        conversation,
        "?",
        reason="asked",
        language="mk",
        intake=Intake(**told),
        findings=found,  # type: ignore[arg-type]
    )
    assert (silent.channel, silent.country, silent.competence) == ("web", "MK", "export")
    assert (silent.contact_name, silent.contact_email, silent.contact_consent_at) == (None, None, None)
    assert silent.findings is not None
    assert len(silent.findings["entries"]) == 10
    agreed = Intake(**told, consent=True)  # type: ignore[arg-type]
    open_ = open_ticket(session, conversation, "?", reason="asked", language="mk", intake=agreed)
    assert (open_.contact_name, open_.contact_email) == ("Ivo", "ivo@a.test")
    assert open_.contact_consent_at is not None


def test_a_request_for_details_waits_for_the_asker_and_their_word_ends_the_wait(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff
) -> None:
    assert ticket.due_at is not None
    asked = ask_asker(session, ticket.id, ana, "Which year?", key="k")
    assert (asked.state, asked.assignee_id, asked.due_at) == (TicketState.WAITING, ana.id, None)
    ask_asker(session, ticket.id, ana, "Which year?", key="k")
    (message,) = messages_after(session, conversation.id, 0)
    assert (message.kind, message.text) == ("ticket_asked", "Which year?")
    hand = ticket_in_hand(session, conversation.id)
    assert hand is not None
    assert (hand.state, hand.asked, hand.holder) == (TicketState.WAITING, "Which year?", "Ana")
    add_asker_message(session, ticket, said(session, conversation, "2026"))
    assert (ticket.state, ticket.assignee_id) == (TicketState.CLAIMED, ana.id)
    assert ticket.due_at is not None
    assert notices(session)[-1] == (NoticeKind.MESSAGE, ana.id)


def test_a_word_after_the_answer_goes_to_the_expert_and_a_thank_you_to_nobody(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff
) -> None:
    answer_ticket(session, ticket.id, ana, "So.")
    told = len(notices(session))
    add_asker_message(session, ticket, said(session, conversation, "Thanks!"), quiet=True)
    assert (ticket.state, len(notices(session))) == (TicketState.ANSWERED, told)
    add_asker_message(session, ticket, said(session, conversation, "But what of tax?"))
    assert (ticket.state, len(notices(session))) == (TicketState.CLAIMED, told + 1)


def test_what_a_colleague_held_who_left_is_everybodys_again(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff
) -> None:
    claim_ticket(session, ticket.id, ana)
    other = open_ticket(session, conversation, "2", reason="asked", language="bg")
    answer_ticket(session, other.id, ana, "So.")
    set_active(session, ana.id, False)
    session.refresh(ticket)
    assert (ticket.state, ticket.assignee_id) == (TicketState.OPEN, None)
    add_asker_message(session, other, said(session, conversation, "And?"))
    assert (other.state, other.assignee_id) == (TicketState.OPEN, None)


def test_a_ticket_may_be_withdrawn_by_its_asker_only(
    session: Session, conversation: Conversation, stranger: Conversation, ticket: Ticket, ana: Staff
) -> None:
    claim_ticket(session, ticket.id, ana)
    with pytest.raises(NotFound):
        withdraw_ticket(session, stranger, ticket.id)
    assert withdraw_ticket(session, conversation, ticket.id).state is TicketState.CLOSED
    withdraw_ticket(session, conversation, ticket.id)
    assert notices(session).count((NoticeKind.WITHDRAWN, ana.id)) == 1
    assert [event.kind for event in get_ticket(session, ticket.id).events][-1] is EventKind.WITHDRAWN


def test_a_rating_comes_after_the_answer_and_may_be_changed(
    session: Session, conversation: Conversation, stranger: Conversation, ticket: Ticket, ana: Staff
) -> None:
    with pytest.raises(InvalidInput, match="not answered"):
        rate_ticket(session, conversation, ticket.id, 5, None)
    close_ticket(session, ticket.id, ana, "Good luck!")
    for rating in (0, 6):
        with pytest.raises(InvalidInput):
            rate_ticket(session, conversation, ticket.id, rating, None)
    with pytest.raises(NotFound):
        rate_ticket(session, stranger, ticket.id, 5, None)
    rate_ticket(session, conversation, ticket.id, 4, None)
    rated = rate_ticket(session, conversation, ticket.id, None, "Quick.")
    assert (rated.rating, rated.rating_comment, rated.rated_at is not None) == (4, "Quick.", True)


def test_a_closed_ticket_is_taken_up_again_by_either_side(
    session: Session, conversation: Conversation, stranger: Conversation, ticket: Ticket, ana: Staff
) -> None:
    answer_ticket(session, ticket.id, ana, "So.")
    close_ticket(session, ticket.id, ana)
    assert ticket_in_hand(session, conversation.id) is None
    closed = last_closed(session, conversation.id)
    assert closed is not None
    assert closed.ticket_id == ticket.id
    with pytest.raises(NotFound):
        reopen_by_asker(session, stranger, ticket.id, said(session, stranger, "Mine?"))
    again = reopen_by_asker(session, conversation, ticket.id, said(session, conversation, "It failed."))
    assert (again.state, again.assignee_id, again.closed_at) == (TicketState.CLAIMED, ana.id, None)
    assert [event.kind for event in get_ticket(session, ticket.id).events][-2:] == ["reopened", "message"]
    close_ticket(session, ticket.id, ana)
    assert reopen_ticket(session, ticket.id, ana).state is TicketState.CLAIMED
    assert reopen_ticket(session, ticket.id, ana).state is TicketState.CLAIMED


def test_nobody_takes_up_what_its_asker_had_deleted(session: Session, ticket: Ticket, ana: Staff) -> None:
    close_ticket(session, ticket.id, ana)
    ticket.conversation_id = None
    session.flush()
    with pytest.raises(Conflict):
        reopen_ticket(session, ticket.id, ana)


def test_what_was_answered_long_ago_is_not_in_hand(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff
) -> None:
    answer_ticket(session, ticket.id, ana, "So.")
    hand = ticket_in_hand(session, conversation.id)
    assert hand is not None
    assert (hand.last_words, hand.last_event_id > 0) == ("So.", True)
    ticket.updated_at = now() - timedelta(days=15)
    session.flush()
    assert ticket_in_hand(session, conversation.id) is None


def test_a_number_chooses_among_ones_own_tickets(
    session: Session, conversation: Conversation, stranger: Conversation, ticket: Ticket
) -> None:
    newer = open_ticket(session, conversation, "2", reason="asked", language="bg")
    hand, chosen = (
        ticket_in_hand(session, conversation.id),
        ticket_in_hand(session, conversation.id, ticket_id=ticket.id),
    )
    assert hand is not None
    assert chosen is not None
    assert (hand.ticket_id, chosen.ticket_id) == (newer.id, ticket.id)
    assert ticket_in_hand(session, stranger.id, ticket_id=ticket.id) is None
    assert own_ticket(session, conversation.id, ticket.id) is ticket
    with pytest.raises(NotFound):
        own_ticket(session, stranger.id, ticket.id)


def test_what_can_be_expected_is_said_honestly(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff
) -> None:
    sunday = datetime(2026, 11, 22, 12, tzinfo=UTC)
    told = expectation(session, ticket, sunday)
    assert (told.due_at, told.waiting_before, told.usual) == (ticket.due_at, 0, None)
    assert told.closed_until == datetime(2026, 11, 23, 7, tzinfo=UTC)
    for hours in range(1, 6):
        done = open_ticket(session, conversation, str(hours), reason="asked", language="bg")
        answer_ticket(session, done.id, ana, "So.")
        assert done.first_answered_at is not None
        done.opened_at = done.first_answered_at - timedelta(hours=hours)
    other = open_ticket(session, conversation, "later", reason="asked", language="bg")
    other.due_at = ticket.due_at + timedelta(hours=1) if ticket.due_at else None
    session.flush()
    told = expectation(session, other, datetime(2027, 3, 3, 10, tzinfo=UTC))
    assert (told.waiting_before, told.holiday is not None) == (1, True)
    assert expectation(session, other, now()).usual == timedelta(hours=3)
