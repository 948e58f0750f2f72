"""Verbs for who has a ticket's page before them. Each flushes."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.models import Presence, Staff, now

THERE = timedelta(seconds=15)
"""Who was seen on a ticket's page within this time is there now."""


def seen(session: Session, ticket_id: int, staff: Staff, *, writing: bool) -> list[tuple[str, bool]]:
    """Take note that somebody has a ticket's page before them; return the others who do (name, writing), by name."""
    moment = now()
    session.merge(Presence(ticket_id=ticket_id, staff_id=staff.id, writing=writing, seen_at=moment))
    session.flush()
    return others_there(session, ticket_id, staff, moment)


def others_there(session: Session, ticket_id: int, staff: Staff, moment: datetime) -> list[tuple[str, bool]]:
    """Return who else has a ticket's page before them (name, writing), by name."""
    statement = (
        select(Staff.name, Presence.writing)
        .join(Presence, Presence.staff_id == Staff.id)
        .where(Presence.ticket_id == ticket_id, Presence.staff_id != staff.id, Presence.seen_at > moment - THERE)
        .order_by(Staff.name)
    )
    return [(name, writing) for name, writing in session.execute(statement)]
