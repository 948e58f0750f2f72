"""Verbs for what staff write on a ticket's page: drafts, ready texts, and who is there. Each flushes."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from knowledge.errors import InvalidEntry, NotFound
from knowledge.models import CannedText, Presence, Role, Staff, Ticket, TicketDraft, Words, now

THERE = timedelta(seconds=15)
"""Who was seen on a ticket's page within this time is there now."""

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


def canned_for(
    session: Session, staff: Staff, *, language: str | None = None, competence: str | None = None
) -> list[CannedText]:
    """Return the ready texts that somebody may use, their own and everybody's, by title.

    With a language or a competence, those for others are left out; those for all are not.
    """
    statement = select(CannedText).where(or_(CannedText.owner_id.is_(None), CannedText.owner_id == staff.id))
    if language is not None:
        statement = statement.where(or_(CannedText.language.is_(None), CannedText.language == language))
    if competence is not None:
        statement = statement.where(or_(CannedText.competence.is_(None), CannedText.competence == competence))
    return list(session.scalars(statement.order_by(CannedText.title, CannedText.id)))


def save_canned(
    session: Session,
    staff: Staff,
    title: str,
    text: str,
    *,
    canned_id: int | None = None,
    language: str | None = None,
    competence: str | None = None,
    for_all: bool = False,
) -> CannedText:
    """Write a ready text, one's own or everybody's; only curators write everybody's.

    Raises `NotFound` for one that is not theirs to change, and `InvalidEntry`.
    """
    title, text = title.strip(), text.strip()
    if not title or len(title) > 200 or not text or len(text) > MAX_WORDS:
        raise InvalidEntry("title, text: neither may be empty or too long")
    if for_all and not staff.role.covers(Role.CURATOR):
        raise InvalidEntry("for_all: only curators write texts for everybody", {"for_all": "only curators may"})
    canned = CannedText() if canned_id is None else _mine(session, staff, canned_id)
    canned.title, canned.text, canned.language, canned.competence = title, text, language, competence
    canned.owner_id, canned.updated_at = None if for_all else staff.id, now()
    session.add(canned)
    session.flush()
    return canned


def delete_canned(session: Session, staff: Staff, canned_id: int) -> None:
    """Delete a ready text; raises `NotFound` for one that is not theirs to change."""
    session.delete(_mine(session, staff, canned_id))
    session.flush()


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


def _mine(session: Session, staff: Staff, canned_id: int) -> CannedText:
    canned = session.get(CannedText, canned_id)
    may = canned is not None and (
        canned.owner_id == staff.id or (canned.owner_id is None and staff.role.covers(Role.CURATOR))
    )
    if canned is None or not may:
        raise NotFound(f"text {canned_id}")
    return canned
