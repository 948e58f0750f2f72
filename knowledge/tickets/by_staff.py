"""Verbs by which staff lead a ticket. Each writes the timeline with what is owed to people; the caller commits.

The asker's side is in `by_asker` and `for_asker`, hand-over and the like in `handover`, lists in `queries`.
"""

import hashlib
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from knowledge.errors import Conflict, NotFound
from knowledge.models import (
    Author,
    EventKind,
    Message,
    MessageKind,
    NoticeKind,
    Staff,
    Ticket,
    TicketEvent,
    TicketState,
    now,
)
from knowledge.notices.writing_notices import notify_concerned, notify_followers, notify_watchers
from knowledge.payloads import Noted
from knowledge.programs.webhooks import call_webhooks
from knowledge.tickets.acting import (
    HELD,
    lock_held,
    lock_ticket,
    owe_nothing,
    owe_word,
    record_event,
    tell_asker,
)


def get_ticket(session: Session, ticket_id: int) -> Ticket:
    """Return a ticket with its timeline; raises `NotFound`."""
    statement = select(Ticket).where(Ticket.id == ticket_id).options(selectinload(Ticket.events))
    ticket = session.scalar(statement.execution_options(populate_existing=True))
    if ticket is None:
        raise NotFound(f"ticket {ticket_id}")
    return ticket


def claim_ticket(session: Session, ticket_id: int, staff: Staff) -> Ticket:
    """Take a ticket; one's own is taken already. Raises `Conflict` when somebody else holds it or it is closed."""
    ticket = lock_ticket(session, ticket_id)
    if ticket.state in HELD and ticket.assignee_id == staff.id:
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
    event = record_event(session, ticket, EventKind.CLAIMED, staff=staff)
    notify_watchers(session, ticket, event)
    return ticket


def release_ticket(session: Session, ticket_id: int, staff: Staff) -> Ticket:
    """Put a held ticket back for others; raises `Conflict` unless `staff` holds it."""
    ticket = lock_held(session, ticket_id, staff)
    put_back(session, ticket, staff)
    return ticket


def release_all(session: Session, staff: Staff) -> int:
    """Put back whatever somebody who leaves the desk holds; return how many tickets that were."""
    held = select(Ticket.id).where(Ticket.assignee_id == staff.id, Ticket.state.in_(HELD)).order_by(Ticket.id)
    tickets = [lock_ticket(session, ticket_id) for ticket_id in session.scalars(held).all()]
    for ticket in tickets:
        put_back(session, ticket, staff)
    return len(tickets)


def put_back(session: Session, ticket: Ticket, staff: Staff) -> None:
    """Make a locked ticket free for others."""
    if ticket.due_at is None:
        owe_word(ticket, now())
    ticket.state, ticket.assignee_id = TicketState.OPEN, None
    event = record_event(session, ticket, EventKind.RELEASED, staff=staff)
    notify_watchers(session, ticket, event)


def add_note(
    session: Session, ticket_id: int, staff: Staff, text: str, *, key: str = "", files: Sequence[int] = ()
) -> Ticket:
    """Write down something for staff only; a note with the `key` of an earlier one is not written again."""
    ticket = lock_ticket(session, ticket_id)
    unique = _unique("note", ticket, staff, key)
    notes = select(TicketEvent).where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind == EventKind.NOTE)
    if unique and any(_key(event) == unique for event in session.scalars(notes)):
        return ticket
    noted = Noted(key=unique) if unique else Noted()
    event = record_event(session, ticket, noted, staff=staff, text=text, files_sent=files)
    notify_concerned(session, ticket, event, NoticeKind.WATCHED)
    return ticket


def answer_ticket(
    session: Session, ticket_id: int, staff: Staff, text: str, *, key: str = "", files: Sequence[int] = ()
) -> Ticket:
    """Answer the asker where they asked; an unclaimed ticket is claimed on the way.

    An answer that was given with the same `key` before is not given again. `files` are ids of attachments. Raises
    `Conflict` when somebody else holds the ticket, it is closed, its asker had their data deleted, or `key` was used
    for other words.
    """
    ticket = lock_ticket(session, ticket_id)
    unique = _unique("answer", ticket, staff, key)
    if _given(session, unique, text):
        return ticket
    ticket = _taken(session, ticket, staff)
    message = _say(session, ticket, staff, MessageKind.TICKET_ANSWER, text, unique, files)
    ticket.state = TicketState.ANSWERED
    ticket.first_answered_at = ticket.first_answered_at or now()
    owe_nothing(ticket)
    event = record_event(session, ticket, EventKind.ANSWER, staff=staff, text=text, message=message, files_sent=files)
    notify_followers(session, event, except_id=message.conversation_id)
    notify_watchers(session, ticket, event)
    call_webhooks(session, "ticket.answered", ticket)
    return ticket


def ask_asker(
    session: Session, ticket_id: int, staff: Staff, text: str, *, key: str = "", files: Sequence[int] = ()
) -> Ticket:
    """Ask the asker for details; the ticket waits for them, and nothing is due meanwhile.

    As with an answer, an unclaimed ticket is claimed on the way, and the same things raise `Conflict`.
    """
    ticket = lock_ticket(session, ticket_id)
    unique = _unique("asked", ticket, staff, key)
    if _given(session, unique, text):
        return ticket
    ticket = _taken(session, ticket, staff)
    message = _say(session, ticket, staff, MessageKind.TICKET_ASKED, text, unique, files)
    ticket.state = TicketState.WAITING
    owe_nothing(ticket)
    event = record_event(session, ticket, EventKind.ASKED, staff=staff, text=text, message=message, files_sent=files)
    notify_followers(session, event, except_id=message.conversation_id)
    notify_watchers(session, ticket, event)
    return ticket


def close_ticket(session: Session, ticket_id: int, staff: Staff, text: str = "") -> Ticket:
    """End a ticket and tell the asker, with a last word if there is one; a closed one stays closed.

    Raises `Conflict` when somebody else holds it.
    """
    ticket = lock_ticket(session, ticket_id)
    if ticket.state == TicketState.CLOSED:
        return ticket
    if ticket.state in HELD:
        lock_held(session, ticket_id, staff)
    end(session, ticket, staff, text)
    return ticket


def end(session: Session, ticket: Ticket, staff: Staff | None, text: str = "") -> None:
    """Close a locked ticket, whoever holds it, and tell the asker; no `staff` means the desk itself."""
    ticket.state, ticket.closed_at = TicketState.CLOSED, now()
    owe_nothing(ticket)
    message = tell_asker(session, ticket, MessageKind.TICKET_CLOSED, text, author=Author.BOT, staff=staff)
    event = record_event(session, ticket, EventKind.CLOSED, staff=staff, text=text, message=message)
    notify_followers(session, event, except_id=ticket.conversation_id)
    notify_watchers(session, ticket, event)
    call_webhooks(session, "ticket.closed", ticket)


def reopen_ticket(session: Session, ticket_id: int, staff: Staff) -> Ticket:
    """Take a closed ticket up again; it is then held by `staff`. One that is not closed stays as it is.

    Raises `Conflict` for a ticket that was joined with another, or whose asker had their data deleted.
    """
    ticket = lock_ticket(session, ticket_id)
    if ticket.state != TicketState.CLOSED:
        return ticket
    if ticket.merged_into_id is not None:
        raise Conflict(f"ticket {ticket.number} went on as P-{ticket.merged_into_id}")
    if ticket.conversation_id is None:
        raise Conflict(f"the asker of ticket {ticket.number} had their data deleted")
    ticket.state, ticket.assignee_id, ticket.closed_at = TicketState.CLAIMED, staff.id, None
    owe_word(ticket, now())
    event = record_event(session, ticket, EventKind.REOPENED, staff=staff)
    notify_watchers(session, ticket, event)
    return ticket


def _unique(act: str, ticket: Ticket, staff: Staff, key: str) -> str | None:
    return f"{act}:{ticket.id}:{staff.id}:{hashlib.sha256(key.encode()).hexdigest()[:40]}" if key else None


def _key(event: TicketEvent) -> str | None:
    return event.payload.key if isinstance(event.payload, Noted) else None


def _given(session: Session, unique: str | None, text: str) -> bool:
    given = session.scalar(select(Message).where(Message.external_id == unique)) if unique else None
    if given is not None and given.text != text:
        raise Conflict("the Idempotency-Key was used for another answer")
    return given is not None


def _taken(session: Session, ticket: Ticket, staff: Staff) -> Ticket:
    if ticket.state in (TicketState.OPEN, TicketState.ANSWERED):
        return claim_ticket(session, ticket.id, staff)
    return lock_held(session, ticket.id, staff)


def _say(
    session: Session,
    ticket: Ticket,
    staff: Staff,
    kind: MessageKind,
    text: str,
    unique: str | None,
    files: Sequence[int],
) -> Message:
    message = tell_asker(
        session, ticket, kind, text, author=Author.EXPERT, staff=staff, external_id=unique, files_sent=files
    )
    if message is None:
        raise Conflict(f"the asker of ticket {ticket.number} had their data deleted, so nobody can be answered")
    return message
