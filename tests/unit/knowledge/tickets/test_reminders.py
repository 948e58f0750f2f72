"""The clock reminds, escalates, closes what is settled and clears away, once each."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.conversations.files import keep_file
from knowledge.conversations.messages import messages_after, open_conversation, receive_message
from knowledge.database import Database
from knowledge.entries.store import get_entry, save_entry
from knowledge.models import (
    Attachment,
    Conversation,
    EntryState,
    File,
    Notice,
    NoticeKind,
    OneTimeCode,
    Role,
    Staff,
    Ticket,
    TicketState,
    now,
)
from knowledge.programs.idempotency import keep
from knowledge.staff.groups import save_group
from knowledge.tickets.by_asker import add_asker_message, open_ticket
from knowledge.tickets.by_staff import answer_ticket, claim_ticket, get_ticket
from knowledge.tickets.following import follow_code
from knowledge.tickets.handover import hand_over
from knowledge.tickets.reminders import KEPT, close_settled, escalate_overdue, expire_entries, purge, remind_due
from tests.unit.knowledge.conftest import DraftOf

HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(session: Session, conversation: Conversation) -> Ticket:
    return open_ticket(session, conversation, "How?", reason="asked", language="bg")


def told(session: Session, kind: NoticeKind) -> list[int | None]:
    return list(session.scalars(select(Notice.staff_id).where(Notice.kind == kind).order_by(Notice.staff_id)))


def test_the_holder_is_reminded_once_each_time_a_word_is_owed(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff, boris: Staff
) -> None:
    assert ticket.due_at is not None
    claim_ticket(session, ticket.id, ana)
    touched = ticket.updated_at
    assert remind_due(session, ticket.due_at - 2 * HOUR) == 0
    assert [remind_due(session, ticket.due_at), remind_due(session, ticket.due_at)] == [1, 0]
    assert told(session, NoticeKind.REMINDED) == [ana.id]
    assert ticket.updated_at == touched
    answer_ticket(session, ticket.id, ana, "So.")
    assert remind_due(session, now() + 1000 * HOUR) == 0
    add_asker_message(session, ticket, receive_message(session, conversation, "And?", external_id=None))
    assert remind_due(session, now() + 1000 * HOUR) == 1


def test_of_a_ticket_that_nobody_holds_all_who_may_take_it_are_reminded(
    session: Session, ticket: Ticket, ana: Staff, boris: Staff
) -> None:
    remind_due(session, now() + 1000 * HOUR)
    assert told(session, NoticeKind.REMINDED) == [ana.id, boris.id]
    hand_over(session, ticket.id, ana, to_group=save_group(session, "Tax", [boris.id]).id)
    ticket.reminded_at = None
    session.flush()
    remind_due(session, now() + 1000 * HOUR)
    assert told(session, NoticeKind.REMINDED) == [ana.id, boris.id, boris.id]


def test_admins_are_told_of_what_is_overdue(database: Database) -> None:
    with database.transaction() as session:
        expert, admin = (
            Staff(email=f"{role}@a.b", name=role, role=role, password_hash="x") for role in (Role.EXPERT, Role.ADMIN)
        )
        session.add_all([expert, admin])
        session.flush()
        place = open_conversation(session, "web", "asker")
        ticket = open_ticket(session, place, "How?", reason="asked", language="bg")
        claim_ticket(session, ticket.id, expert)
    with database.transaction() as session:
        assert escalate_overdue(session, now()) == 0
        assert [escalate_overdue(session, now() + 1000 * HOUR), escalate_overdue(session, now() + 1000 * HOUR)] == [
            1,
            0,
        ]
        assert told(session, NoticeKind.ESCALATED) == [admin.id]
        assert told(session, NoticeKind.REMINDED) == [expert.id]
        assert get_ticket(session, ticket.id).events[-1].kind == "escalated"


def test_an_answered_ticket_that_nobody_came_back_to_is_closed(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff
) -> None:
    other = open_ticket(session, conversation, "2", reason="asked", language="bg")
    for each in (ticket, other):
        answer_ticket(session, each.id, ana, "So.")
    assert close_settled(session, now() + timedelta(days=6)) == 0
    later = now() + timedelta(days=40)
    assert [close_settled(session, later) for _ in range(3)] == [1, 1, 0]
    assert ticket.state is TicketState.CLOSED
    assert [message.kind for message in messages_after(session, conversation.id, 0)][-1] == "ticket_closed"


def test_entries_are_withdrawn_when_their_time_is_over(session: Session, draft_of: DraftOf) -> None:
    today = now().date()
    for number, day in enumerate((None, today, today - timedelta(days=1))):
        draft = draft_of(id=f"e-{number}")
        entry, _ = save_entry(session, draft, source="t", state=EntryState.PUBLISHED)
        entry.expires_on = day
    session.flush()
    assert [expire_entries(session, today), expire_entries(session, today)] == [1, 0]
    assert get_entry(session, "e-2").state is EntryState.WITHDRAWN
    assert get_entry(session, "e-1").state is EntryState.PUBLISHED


def test_what_has_served_is_cleared_away(
    session: Session, conversation: Conversation, ticket: Ticket, ana: Staff
) -> None:
    follow_code(session, ticket.id, conversation)
    keep(session, ana.id, "k", "h", 200, {})
    keep_file(session, "a.txt", b"loose")
    assert purge(session, now()) == 0
    assert purge(session, now() + KEPT + HOUR) == 3
    for table in (OneTimeCode, Attachment, File):
        assert session.scalar(select(func.count()).select_from(table)) == 0
