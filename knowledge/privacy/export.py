"""The asker's right to a copy of their data."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.conversations.files import attachments_of
from knowledge.conversations.subscriptions import subscriptions_of
from knowledge.models import (
    Conversation,
    EventKind,
    Message,
    Ticket,
    TicketEvent,
)
from knowledge.tickets.acting import belongs_to


def export_of(session: Session, conversation: Conversation) -> dict[str, Any]:
    """Return all that the desk keeps of an asker's conversation, as JSON can hold it.

    `files` name the attachments, whose bytes are had by their ids (`knowledge.conversations.files.file_content`).
    """
    messages = session.scalars(
        select(Message).where(Message.conversation_id == conversation.id).order_by(Message.id)
    ).all()
    tickets = session.scalars(select(Ticket).where(belongs_to(conversation.id)).order_by(Ticket.id)).all()
    files = attachments_of(session, messages=[message.id for message in messages])
    return {
        "channel": conversation.channel,
        "address": conversation.address,
        "language": conversation.language,
        "since": conversation.created_at.isoformat(),
        "remembered": conversation.state,
        "messages": [
            {"at": each.created_at.isoformat(), "by": str(each.author), "text": each.text, "rating": each.rating,
             "ticket": f"P-{each.ticket_id}" if each.ticket_id else None}
            for each in messages
        ],
        "tickets": [_exported(session, ticket) for ticket in tickets],
        "subscriptions": [
            {"since": each.created_at.isoformat(), "filters": each.filters}
            for each in subscriptions_of(session, conversation.id)
        ],
        "files": [
            {"id": each.id, "name": each.name, "media_type": each.media_type, "size": each.size} for each in files
        ],
    }  # fmt: skip


def _exported(session: Session, ticket: Ticket) -> dict[str, Any]:
    """Return a ticket without what staff wrote among themselves."""
    shown = (EventKind.OPENED, EventKind.MESSAGE, EventKind.ANSWER, EventKind.ASKED, EventKind.CLOSED,
             EventKind.REOPENED, EventKind.WITHDRAWN, EventKind.RATED)  # fmt: skip
    events = session.scalars(
        select(TicketEvent)
        .where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind.in_(shown))
        .order_by(TicketEvent.id)
    )
    contact = {"name": ticket.contact_name, "email": ticket.contact_email, "phone": ticket.contact_phone}
    consent = ticket.contact_consent_at
    return {
        "number": ticket.number,
        "question": ticket.question,
        "state": str(ticket.state),
        "opened_at": ticket.opened_at.isoformat(),
        "country": ticket.country,
        "sector": ticket.sector,
        "competence": ticket.competence,
        "wanted_by": ticket.wanted_by.isoformat() if ticket.wanted_by else None,
        "contact": contact | {"consent_at": consent.isoformat() if consent else None},
        "rating": ticket.rating,
        "comment": ticket.rating_comment,
        "timeline": [
            {"at": event.created_at.isoformat(), "what": str(event.kind), "text": event.text} for event in events
        ],
    }
