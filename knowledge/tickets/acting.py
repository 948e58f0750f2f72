"""What every act on a ticket has in common: its locks, its line in the timeline, and the word to the asker."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from knowledge.conversations import files
from knowledge.conversations.messages import send_message
from knowledge.errors import Conflict, NotFound
from knowledge.models import (
    Author,
    Conversation,
    EventKind,
    Message,
    MessageKind,
    Staff,
    Ticket,
    TicketEvent,
    TicketFollower,
    TicketState,
    now,
)
from knowledge.notices.updates import renew_notices
from knowledge.notices.writing_notices import words_of
from knowledge.payloads import EventPayload
from knowledge.region import country_of
from knowledge.staff.worktime import due, week_of

IN_HAND = (TicketState.OPEN, TicketState.CLAIMED, TicketState.WAITING)
"""The states in which people are not done with a ticket."""

JOINS = (*IN_HAND, TicketState.ANSWERED)
"""The states in which what the asker writes about a ticket joins it."""

HELD = (TicketState.CLAIMED, TicketState.WAITING)
"""The states in which a ticket is one person's."""


def lock_ticket(session: Session, ticket_id: int) -> Ticket:
    """Return a ticket as it is now, locked after its conversation; raises `NotFound`."""
    # The conversation is locked first, as every turn of the bot does: the other order would let the two wait in a ring.
    conversation_id = session.scalar(select(Ticket.conversation_id).where(Ticket.id == ticket_id))
    if conversation_id is not None:
        session.execute(
            select(Conversation.id).where(Conversation.id == conversation_id).with_for_update(key_share=True)
        )
    return lock_row(session, ticket_id)


def lock_tickets(session: Session, ids: Sequence[int]) -> list[Ticket]:
    """Return tickets in the order of `ids`, locked after their conversations; raises `NotFound`."""
    theirs = select(Ticket.conversation_id).where(Ticket.id.in_(ids))
    statement = select(Conversation.id).where(Conversation.id.in_(theirs)).order_by(Conversation.id)
    session.execute(statement.with_for_update(key_share=True))
    locked = {ticket_id: lock_row(session, ticket_id) for ticket_id in sorted(ids)}
    return [locked[ticket_id] for ticket_id in ids]


def lock_row(session: Session, ticket_id: int) -> Ticket:
    """Return a ticket as it is now, locked without its conversation; raises `NotFound`.

    This is for turns of a conversation, which hold their own: to wait for another one's would make a ring possible.
    """
    ticket = session.get(Ticket, ticket_id, with_for_update={"key_share": True}, populate_existing=True)
    if ticket is None:
        raise NotFound(f"ticket {ticket_id}")
    return ticket


def lock_held(session: Session, ticket_id: int, staff: Staff) -> Ticket:
    """Return a ticket that `staff` holds, locked; raises `NotFound`, and `Conflict` for anybody else's."""
    ticket = lock_ticket(session, ticket_id)
    if ticket.state not in HELD or ticket.assignee_id != staff.id:
        raise Conflict(f"ticket {ticket.number} is {ticket.state} and not yours")
    return ticket


def lock_own(session: Session, conversation: Conversation, ticket_id: int) -> Ticket:
    """Return a ticket that a conversation opened or follows, locked; raises `NotFound` for any other."""
    mine = session.scalar(select(Ticket.id).where(Ticket.id == ticket_id, belongs_to(conversation.id)))
    if mine is None:
        raise NotFound(f"ticket {ticket_id}")
    return lock_row(session, ticket_id)


def belongs_to(conversation_id: int) -> Any:
    """Return the condition that a conversation opened or follows a ticket."""
    follows = exists().where(TicketFollower.ticket_id == Ticket.id, TicketFollower.conversation_id == conversation_id)
    return or_(Ticket.conversation_id == conversation_id, follows)


def record_event(
    session: Session,
    ticket: Ticket,
    what: EventKind | EventPayload,
    *,
    staff: Staff | None = None,
    text: str = "",
    message: Message | None = None,
    files_sent: Sequence[int] = (),
) -> TicketEvent:
    """Write a line of a ticket's timeline, with the attachments of `files_sent`, and return it.

    A kind of event that carries nothing beside words is named by itself.
    """
    ticket.updated_at = now()
    event = TicketEvent(
        ticket_id=ticket.id,
        kind=what if isinstance(what, EventKind) else what.kind,
        staff_id=staff.id if staff else None,
        message_id=message.id if message else None,
        text=text,
        data={} if isinstance(what, EventKind) else what.stored(),
    )
    session.add(event)
    session.flush()
    files.attach(session, files_sent, event=event)
    renew_notices(session, event)
    return event


def tell_asker(
    session: Session,
    ticket: Ticket,
    kind: MessageKind,
    text: str,
    *,
    author: Author,
    staff: Staff | None,
    external_id: str | None = None,
    files_sent: Sequence[int] = (),
    into: Ticket | None = None,
) -> Message | None:
    """Owe the asker a message of experts where they asked; None when they had their data deleted.

    `into` is the ticket that a merged one went on as.
    """
    if ticket.conversation_id is None:
        return None
    conversation = session.get_one(Conversation, ticket.conversation_id, with_for_update={"key_share": True})
    words = words_of(ticket, kind, staff)
    if into is not None:
        words = words.model_copy(update={"into": into.number})
    if files_sent:
        words = words.model_copy(update={"files": files.described(session, files_sent)})
    message = send_message(
        session, conversation, text, author=author, payload=words, ticket_id=ticket.id, external_id=external_id
    )
    files.attach(session, files_sent, message=message)
    return message


def owe_word(ticket: Ticket, moment: datetime) -> None:
    """Set anew when the desk owes its next word on a ticket."""
    week = week_of(country_of(ticket.country, ticket.language))
    ticket.due_at = due(ticket.priority, moment, week, ticket.wanted_by)
    ticket.reminded_at = ticket.escalated_at = None


def owe_nothing(ticket: Ticket) -> None:
    """Take note that the next word is the asker's."""
    ticket.due_at = ticket.reminded_at = ticket.escalated_at = None
