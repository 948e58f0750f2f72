"""The clock's work: reminding, escalating, closing what is settled, and clearing away. Each flushes.

Each verb returns how much it did, and several processes may call it at once.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from knowledge.conversations.files import drop_unattached
from knowledge.entries.store import set_state
from knowledge.models import (
    Entry,
    EntryState,
    EventKind,
    NoticeKind,
    OneTimeCode,
    Presence,
    Role,
    Ticket,
    TicketEvent,
    TicketState,
)
from knowledge.notices.concerned import concerned
from knowledge.notices.writing_notices import active_staff, drop_told, notify_staff
from knowledge.payloads import Clocked
from knowledge.programs.idempotency import drop_keys
from knowledge.programs.webhooks import drop_calls
from knowledge.region import country_of
from knowledge.staff.worktime import week_of, working_between
from knowledge.tickets.acting import lock_ticket, record_event
from knowledge.tickets.by_staff import end

REMIND_BEFORE = timedelta(hours=1)
"""How long before a ticket is due its holder is reminded."""

SETTLED_AFTER = timedelta(hours=56)
"""The working time (seven days of eight hours) after which an answered ticket that nobody came back to is closed."""

KEPT = timedelta(days=30)
KEYS_KEPT = timedelta(hours=24)

_OWED = (TicketState.OPEN, TicketState.CLAIMED)


def remind_due(session: Session, moment: datetime, *, limit: int = 50) -> int:
    """Remind of the tickets that are due within `REMIND_BEFORE`, once each time a word is owed.

    Their holder is told; of one that nobody holds, its group, else whom it was suggested to, else all experts.
    """
    found = _lock_due(session, moment + REMIND_BEFORE, Ticket.reminded_at.is_(None), limit)
    for ticket in found:
        ticket.reminded_at = moment
        event = _note(session, ticket, Clocked(kind=EventKind.REMINDED, due_at=ticket.due_at))
        notify_staff(session, event, NoticeKind.REMINDED, concerned(session, ticket))
    return len(found)


def escalate_overdue(session: Session, moment: datetime, *, limit: int = 50) -> int:
    """Tell the admins of the tickets whose due time has passed, once each time a word is owed."""
    found = _lock_due(session, moment, Ticket.escalated_at.is_(None), limit)
    for ticket in found:
        ticket.escalated_at = moment
        event = _note(session, ticket, Clocked(kind=EventKind.ESCALATED, due_at=ticket.due_at))
        admins = active_staff(session, role=Role.ADMIN)
        notify_staff(session, event, NoticeKind.ESCALATED, admins)
        notify_staff(session, event, NoticeKind.REMINDED, set(concerned(session, ticket)) - set(admins))
    return len(found)


def close_settled(session: Session, moment: datetime) -> int:
    """Close one answered ticket that nobody came back to for `SETTLED_AFTER`; its asker is told and may rate it.

    One a call, because the asker's conversation is written to: call it again until it returns 0.
    """
    statement = (
        select(Ticket)
        .where(Ticket.state == TicketState.ANSWERED, Ticket.updated_at < moment - SETTLED_AFTER)
        .order_by(Ticket.updated_at)
        .limit(200)
    )
    for ticket in session.scalars(statement).all():
        week = week_of(country_of(ticket.country, ticket.language))
        if working_between(ticket.updated_at, moment, week) < SETTLED_AFTER:
            continue
        before = ticket.updated_at
        locked = lock_ticket(session, ticket.id)
        if locked.state is TicketState.ANSWERED and locked.updated_at == before:
            end(session, locked, None)
            return 1
    return 0


def expire_entries(session: Session, today: date) -> int:
    """Withdraw the published entries that held only until a day before `today`."""
    statement = select(Entry.reference).where(Entry.state == EntryState.PUBLISHED, Entry.expires_on < today)
    references = list(session.scalars(statement.order_by(Entry.id)))
    for reference in references:
        set_state(session, reference, EntryState.WITHDRAWN)
    return len(references)


def purge(session: Session, moment: datetime) -> int:
    """Clear away what has served: codes, keys, presence, old notices and calls, files that belong to nothing."""
    codes = delete(OneTimeCode).where(OneTimeCode.expires_at < moment).returning(OneTimeCode.code_hash)
    gone = len(session.scalars(codes).all())
    away = delete(Presence).where(Presence.seen_at < moment - timedelta(hours=1)).returning(Presence.ticket_id)
    gone += len(session.scalars(away).all())
    gone += drop_keys(session, moment - KEYS_KEPT)
    gone += drop_told(session, moment - KEPT)
    gone += drop_calls(session, moment - KEPT)
    return gone + drop_unattached(session, moment - KEYS_KEPT)


def _lock_due(session: Session, until: datetime, once: ColumnElement[bool], limit: int) -> list[Ticket]:
    statement = (
        select(Ticket)
        .where(Ticket.state.in_(_OWED), Ticket.due_at <= until, once)
        .order_by(Ticket.due_at, Ticket.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def _note(session: Session, ticket: Ticket, what: Clocked) -> TicketEvent:
    """Write the event; a ticket that the clock looked at was not touched by anybody."""
    touched = ticket.updated_at
    event = record_event(session, ticket, what)
    ticket.updated_at = touched
    return event
