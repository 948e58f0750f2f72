"""Whom a ticket concerns that nobody holds, and how often they hear of it."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.models import Notice, NoticeKind, Ticket, TicketEvent, now
from knowledge.notices.writing_notices import active_staff, notify_staff
from knowledge.staff.groups import members_of

QUIET = timedelta(minutes=10)
"""How long those who may take a ticket hear nothing more of what its asker writes, once they have been told."""


def concerned(session: Session, ticket: Ticket) -> list[int]:
    """Return the ids of its holder; of a ticket that nobody holds, its group, else whom it suits, else all experts."""
    if ticket.assignee_id is not None:
        return [ticket.assignee_id]
    if ticket.group_id is not None and (members := members_of(session, ticket.group_id)):
        return members
    suggested = ticket.suggestion.staff_id
    experts = active_staff(session)
    return [suggested] if suggested in experts else experts


def tell_concerned(session: Session, ticket: Ticket, event: TicketEvent) -> list[int]:
    """Have those whom a ticket that nobody holds concerns told of its asker's words; return the ids of all of them.

    Within `QUIET` they are told once; what comes sooner is told, once too, when that time is over.
    """
    told = concerned(session, ticket)
    of_ticket = select(Notice.due_at).join(TicketEvent, TicketEvent.id == Notice.event_id)
    before = of_ticket.where(TicketEvent.ticket_id == ticket.id, Notice.kind == NoticeKind.MESSAGE)
    last, moment = session.scalar(before.order_by(Notice.due_at.desc()).limit(1)), now()
    if last is not None and last > moment + QUIET:
        last = None  # It was written by a clock that has gone back since.
    if last is None or last <= moment:
        due_at = max(moment, last + QUIET) if last else moment
        notify_staff(session, event, NoticeKind.MESSAGE, told, due_at=due_at)
    return told
