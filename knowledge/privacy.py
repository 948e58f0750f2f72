"""The asker's right to be forgotten."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from knowledge.models import (
    Conversation,
    Delivery,
    EventKind,
    Message,
    Subscription,
    Ticket,
    TicketEvent,
    TicketState,
    now,
)

REMOVED = "—"


def forget_conversation(session: Session, conversation: Conversation) -> None:
    """Delete a conversation with its messages, deliveries and subscriptions.

    Its tickets stay for the desk's counts, closed and without the asker's words.
    """
    tickets = select(Ticket.id).where(Ticket.conversation_id == conversation.id)
    session.execute(
        update(TicketEvent)
        .where(TicketEvent.ticket_id.in_(tickets), TicketEvent.kind.in_([EventKind.OPENED, EventKind.MESSAGE]))
        .values(text=REMOVED, message_id=None)
        .execution_options(synchronize_session=False)
    )
    still_open = session.scalars(
        select(Ticket).where(Ticket.conversation_id == conversation.id, Ticket.state != TicketState.CLOSED)
    )
    for ticket in still_open:
        ticket.state = TicketState.CLOSED
        session.add(TicketEvent(ticket_id=ticket.id, kind=EventKind.CLOSED))
    session.execute(
        update(Ticket)
        .where(Ticket.conversation_id == conversation.id)
        .values(question=REMOVED, conversation_id=None, updated_at=now())
        .execution_options(synchronize_session=False)
    )
    for table in (Subscription, Delivery, Message):
        session.execute(delete(table).where(table.conversation_id == conversation.id))
    session.delete(conversation)
    session.flush()
