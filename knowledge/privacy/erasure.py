"""The asker's right to be forgotten."""

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from knowledge.conversations.files import drop_unattached
from knowledge.models import (
    Attachment,
    Author,
    Conversation,
    Delivery,
    EventKind,
    IdempotencyKey,
    Message,
    Notice,
    NoticeKind,
    OneTimeCode,
    Presence,
    Question,
    Subscription,
    Ticket,
    TicketDraft,
    TicketEvent,
    TicketFollower,
    TicketState,
    now,
)
from knowledge.notices.writing_notices import notify_concerned
from knowledge.tickets.acting import owe_nothing, owe_word, record_event

REMOVED = "—"


def forget_conversation(session: Session, conversation: Conversation) -> None:
    """Delete a conversation with all that it led to, wherever that is.

    Its tickets stay for the desk's counts, closed and without anybody's words; those who worked on them are told. What
    was said of them in other chats, by e-mail and to staff is deleted too. Tickets of other askers that were joined
    with one of them are open again.
    """
    tickets = session.scalars(
        select(Ticket)
        .where(Ticket.conversation_id == conversation.id)
        .order_by(Ticket.id)
        .with_for_update(key_share=True)
    ).all()
    ids = [ticket.id for ticket in tickets]
    for ticket in tickets:
        _close(session, ticket)
    _clear_tickets(session, ids)
    for place in _mailboxes(session, ids):
        _delete_place(session, place)
    session.execute(delete(TicketFollower).where(TicketFollower.ticket_id.in_(ids)))
    _delete_messages(session, select(Message.id).where(Message.ticket_id.in_(ids)))
    _delete_place(session, conversation)
    drop_unattached(session)


def _close(session: Session, ticket: Ticket) -> None:
    """Close a ticket whose asker goes, tell who worked on it, and open again what was joined with it."""
    if ticket.state is not TicketState.CLOSED:
        ticket.state, ticket.closed_at = TicketState.CLOSED, now()
        owe_nothing(ticket)
        event = record_event(session, ticket, EventKind.CLOSED)
        notify_concerned(session, ticket, event, NoticeKind.WITHDRAWN)
    others = select(Ticket).where(
        Ticket.merged_into_id == ticket.id,
        Ticket.conversation_id.is_not(None),
        Ticket.conversation_id != ticket.conversation_id,
    )
    for other in session.scalars(others).all():
        other.state, other.assignee_id, other.merged_into_id, other.closed_at = TicketState.OPEN, None, None, None
        owe_word(other, now())
        record_event(session, other, EventKind.REOPENED)


def _clear_tickets(session: Session, ids: list[int]) -> None:
    """Take every word out of tickets and of what was written on their pages."""
    joined = select(Ticket.id).where(Ticket.id.in_(ids))
    session.execute(
        update(TicketEvent)
        .where(TicketEvent.ticket_id.in_(joined), TicketEvent.text != "")
        .values(text=REMOVED)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(TicketEvent)
        .where(TicketEvent.ticket_id.in_(joined))
        .values(message_id=None, data={})
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Ticket)
        .where(Ticket.id.in_(ids))
        .values(
            question=REMOVED, conversation_id=None, updated_at=now(), findings=None, contact_name=None,
            contact_email=None, contact_phone=None, contact_consent_at=None, rating_comment=None,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    events = select(TicketEvent.id).where(TicketEvent.ticket_id.in_(joined))
    session.execute(delete(Attachment).where(Attachment.event_id.in_(events)))
    for table in (TicketDraft, Presence, IdempotencyKey, OneTimeCode):
        session.execute(delete(table).where(table.ticket_id.in_(ids)))
    session.execute(update(Question).where(Question.ticket_id.in_(ids)).values(ticket_id=None))


def _mailboxes(session: Session, ids: list[int]) -> list[Conversation]:
    """Return the e-mail conversations that follow only tickets of `ids`."""
    others = select(TicketFollower.conversation_id).where(TicketFollower.ticket_id.not_in(ids))
    statement = (
        select(Conversation)
        .join(TicketFollower, TicketFollower.conversation_id == Conversation.id)
        .where(TicketFollower.ticket_id.in_(ids), Conversation.channel == "email", Conversation.id.not_in(others))
        .distinct()
    )
    return list(session.scalars(statement))


def _delete_place(session: Session, conversation: Conversation) -> None:
    """Delete a conversation with what it said in tickets of others that it follows."""
    mine = select(Message.id).where(Message.conversation_id == conversation.id)
    session.execute(
        update(TicketEvent)
        .where(TicketEvent.message_id.in_(mine.where(Message.author == Author.ASKER)))
        .values(text=REMOVED)
        .execution_options(synchronize_session=False)
    )
    session.execute(update(Question).where(Question.conversation_id == conversation.id).values(conversation_id=None))
    for table in (Subscription, Notice, OneTimeCode, TicketFollower):
        session.execute(delete(table).where(table.conversation_id == conversation.id))
    _delete_messages(session, mine)
    session.delete(conversation)
    session.flush()


def _delete_messages(session: Session, chosen: Select[int]) -> None:
    """Delete messages with their deliveries and files; timelines keep their lines."""
    ids = list(session.scalars(chosen))
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        session.execute(update(TicketEvent).where(TicketEvent.message_id.in_(some)).values(message_id=None))
        session.execute(update(Delivery).where(Delivery.fallback_id.in_(some)).values(fallback_id=None))
        session.execute(delete(Attachment).where(Attachment.message_id.in_(some)))
        deliveries = select(Delivery.id).where(Delivery.message_id.in_(some))
        session.execute(delete(Notice).where(Notice.delivery_id.in_(deliveries)))
        session.execute(delete(Delivery).where(Delivery.message_id.in_(some)))
        session.execute(delete(Message).where(Message.id.in_(some)))
