"""Verbs for what staff are writing on a ticket's page, kept as typed. Each flushes."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge.errors import NotFound
from knowledge.models import Staff, Ticket, TicketDraft, Words, now

MAX_WORDS = 20_000


def save_draft(session: Session, ticket_id: int, staff: Staff, kind: Words, text: str) -> datetime:
    """Keep what somebody is writing; nothing but space deletes it. Returns when; raises `NotFound`."""
    if session.get(Ticket, ticket_id) is None:
        raise NotFound(f"ticket {ticket_id}")
    moment = now()
    if text.strip():
        text = text[:MAX_WORDS]
        session.merge(TicketDraft(ticket_id=ticket_id, staff_id=staff.id, kind=kind, text=text, updated_at=moment))
    else:
        drop_draft(session, ticket_id, staff, kind)
    session.flush()
    return moment


def drop_draft(session: Session, ticket_id: int, staff: Staff, kind: Words) -> None:
    """Delete a draft, as when it was sent."""
    session.execute(
        delete(TicketDraft).where(
            TicketDraft.ticket_id == ticket_id, TicketDraft.staff_id == staff.id, TicketDraft.kind == kind
        )
    )


def drafts_of(session: Session, ticket_id: int, staff: Staff) -> dict[Words, str]:
    """Return what somebody was writing on a ticket."""
    statement = select(TicketDraft).where(TicketDraft.ticket_id == ticket_id, TicketDraft.staff_id == staff.id)
    return {draft.kind: draft.text for draft in session.scalars(statement)}
