"""Verbs for messages that do not arrive: other ways to the asker, dead letters, and sending again. Each flushes."""

from datetime import datetime, timedelta

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import Session, joinedload

from knowledge.conversations.messages import find_conversation, open_conversation
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.models import (
    Conversation,
    Delivery,
    DeliveryState,
    Message,
    MessageKind,
    Notice,
    NoticeKind,
    Ticket,
    TicketEvent,
    TicketFollower,
    now,
)
from knowledge.notices.writing_notices import TO_FOLLOWERS, followers, notify_concerned
from knowledge.payloads import Unreachable
from knowledge.tickets.acting import lock_ticket, record_event


def mark_failed(session: Session, delivery_id: int, error: str, *, permanent: bool = True) -> None:
    """Say that a delivery does not arrive: never (`permanent`: a blocked bot, a bad address), or was given up.

    A ticket's message is then tried elsewhere, and whoever is concerned is told.
    """
    delivery = session.get(Delivery, delivery_id, options=[joinedload(Delivery.message)], populate_existing=True)
    if delivery is None:
        return
    ticket = lock_ticket(session, delivery.message.ticket_id) if delivery.message.ticket_id else None
    failed = session.scalar(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == DeliveryState.PENDING)
        .values(
            state=DeliveryState.FAILED, leased_until=None, leased_by=None, error=error[:1000], failed_at=now(),
            permanent=permanent,
        )
        .returning(Delivery.id)
    )  # fmt: skip
    if failed is None or ticket is None or not delivery.message.kind.is_of_ticket:
        return
    session.refresh(delivery)
    elsewhere = fallback(session, delivery)
    unreachable = Unreachable(channel=delivery.channel, error=error[:200], elsewhere=elsewhere)
    event = record_event(session, ticket, unreachable, message=delivery.message)
    notify_concerned(session, ticket, event, NoticeKind.UNREACHABLE)


def fallback(session: Session, delivery: Delivery) -> str | None:
    """Have a ticket's message that did not arrive told elsewhere; return the channel, None when there is none.

    Elsewhere is another conversation that follows the ticket and was not told of it yet, else the e-mail address that
    the asker gave with their consent. `delivery.message` must be loaded. It is done once a delivery.
    """
    message = delivery.message
    event = _event_of(session, message)
    already = session.scalar(select(Notice.id).where(Notice.delivery_id == delivery.id))
    if event is None or already is not None or event.kind not in TO_FOLLOWERS:
        return None
    ticket = session.get_one(Ticket, event.ticket_id)
    if (elsewhere := _told_anyway(session, event, delivery)) is not None:
        return elsewhere
    told = set(session.scalars(select(Notice.conversation_id).where(Notice.event_id == event.id)))
    others = [each for each in [ticket.conversation_id, *followers(session, ticket.id)] if each is not None]
    free = [
        each
        for each in others
        if each != message.conversation_id and each not in told and each != ticket.conversation_id
    ]
    place = session.get(Conversation, free[0]) if free else _mailbox(session, ticket)
    if place is None or place.id == message.conversation_id or place.id in told:
        return None
    session.add(
        Notice(event_id=event.id, conversation_id=place.id, delivery_id=delivery.id, kind=TO_FOLLOWERS[event.kind])
    )
    session.flush()
    return place.channel


def _told_anyway(session: Session, event: TicketEvent, delivery: Delivery) -> str | None:
    """Let a follower's notice of the same event stand for a delivery; return its channel, None when there is none."""
    followed = (
        select(Notice)
        .where(
            Notice.event_id == event.id,
            Notice.conversation_id.is_not(None),
            Notice.conversation_id != delivery.conversation_id,
            Notice.delivery_id.is_(None),
        )
        .order_by(Notice.id)
        .limit(1)
    )
    notice = session.scalar(followed)
    if notice is None:
        return None
    notice.delivery_id = delivery.id
    if notice.done_at is not None:
        delivery.fallback_id = session.scalar(
            select(Message.id)
            .where(Message.conversation_id == notice.conversation_id, Message.ticket_id == event.ticket_id)
            .where(Message.text == event.text, Message.kind == MessageKind.to_follower(notice.kind))
            .order_by(Message.id.desc())
            .limit(1)
        )
    session.flush()
    return session.get_one(Conversation, notice.conversation_id).channel


def web_overdue(session: Session, moment: datetime, *, after: timedelta, limit: int = 50) -> list[Delivery]:
    """Lock the tickets' letters that a web page did not fetch within `after`; return them with messages, oldest first.

    Only those are meant whose asker gave an e-mail address and was not written to there yet. What another process holds
    is left to it.
    """
    statement = (
        select(Delivery)
        .join(Message, Message.id == Delivery.message_id)
        .join(Ticket, Ticket.id == Message.ticket_id)
        .where(
            Delivery.channel == "web",
            Delivery.state == DeliveryState.PENDING,
            Message.created_at < moment - after,
            Message.kind.in_([MessageKind.to_follower(kind) for kind in TO_FOLLOWERS.values()]),
            Ticket.contact_email.is_not(None) & Ticket.contact_consent_at.is_not(None),
            ~exists().where(Notice.delivery_id == Delivery.id),
            ~exists().where(
                TicketFollower.ticket_id == Ticket.id,
                TicketFollower.conversation_id == Conversation.id,
                Conversation.channel == "email",
            ),
        )
        .order_by(Delivery.id)
        .limit(limit)
        .options(joinedload(Delivery.message))
        .with_for_update(of=Delivery, skip_locked=True)
    )
    return list(session.scalars(statement))


def dead_letters(session: Session, *, limit: int = 50, cursor: str | None = None) -> tuple[list[Delivery], str | None]:
    """Return a page of the messages that reached nobody, newest first, with the cursor of the next; messages loaded.

    Raises `InvalidInput` for a cursor of another list.
    """
    statement = _dead().order_by(Delivery.id.desc()).limit(limit + 1).options(joinedload(Delivery.message))
    if cursor is not None:
        if not cursor.isdecimal():
            raise InvalidInput("cursor: list again from the beginning", {"cursor": "not of this list"})
        statement = statement.where(Delivery.id < int(cursor))
    found = list(session.scalars(statement))
    return found[:limit], str(found[limit - 1].id) if len(found) > limit else None


def resend(session: Session, delivery_id: int) -> Delivery:
    """Send a dead letter again, at once; raises `NotFound`, and `Conflict` for one that is not dead."""
    delivery = session.get(Delivery, delivery_id, with_for_update=True, populate_existing=True)
    if delivery is None:
        raise NotFound(f"delivery {delivery_id}")
    if delivery.state is not DeliveryState.FAILED:
        raise Conflict(f"delivery {delivery_id} is {delivery.state}")
    delivery.state, delivery.due_at, delivery.failed_at = DeliveryState.PENDING, now(), None
    delivery.attempts, delivery.permanent, delivery.resent = 0, False, delivery.resent + 1
    session.flush()
    return delivery


def _dead() -> Select[Delivery]:
    return select(Delivery).where(Delivery.state == DeliveryState.FAILED, Delivery.fallback_id.is_(None))


def _event_of(session: Session, message: Message) -> TicketEvent | None:
    """Return the event that a message of a ticket tells of: its own, or the one whose notice it was."""
    own = session.scalar(
        select(TicketEvent).where(TicketEvent.message_id == message.id, TicketEvent.kind.in_(list(TO_FOLLOWERS)))
    )
    if own is not None or message.ticket_id is None:
        return own
    statement = (
        select(TicketEvent)
        .join(Notice, Notice.event_id == TicketEvent.id)
        .where(
            TicketEvent.ticket_id == message.ticket_id,
            Notice.conversation_id == message.conversation_id,
            TicketEvent.text == message.text,
        )
        .order_by(TicketEvent.id.desc())
        .limit(1)
    )
    return session.scalar(statement)


def _mailbox(session: Session, ticket: Ticket) -> Conversation | None:
    """Return the conversation of the asker's e-mail address, which follows the ticket from now on."""
    if ticket.contact_email is None or ticket.contact_consent_at is None:
        return None
    place = find_conversation(session, "email", ticket.contact_email)
    if place is None:
        place = open_conversation(session, "email", ticket.contact_email)
        place.language = ticket.language
        session.flush()
    if session.get(TicketFollower, (ticket.id, place.id)) is None:
        session.add(TicketFollower(ticket_id=ticket.id, conversation_id=place.id))
        session.flush()
    return place
