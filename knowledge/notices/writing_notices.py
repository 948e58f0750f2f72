"""Verbs for notices: whom to tell of what happened on a ticket. Each flushes; the caller commits.

A notice is written with its event and made into a message later, in a transaction of its own: a transaction that wrote
into two conversations would have to lock both, and two such could wait in a ring.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from knowledge.conversations.files import attachments_of, copy_attachments, described
from knowledge.conversations.messages import open_conversation, send_message
from knowledge.coordination.leases import due, free
from knowledge.models import (
    Author,
    Conversation,
    Delivery,
    EventKind,
    Message,
    MessageKind,
    Notice,
    NoticeKind,
    Role,
    Staff,
    StaffLink,
    Ticket,
    TicketEvent,
    TicketFollower,
    TicketState,
    TicketWatcher,
    now,
)
from knowledge.notices.updates import holder_of, show_standing
from knowledge.payloads import ExpertWords, StaffNotice

TO_FOLLOWERS = {
    EventKind.ANSWER: NoticeKind.ANSWER,
    EventKind.ASKED: NoticeKind.ASKED,
    EventKind.CLOSED: NoticeKind.CLOSED,
}
"""What the asker's other conversations are told of."""


def notify_staff(
    session: Session,
    event: TicketEvent,
    kind: NoticeKind,
    staff_ids: Iterable[int | None],
    *,
    due_at: datetime | None = None,
) -> None:
    """Have members of staff told of an event, at once or at `due_at`, but not who did it; None is nobody."""
    told = {staff_id for staff_id in staff_ids if staff_id is not None and staff_id != event.staff_id}
    due_at = due_at or now()
    session.add_all(Notice(event_id=event.id, staff_id=staff_id, kind=kind, due_at=due_at) for staff_id in sorted(told))
    session.flush()


def notify_concerned(session: Session, ticket: Ticket, event: TicketEvent, kind: NoticeKind) -> None:
    """Have a ticket's holder told of an event as `kind`, and its watchers that something happened."""
    watching = set(watchers(session, ticket.id)) - {ticket.assignee_id}
    notify_staff(session, event, kind, [ticket.assignee_id])
    notify_staff(session, event, NoticeKind.WATCHED, watching)


def notify_watchers(session: Session, ticket: Ticket, event: TicketEvent) -> None:
    """Have those who watch a ticket told that something happened."""
    notify_staff(session, event, NoticeKind.WATCHED, watchers(session, ticket.id))


def notify_followers(session: Session, event: TicketEvent, *, except_id: int | None) -> None:
    """Have the ticket's further conversations told of an answer, a request for details or the closing."""
    kind = TO_FOLLOWERS[event.kind]
    for conversation_id in followers(session, event.ticket_id):
        if conversation_id != except_id:
            session.add(Notice(event_id=event.id, conversation_id=conversation_id, kind=kind))
    session.flush()


def followers(session: Session, ticket_id: int) -> list[int]:
    """Return the ids of the further conversations in which a ticket is followed, the first one first."""
    statement = select(TicketFollower.conversation_id).where(TicketFollower.ticket_id == ticket_id)
    return list(session.scalars(statement.order_by(TicketFollower.created_at, TicketFollower.conversation_id)))


def watchers(session: Session, ticket_id: int) -> list[int]:
    """Return the ids of the active staff who watch a ticket."""
    statement = (
        select(TicketWatcher.staff_id)
        .join(Staff, Staff.id == TicketWatcher.staff_id)
        .where(TicketWatcher.ticket_id == ticket_id, Staff.active)
    )
    return list(session.scalars(statement.order_by(TicketWatcher.staff_id)))


def active_staff(session: Session, *, role: Role = Role.EXPERT) -> list[int]:
    """Return the ids of the active staff whose role covers `role`."""
    covering = [each for each in Role if each.covers(role)]
    return list(session.scalars(select(Staff.id).where(Staff.active, Staff.role.in_(covering)).order_by(Staff.id)))


def lease_notices(
    session: Session, moment: datetime, until: datetime, holder: str, *, limit: int = 50, steady: bool = True
) -> list[Notice]:
    """Take due notices until `until`, oldest first; `steady` says that the clock was not set a moment ago."""
    found = (
        select(Notice.id)
        .where(Notice.done_at.is_(None), due(Notice, moment), free(Notice, moment, steady))
        .order_by(Notice.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.scalars(found))
    session.execute(
        update(Notice)
        .where(Notice.id.in_(ids))
        .values(leased_until=until, leased_by=holder, attempts=Notice.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    statement = select(Notice).where(Notice.id.in_(ids)).order_by(Notice.id)
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def tell(session: Session, notice_id: int, staff_channels: Collection[str]) -> int | None:
    """Make a notice into a message with its delivery, and return the message's id; the notice is done then.

    A member of staff is told in a linked chat on one of `staff_channels` that wants this kind, else by e-mail when
    `email` is among them. None when there is nowhere to tell it, it was told already, or nobody needs it any more. At
    most one conversation is written to.
    """
    notice = session.get(Notice, notice_id, with_for_update=True, populate_existing=True)
    if notice is None or notice.done_at is not None:
        return None
    notice.done_at, notice.leased_until, notice.leased_by = now(), None, None
    event = session.get_one(TicketEvent, notice.event_id)
    ticket = session.get_one(Ticket, event.ticket_id)
    if _is_moot(notice, ticket):
        message = None
    elif notice.conversation_id is not None:
        message = _tell_follower(session, notice, ticket, event)
    else:
        message = _tell_staff(session, notice, ticket, event, staff_channels)
    if message is not None and notice.delivery_id is not None:
        session.execute(update(Delivery).where(Delivery.id == notice.delivery_id).values(fallback_id=message.id))
    session.flush()
    return message.id if message else None


def words_of(ticket: Ticket, kind: MessageKind, staff: Staff | None) -> ExpertWords:
    """Return what a message of experts carries: about which ticket, and who speaks for whom."""
    told = {"kind": kind, "ticket": ticket.number, "question": ticket.question, "by": staff.name if staff else ""}
    if staff is not None and staff.organisation:
        told["organisation"] = staff.organisation
    return ExpertWords.model_validate(told)


def put_off(session: Session, notice_id: int, due_at: datetime) -> None:
    """Say that a notice could not be told yet and when to try again."""
    session.execute(
        update(Notice)
        .where(Notice.id == notice_id, Notice.done_at.is_(None))
        .values(due_at=due_at, leased_until=None, leased_by=None)
    )


def drop_told(session: Session, before: datetime) -> int:
    """Delete the notices that were told before a moment; return how many."""
    return len(session.scalars(delete(Notice).where(Notice.done_at < before).returning(Notice.id)).all())


def _is_moot(notice: Notice, ticket: Ticket) -> bool:
    """Say whether somebody was to hear of an asker's words on a ticket that a colleague has taken or that is over."""
    taken = ticket.assignee_id is not None or ticket.state is TicketState.CLOSED
    return notice.kind is NoticeKind.MESSAGE and taken and ticket.assignee_id != notice.staff_id


def _tell_follower(session: Session, notice: Notice, ticket: Ticket, event: TicketEvent) -> Message | None:
    """Repeat what was said where the ticket was opened; the words come from the event."""
    place = session.get(Conversation, notice.conversation_id, with_for_update={"key_share": True})
    if place is None:
        return None
    staff = session.get(Staff, event.staff_id) if event.staff_id else None
    words = words_of(ticket, MessageKind.to_follower(notice.kind), staff)
    if place.channel == "email":
        words = words.model_copy(update={"one_way": True})
    author = Author.BOT if notice.kind is NoticeKind.CLOSED else Author.EXPERT
    message = send_message(session, place, event.text, author=author, payload=words, ticket_id=ticket.id)
    if event.message_id is not None and (copied := copy_attachments(session, event.message_id, message)):
        message.data = words.model_copy(update={"files": copied}).stored()
    return message


def _tell_staff(
    session: Session, notice: Notice, ticket: Ticket, event: TicketEvent, channels: Collection[str]
) -> Message | None:
    staff = session.get_one(Staff, notice.staff_id)
    if notice.kind is NoticeKind.STANDING:
        return show_standing(session, staff, ticket, channels) if staff.active else None
    address = _address_of(session, staff, notice.kind, channels)
    if address is None or not staff.active:
        return None
    place = open_conversation(session, *address)
    place.language = place.language or staff.language
    told = {
        "kind": MessageKind.to_staff(notice.kind),
        "ticket": ticket.number,
        "ticket_id": ticket.id,
        "question": ticket.question,
        "state": ticket.state,
        "holder": holder_of(session, ticket, staff),
        "mine": ticket.assignee_id == staff.id,
        "priority": ticket.priority,
        "language": ticket.language,
        "country": ticket.country,
        "sector": ticket.sector,
        "competence": ticket.competence,
        "zone": staff.zone,
        "due_at": ticket.due_at,
        "event": event.kind,
        "routing": ticket.suggestion,
        "files": described(session, [each.id for each in attachments_of(session, events=[event.id])]),
    }
    payload = StaffNotice.model_validate(told | event.data)
    return send_message(session, place, event.text, author=Author.BOT, payload=payload, ticket_id=ticket.id)


def _address_of(session: Session, staff: Staff, kind: NoticeKind, channels: Collection[str]) -> tuple[str, str] | None:
    links = session.scalars(
        select(StaffLink)
        .where(StaffLink.staff_id == staff.id, StaffLink.channel.in_(channels))
        .order_by(StaffLink.linked_at.desc())
    ).all()
    for link in links:
        if not link.wants or kind in link.wants:
            return link.channel, link.address
    return ("email", staff.email) if "email" in channels and not links else None
