"""A ticket's whole story for those who work on it: asker, bot, experts, notes and the desk, in one order."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.choices import Voice
from knowledge.conversations.files import attachments_of
from knowledge.conversations.messages import deliveries_of
from knowledge.errors import NotFound
from knowledge.models import Attachment, Author, Delivery, EventKind, Message, Staff, Ticket, TicketEvent
from knowledge.payloads import Quoted, Reply

BEFORE = 10
"""How many messages of the chat before the ticket are shown."""

AT_MOST = 200
"""How many messages of the chat beside the ticket are shown."""


CHAT = "chat"
"""What kind of moment a message is that no event tells of."""

_VOICES = {
    EventKind.OPENED: Voice.ASKER, EventKind.MESSAGE: Voice.ASKER, EventKind.RATED: Voice.ASKER,
    EventKind.ANSWER: Voice.EXPERT, EventKind.ASKED: Voice.EXPERT, EventKind.NOTE: Voice.NOTE,
    EventKind.RETURNED: Voice.NOTE,
}  # fmt: skip


@dataclass(frozen=True)
class Moment:
    """One moment: an event of the ticket (`event_id`), or a message of the chat beside it (`kind` is `CHAT`).

    `by` is the name of the member of staff, `delivery` how the message stands that was owed for it. `data` is what the
    event carries, as it is stored, `quotes` what the bot had quoted.
    """

    at: datetime
    voice: Voice
    kind: str
    text: str
    by: str | None = None
    event_id: int | None = None
    message_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)
    quotes: tuple[Quoted, ...] = ()
    files: tuple[Attachment, ...] = ()
    delivery: Delivery | None = None


def timeline(session: Session, ticket_id: int) -> list[Moment]:
    """Return a ticket's story, oldest first: its events, and what asker and bot said beside it in its own chat.

    Of the chat, the last `BEFORE` messages before the opening and the first `AT_MOST` after it, until the closing, are
    shown. Raises `NotFound`.
    """
    ticket = session.get(Ticket, ticket_id)
    if ticket is None:
        raise NotFound(f"ticket {ticket_id}")
    events = session.scalars(
        select(TicketEvent).where(TicketEvent.ticket_id == ticket_id).order_by(TicketEvent.id)
    ).all()
    messages = _chat(session, ticket, {event.message_id for event in events if event.message_id})
    shown = {event.message_id for event in events if event.message_id} | {message.id for message in messages}
    deliveries = deliveries_of(session, shown)
    files = attachments_of(session, messages=[each.id for each in messages], events=[event.id for event in events])
    staff = {event.staff_id for event in events if event.staff_id}
    names = {key: name for key, name in session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(staff)))}
    moments = [
        Moment(
            at=event.created_at,
            voice=_VOICES.get(event.kind, Voice.SYSTEM),
            kind=str(event.kind),
            text=event.text,
            by=names.get(event.staff_id or 0),
            event_id=event.id,
            message_id=event.message_id,
            data=event.data,
            files=tuple(each for each in files if each.event_id == event.id),
            delivery=deliveries.get(event.message_id or 0),
        )
        for event in events
    ]
    moments += [
        Moment(
            at=message.created_at,
            voice=Voice.ASKER if message.author is Author.ASKER else Voice.BOT,
            kind=CHAT,
            text=message.text,
            message_id=message.id,
            quotes=_quotes(message),
            files=tuple(each for each in files if each.message_id == message.id),
            delivery=deliveries.get(message.id),
        )
        for message in messages
    ]
    return sorted(moments, key=lambda moment: (moment.at, moment.event_id or 0))


def _quotes(message: Message) -> tuple[Quoted, ...]:
    payload = message.payload
    return payload.quotes if isinstance(payload, Reply) else ()


def _chat(session: Session, ticket: Ticket, told: set[int]) -> list[Message]:
    """Return what asker and bot said around a ticket and no event tells of."""
    if ticket.conversation_id is None:
        return []
    theirs = select(Message).where(
        Message.conversation_id == ticket.conversation_id, Message.author.in_((Author.ASKER, Author.BOT))
    )
    before = theirs.where(Message.created_at < ticket.opened_at).order_by(Message.id.desc()).limit(BEFORE)
    after = theirs.where(Message.created_at >= ticket.opened_at)
    if ticket.closed_at is not None:
        after = after.where(Message.created_at <= ticket.closed_at)
    found = [*session.scalars(before), *session.scalars(after.order_by(Message.id).limit(AT_MOST))]
    return sorted((each for each in found if each.id not in told), key=lambda each: each.id)
