"""Verbs for tickets. Each writes the timeline and what is owed to the asker together; the caller commits."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session, selectinload

from knowledge.conversations import send_message
from knowledge.errors import Conflict, NotFound
from knowledge.models import (
    Author,
    Conversation,
    EventKind,
    Message,
    Staff,
    Ticket,
    TicketEvent,
    TicketState,
    now,
)

WITH_PEOPLE = (TicketState.OPEN, TicketState.CLAIMED)
"""The states in which a ticket waits for a person, and the bot does not talk over them."""


def open_ticket(session: Session, conversation: Conversation, question: str, *, reason: str, language: str) -> Ticket:
    """Hand a question to people; `reason` says why: `asked`, `declined` or `unhelpful`."""
    ticket = Ticket(conversation_id=conversation.id, question=question, reason=reason, language=language)
    session.add(ticket)
    session.flush()
    _record(session, ticket, EventKind.OPENED, text=question)
    return ticket


def ticket_with_people(session: Session, conversation_id: int) -> Ticket | None:
    """Return the conversation's newest ticket that waits for a person, if any."""
    statement = (
        select(Ticket)
        .where(Ticket.conversation_id == conversation_id, Ticket.state.in_(WITH_PEOPLE))
        .order_by(Ticket.id.desc())
        .limit(1)
    )
    return session.scalar(statement)


def tickets_of(session: Session, conversation_id: int, *, limit: int = 5) -> list[Ticket]:
    """Return the conversation's tickets, newest first."""
    statement = select(Ticket).where(Ticket.conversation_id == conversation_id).order_by(Ticket.id.desc()).limit(limit)
    return list(session.scalars(statement))


def add_asker_message(session: Session, ticket: Ticket, message: Message) -> None:
    """Let what the asker wrote join the ticket."""
    message.ticket_id = ticket.id
    _record(session, ticket, EventKind.MESSAGE, text=message.text, message=message)


def list_tickets(
    session: Session,
    *,
    states: Sequence[TicketState] = (),
    assignee_id: int | None = None,
    limit: int = 50,
    offset: int = 0,
    newest_first: bool = False,
) -> tuple[list[Ticket], int]:
    """Return a page of tickets, the longest untouched first unless said, and how many there are in all."""
    limits: list[ColumnElement[bool]] = [Ticket.state.in_(states)] if states else []
    if assignee_id is not None:
        limits.append(Ticket.assignee_id == assignee_id)
    total = session.scalar(select(func.count()).select_from(Ticket).where(*limits)) or 0
    order = (Ticket.updated_at.desc(), Ticket.id.desc()) if newest_first else (Ticket.updated_at, Ticket.id)
    page = select(Ticket).where(*limits).order_by(*order).limit(limit).offset(offset)
    return list(session.scalars(page)), total


def ticket_counts(
    session: Session, staff_id: int, untouched_since: datetime
) -> tuple[dict[TicketState, int], int, int]:
    """Return the number of tickets by state, of those that `staff_id` holds, and of those left lying."""
    by_state = session.execute(select(Ticket.state, func.count()).group_by(Ticket.state)).all()
    counts = dict.fromkeys(TicketState, 0) | {state: count for state, count in by_state}
    count = select(func.count()).select_from(Ticket)
    mine = session.scalar(count.where(Ticket.assignee_id == staff_id, Ticket.state == TicketState.CLAIMED)) or 0
    lying = count.where(Ticket.state.in_(WITH_PEOPLE), Ticket.updated_at < untouched_since)
    return counts, mine, session.scalar(lying) or 0


def get_ticket(session: Session, ticket_id: int) -> Ticket:
    """Return a ticket with its timeline; raises `NotFound`."""
    ticket = session.scalar(select(Ticket).where(Ticket.id == ticket_id).options(selectinload(Ticket.events)))
    if ticket is None:
        raise NotFound(f"ticket {ticket_id}")
    return ticket


def claim_ticket(session: Session, ticket_id: int, staff: Staff) -> Ticket:
    """Take a ticket; one's own is taken already. Raises `Conflict` when somebody else holds it or it is closed."""
    ticket = _locked(session, ticket_id)
    if ticket.state == TicketState.CLAIMED and ticket.assignee_id == staff.id:
        return ticket
    won = session.scalar(
        update(Ticket)
        .where(Ticket.id == ticket_id, Ticket.state.in_([TicketState.OPEN, TicketState.ANSWERED]))
        .values(state=TicketState.CLAIMED, assignee_id=staff.id)
        .returning(Ticket.id)
    )
    if won is None:
        raise Conflict(f"ticket {ticket.number} is {ticket.state}")
    session.refresh(ticket)
    _record(session, ticket, EventKind.CLAIMED, staff=staff)
    return ticket


def release_ticket(session: Session, ticket_id: int, staff: Staff) -> Ticket:
    """Put a claimed ticket back for others; raises `Conflict` unless `staff` holds it."""
    ticket = _held(session, ticket_id, staff)
    ticket.state, ticket.assignee_id = TicketState.OPEN, None
    _record(session, ticket, EventKind.RELEASED, staff=staff)
    return ticket


def add_note(session: Session, ticket_id: int, staff: Staff, text: str) -> Ticket:
    """Write down something for staff only."""
    ticket = _locked(session, ticket_id)
    _record(session, ticket, EventKind.NOTE, staff=staff, text=text)
    return ticket


def answer_ticket(session: Session, ticket_id: int, staff: Staff, text: str, *, key: str = "") -> Ticket:
    """Answer the asker where they asked; an unclaimed ticket is claimed on the way.

    An answer that was given with the same `key` before is not given again. Raises `Conflict` when somebody else holds
    the ticket, it is closed, its asker had their data deleted, or `key` was used for other words.
    """
    ticket = _locked(session, ticket_id)
    unique = f"answer:{ticket.id}:{staff.id}:{hashlib.sha256(key.encode()).hexdigest()[:40]}" if key else None
    if unique and (given := session.scalar(select(Message).where(Message.external_id == unique))):
        if given.text != text:
            raise Conflict("the Idempotency-Key was used for another answer")
        return ticket
    if ticket.state in (TicketState.OPEN, TicketState.ANSWERED):
        ticket = claim_ticket(session, ticket_id, staff)
    ticket = _held(session, ticket_id, staff)
    message = _tell(session, ticket, "ticket_answer", text, author=Author.EXPERT, staff=staff, external_id=unique)
    if message is None:
        raise Conflict(f"the asker of ticket {ticket.number} had their data deleted, so nobody can be answered")
    ticket.state = TicketState.ANSWERED
    _record(session, ticket, EventKind.ANSWER, staff=staff, text=text, message=message)
    return ticket


def close_ticket(session: Session, ticket_id: int, staff: Staff) -> Ticket:
    """End a ticket and tell the asker; a closed one stays closed. Raises `Conflict` when somebody else holds it."""
    ticket = _locked(session, ticket_id)
    if ticket.state == TicketState.CLOSED:
        return ticket
    if ticket.state == TicketState.CLAIMED:
        _held(session, ticket_id, staff)
    ticket.state = TicketState.CLOSED
    _tell(session, ticket, "ticket_closed", "", author=Author.BOT, staff=staff)
    _record(session, ticket, EventKind.CLOSED, staff=staff)
    return ticket


def _tell(
    session: Session,
    ticket: Ticket,
    kind: str,
    text: str,
    *,
    author: Author,
    staff: Staff,
    external_id: str | None = None,
) -> Message | None:
    if ticket.conversation_id is None:
        return None
    conversation = session.get_one(Conversation, ticket.conversation_id, with_for_update=True)
    data = {"ticket": ticket.number, "question": ticket.question, "by": staff.name}
    return send_message(
        session,
        conversation,
        text,
        author=author,
        kind=kind,
        data=data,
        ticket_id=ticket.id,
        external_id=external_id,
    )


def _locked(session: Session, ticket_id: int) -> Ticket:
    # The conversation is locked first, as every turn of the bot does: the other order would let the two wait in a ring.
    conversation_id = session.scalar(select(Ticket.conversation_id).where(Ticket.id == ticket_id))
    if conversation_id is not None:
        session.execute(select(Conversation.id).where(Conversation.id == conversation_id).with_for_update())
    ticket = session.get(Ticket, ticket_id, with_for_update=True, populate_existing=True)
    if ticket is None:
        raise NotFound(f"ticket {ticket_id}")
    return ticket


def _held(session: Session, ticket_id: int, staff: Staff) -> Ticket:
    ticket = _locked(session, ticket_id)
    if ticket.state != TicketState.CLAIMED or ticket.assignee_id != staff.id:
        raise Conflict(f"ticket {ticket.number} is {ticket.state} and not yours")
    return ticket


def _record(
    session: Session,
    ticket: Ticket,
    kind: EventKind,
    *,
    staff: Staff | None = None,
    text: str = "",
    message: Message | None = None,
) -> None:
    ticket.updated_at = now()
    session.add(
        TicketEvent(
            ticket_id=ticket.id,
            kind=kind,
            staff_id=staff.id if staff else None,
            message_id=message.id if message else None,
            text=text,
        )
    )
    session.flush()
