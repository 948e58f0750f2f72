"""Keeps what staff read in their chats true: a notice is shown anew when its ticket stands otherwise. Each flushes."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.choices import STAFF_NEWS, Author, EventKind, MessageKind, NoticeKind, TicketState
from knowledge.conversations.messages import send_message
from knowledge.models import Conversation, Message, Notice, Staff, StaffLink, Ticket, TicketEvent
from knowledge.payloads import StaffNotice

CHANGING = frozenset({
    EventKind.CLAIMED, EventKind.RELEASED, EventKind.HANDED, EventKind.ANSWER, EventKind.ASKED, EventKind.CLOSED,
    EventKind.REOPENED, EventKind.WITHDRAWN, EventKind.MERGED,
})  # fmt: skip
"""What changes what can be done with a ticket, and by whom."""


def renew_notices(session: Session, event: TicketEvent) -> None:
    """Have what staff were told of a ticket shown anew, also to who acted: they may have acted elsewhere."""
    if event.kind not in CHANGING:
        return
    told = (
        select(Notice.staff_id)
        .join(TicketEvent, TicketEvent.id == Notice.event_id)
        .where(
            TicketEvent.ticket_id == event.ticket_id, Notice.staff_id.is_not(None), Notice.kind != NoticeKind.STANDING
        )
        .distinct()
    )
    for staff_id in session.scalars(told.order_by(Notice.staff_id)).all():
        session.add(Notice(event_id=event.id, staff_id=staff_id, kind=NoticeKind.STANDING))
    session.flush()


def holder_of(session: Session, ticket: Ticket, staff: Staff) -> str:
    """Return the name of the colleague in whose hands a ticket is, or nothing when `staff` may act on it."""
    held = ticket.state in (TicketState.CLAIMED, TicketState.WAITING) and ticket.assignee_id not in (None, staff.id)
    return session.get_one(Staff, ticket.assignee_id).name if held else ""


def show_standing(session: Session, staff: Staff, ticket: Ticket, channels: Collection[str]) -> Message | None:
    """Write how a ticket stands in the place of the newest notice of it in a chat of `staff`; None if it says so."""
    statement = (
        select(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(StaffLink, (StaffLink.channel == Conversation.channel) & (StaffLink.address == Conversation.address))
        .where(StaffLink.staff_id == staff.id, StaffLink.channel.in_(channels), Message.ticket_id == ticket.id)
        .order_by(Message.id.desc())
        .limit(1)
    )
    notice = session.scalar(statement.where(Message.kind.in_(STAFF_NEWS)))
    if notice is None:
        return None
    shown = session.scalar(statement.where(Message.kind == MessageKind.STAFF_STANDING, Message.id > notice.id))
    holder, mine = holder_of(session, ticket, staff), ticket.assignee_id == staff.id
    said, told = (shown or notice).payload, notice.payload
    assert isinstance(said, StaffNotice)
    assert isinstance(told, StaffNotice)
    if (said.state, said.holder, said.mine) == (ticket.state, holder, mine):
        return None
    place = session.get_one(Conversation, notice.conversation_id, with_for_update={"key_share": True})
    standing = told.model_copy(
        update={
            "kind": MessageKind.STAFF_STANDING, "was": notice.kind.notice, "replaces": notice.id,
            "state": ticket.state, "holder": holder, "mine": mine,
        }
    )  # fmt: skip
    return send_message(session, place, notice.text, author=Author.BOT, payload=standing, ticket_id=ticket.id)
