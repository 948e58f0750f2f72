"""What an asker writes on a ticket that nobody holds is heard by those whom it concerns, and they are not flooded."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.conversations.messages import receive_message
from knowledge.models import Conversation, EventKind, Notice, NoticeKind, SkillKind, Staff, Ticket, TicketEvent, now
from knowledge.notices.concerned import QUIET
from knowledge.notices.writing_notices import lease_notices, tell
from knowledge.staff.groups import save_group
from knowledge.staff.profiles import save_profile
from knowledge.tickets.by_asker import add_asker_message, open_ticket, reopen_by_asker
from knowledge.tickets.by_staff import claim_ticket, close_ticket
from knowledge.tickets.handover import hand_over, watch
from knowledge.tickets.leaving import set_active


@pytest.fixture
def ticket(session: Session, conversation: Conversation, ana: Staff, boris: Staff) -> Ticket:
    return open_ticket(session, conversation, "How do I export?", reason="asked", language="bg")


def write(session: Session, ticket: Ticket, text: str) -> None:
    assert ticket.conversation_id is not None
    place = session.get_one(Conversation, ticket.conversation_id)
    add_asker_message(session, ticket, receive_message(session, place, text, external_id=None))


def told(session: Session, kind: NoticeKind = NoticeKind.MESSAGE) -> list[int | None]:
    statement = select(Notice.staff_id).where(Notice.kind == kind).order_by(Notice.id)
    return list(session.scalars(statement))


def pass_time(session: Session, by: timedelta) -> None:
    """Let everything that was noted be older."""
    for notice in session.scalars(select(Notice)):
        notice.due_at -= by
    session.flush()


def test_all_experts_hear_of_it_while_it_suits_nobody_and_once_for_a_while(
    session: Session, ticket: Ticket, ana: Staff, boris: Staff
) -> None:
    write(session, ticket, "It is honey.")
    assert told(session) == [ana.id, boris.id]
    write(session, ticket, "Five tons.")
    write(session, ticket, "By May.")
    assert told(session) == [ana.id, boris.id] * 2
    due = [notice.due_at for notice in session.scalars(select(Notice).where(Notice.kind == NoticeKind.MESSAGE))]
    assert due[0] <= now() < due[-1] <= now() + QUIET
    pass_time(session, 3 * QUIET)
    write(session, ticket, "Hello?")
    assert told(session) == [ana.id, boris.id] * 3


def test_a_clock_that_went_back_keeps_nothing_from_them(session: Session, ticket: Ticket, ana: Staff) -> None:
    write(session, ticket, "It is honey.")
    pass_time(session, -timedelta(hours=2))
    before = len(told(session))
    write(session, ticket, "Five tons.")
    assert len(told(session)) == 2 * before


def test_whom_it_suits_hears_of_it_then_the_group_that_it_was_handed_to(
    session: Session, conversation: Conversation, ana: Staff, boris: Staff
) -> None:
    save_profile(session, boris.id, skills={SkillKind.LANGUAGE: ["mk"]})
    ticket = open_ticket(session, conversation, "?", reason="asked", language="mk")
    write(session, ticket, "More.")
    assert told(session) == [boris.id]
    group = save_group(session, "Export", [ana.id])
    hand_over(session, ticket.id, boris, to_group=group.id)
    pass_time(session, 2 * QUIET)
    write(session, ticket, "And more.")
    assert told(session) == [boris.id, ana.id]


def test_one_who_watches_hears_of_it_once(session: Session, ticket: Ticket, ana: Staff, boris: Staff) -> None:
    set_active(session, boris.id, False)
    watch(session, ticket.id, ana, True)
    write(session, ticket, "More.")
    assert (told(session), told(session, NoticeKind.WATCHED)) == ([ana.id], [])


def test_a_ticket_that_is_opened_again_while_nobody_holds_it_is_heard_of(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff, boris: Staff
) -> None:
    close_ticket(session, ticket.id, boris, "So.")
    set_active(session, boris.id, False)
    message = receive_message(session, conversation, "It failed.", external_id=None)
    assert reopen_by_asker(session, conversation, ticket.id, message).assignee_id is None
    assert told(session) == [ana.id]


def test_what_was_to_be_told_later_is_not_told_once_somebody_has_taken_the_ticket(
    session: Session, ticket: Ticket, ana: Staff, boris: Staff
) -> None:
    write(session, ticket, "More.")
    claim_ticket(session, ticket.id, ana)
    moment = now() + timedelta(minutes=1)
    said = {}
    for notice in lease_notices(session, moment, moment + QUIET, "me"):
        event = session.get_one(TicketEvent, notice.event_id)
        if event.kind is EventKind.MESSAGE:
            said[notice.staff_id] = tell(session, notice.id, ["email"], "email") is not None
    assert said == {ana.id: True, boris.id: False}
