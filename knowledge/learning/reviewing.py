"""Verbs for drafts that wait for a curator: their order, what is personal in them, and the way back to the expert.

Each flushes; the caller commits.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from knowledge.entries.store import get_entry
from knowledge.errors import Conflict
from knowledge.learning.personal_data import Found, find_personal
from knowledge.models import Entry, EntryState, EventKind, NoticeKind, Staff, Ticket, TicketEvent
from knowledge.notices.writing_notices import notify_staff, watchers
from knowledge.payloads import Drafted
from knowledge.tickets.acting import lock_ticket, record_event


def drafts_to_review(
    session: Session, *, returned: bool = False, limit: int = 50, offset: int = 0
) -> tuple[list[Entry], int]:
    """Return a page of the drafts that wait, the oldest first, with facets and cut-offs, and how many there are in all.

    With `returned`, those that were sent back to an expert and have not been drafted anew since.
    """
    wanted = _drafts(returned)
    total = session.scalar(select(func.count()).select_from(Entry).where(*wanted)) or 0
    statement = select(Entry).where(*wanted).order_by(Entry.created_at, Entry.id).limit(limit).offset(offset)
    found = session.scalars(statement.options(selectinload(Entry.facets), selectinload(Entry.deadlines)))
    return list(found), total


def count_drafts(session: Session) -> int:
    """Return how many drafts wait for a curator."""
    return session.scalar(select(func.count()).select_from(Entry).where(*_drafts(returned=False))) or 0


def drafts_beside(session: Session, entry: Entry) -> tuple[str | None, str | None]:
    """Return the references of the drafts that wait before and after an entry, None where there is none."""
    made, key = Entry.created_at, Entry.id
    before = or_(made < entry.created_at, and_(made == entry.created_at, key < entry.id))
    after = or_(made > entry.created_at, and_(made == entry.created_at, key > entry.id))
    waiting = select(Entry.reference).where(*_drafts(returned=False))
    previous = waiting.where(before).order_by(made.desc(), key.desc()).limit(1)
    return session.scalar(previous), session.scalar(waiting.where(after).order_by(made, key).limit(1))


def word_back(session: Session, ticket_id: int) -> str | None:
    """Return the word with which a ticket's draft was sent back, None unless it was, and was not made anew since."""
    last = session.scalar(
        select(TicketEvent)
        .where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind.in_((EventKind.DRAFTED, EventKind.RETURNED)))
        .order_by(TicketEvent.id.desc())
        .limit(1)
    )
    return last.text if last is not None and last.kind is EventKind.RETURNED else None


def experts_of(session: Session, ticket_ids: Sequence[int]) -> dict[int, str]:
    """Return who answered each ticket last, by its id."""
    answers = (
        select(TicketEvent.ticket_id, Staff.name)
        .join(Staff, Staff.id == TicketEvent.staff_id)
        .where(TicketEvent.ticket_id.in_(ticket_ids), TicketEvent.kind == EventKind.ANSWER)
    )
    return {ticket_id: name for ticket_id, name in session.execute(answers.order_by(TicketEvent.id))}


def personal_in(session: Session, entry: Entry) -> dict[str, list[Found]]:
    """Return the personal data in an entry's title and text, by field; what is known of its asker is looked for too.

    The first call in a process takes some seconds.
    """
    ticket = session.get(Ticket, entry.ticket_id) if entry.ticket_id is not None else None
    contact = (ticket.contact_name, ticket.contact_email, ticket.contact_phone) if ticket else ()
    known = [each for each in contact if each]
    country = ticket.country if ticket else None
    words = {"title": entry.title, "text": entry.text}
    return {name: find_personal(text, entry.language, country, known) for name, text in words.items()}


def return_draft(session: Session, reference: str, staff: Staff, text: str) -> Entry:
    """Send a draft back with a word to whoever made it of a ticket; they are told, and it waits again once made anew.

    Raises `NotFound`, and `Conflict` for what is no draft or was not made of a ticket.
    """
    entry = get_entry(session, reference)
    if entry.state is not EntryState.DRAFT or entry.ticket_id is None:
        what = "was not made of a ticket" if entry.ticket_id is None else f"is {entry.state}"
        raise Conflict(f"entry {reference} {what}")
    ticket = lock_ticket(session, entry.ticket_id)
    returned = Drafted(kind=EventKind.RETURNED, reference=reference)
    event = record_event(session, ticket, returned, staff=staff, text=text)
    made = select(TicketEvent.staff_id).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == EventKind.DRAFTED)
    drafter = session.scalar(made.order_by(TicketEvent.id.desc()).limit(1))
    told = [drafter, ticket.assignee_id, *watchers(session, ticket.id)]
    notify_staff(session, event, NoticeKind.WATCHED, told)
    return entry


def _drafts(returned: bool) -> list[ColumnElement[bool]]:
    last = (
        select(TicketEvent.kind)
        .where(
            TicketEvent.ticket_id == Entry.ticket_id,
            TicketEvent.kind.in_((EventKind.DRAFTED, EventKind.RETURNED)),
        )
        .order_by(TicketEvent.id.desc())
        .limit(1)
        .correlate(Entry)
        .scalar_subquery()
    )
    # Most drafts of an import have no ticket: asked first, that spares looking for their events.
    stays = or_(Entry.ticket_id.is_(None), last.is_(None), last != EventKind.RETURNED)
    back = and_(Entry.ticket_id.is_not(None), last == EventKind.RETURNED)
    return [Entry.state == EntryState.DRAFT, back if returned else stays]
