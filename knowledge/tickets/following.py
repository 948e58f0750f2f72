"""Verbs by which an asker follows a ticket from another chat, by a code used once. Each flushes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.errors import NotFound
from knowledge.models import (
    CodePurpose,
    Conversation,
    OneTimeCode,
    Ticket,
    TicketFollower,
)
from knowledge.payloads import Followed
from knowledge.tickets.acting import belongs_to, lock_own, lock_row, record_event
from knowledge.tickets.one_time_codes import keep_code, use_code


def follow_code(session: Session, ticket_id: int, conversation: Conversation) -> str:
    """Return a code by which another chat of the asker follows a ticket: once, within `CODE_LIFE`.

    Raises `NotFound` for another's ticket.
    """
    lock_own(session, conversation, ticket_id)
    code = OneTimeCode(purpose=CodePurpose.FOLLOW, ticket_id=ticket_id, conversation_id=conversation.id)
    return keep_code(session, code)


def redeem_follow(session: Session, code: str, conversation: Conversation) -> Ticket:
    """Let a conversation follow the ticket of a code, and return the ticket.

    Raises `NotFound` for a code that is wrong, used, or too old, without saying which.
    """
    used = use_code(session, code, CodePurpose.FOLLOW)
    if used.ticket_id is None:
        raise NotFound("code")
    ticket = lock_row(session, used.ticket_id)
    mine = session.scalar(select(Ticket.id).where(Ticket.id == ticket.id, belongs_to(conversation.id)))
    if mine is None:
        session.add(TicketFollower(ticket_id=ticket.id, conversation_id=conversation.id))
        record_event(session, ticket, Followed(channel=conversation.channel))
    return ticket


def unfollow(session: Session, ticket_id: int, conversation: Conversation) -> Ticket:
    """Let a conversation follow a ticket no longer, and return the ticket.

    Raises `NotFound` for one that it does not follow; its own it cannot leave.
    """
    followed = session.get(TicketFollower, (ticket_id, conversation.id))
    if followed is None:
        raise NotFound(f"ticket {ticket_id}")
    session.delete(followed)
    session.flush()
    return session.get_one(Ticket, ticket_id)
