"""Verbs for one-time codes: to follow a ticket elsewhere, and to link a chat to a member of staff. Each flushes."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from knowledge.errors import InvalidEntry, NotFound
from knowledge.models import (
    CodePurpose,
    Conversation,
    EventKind,
    NoticeKind,
    OneTimeCode,
    Staff,
    StaffLink,
    Ticket,
    TicketFollower,
    now,
)
from knowledge.notices import TO_FOLLOWERS
from knowledge.trail import belongs_to, lock_own, lock_row, record_event

CODE_LIFE = timedelta(minutes=30)
CODE_LENGTH = 10

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No letter that is taken for a figure: 32 of them, so that ten are 50 bits."""


def follow_code(session: Session, ticket_id: int, conversation: Conversation) -> str:
    """Return a code by which another chat of the asker follows a ticket: once, within `CODE_LIFE`.

    Raises `NotFound` for another's ticket.
    """
    lock_own(session, conversation, ticket_id)
    code = OneTimeCode(purpose=CodePurpose.FOLLOW, ticket_id=ticket_id, conversation_id=conversation.id)
    return _keep(session, code)


def redeem_follow(session: Session, code: str, conversation: Conversation) -> Ticket:
    """Let a conversation follow the ticket of a code, and return the ticket.

    Raises `NotFound` for a code that is wrong, used, or too old, without saying which.
    """
    used = _use(session, code, CodePurpose.FOLLOW)
    if used.ticket_id is None:
        raise NotFound("code")
    ticket = lock_row(session, used.ticket_id)
    mine = session.scalar(select(Ticket.id).where(Ticket.id == ticket.id, belongs_to(conversation.id)))
    if mine is None:
        session.add(TicketFollower(ticket_id=ticket.id, conversation_id=conversation.id))
        record_event(session, ticket, EventKind.FOLLOWED, data={"channel": conversation.channel})
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


def staff_code(session: Session, staff: Staff) -> str:
    """Return a code by which a chat becomes that of `staff`: once, within `CODE_LIFE`; an older one dies."""
    session.execute(
        delete(OneTimeCode).where(OneTimeCode.purpose == CodePurpose.STAFF_LINK, OneTimeCode.staff_id == staff.id)
    )
    return _keep(session, OneTimeCode(purpose=CodePurpose.STAFF_LINK, staff_id=staff.id))


def link_staff(session: Session, code: str, channel: str, address: str) -> Staff:
    """Link a chat to the member of staff whose code it is, whoever it was linked to before; raises `NotFound`."""
    used = _use(session, code, CodePurpose.STAFF_LINK)
    staff = session.get(Staff, used.staff_id) if used.staff_id is not None else None
    if staff is None or not staff.active:
        raise NotFound("code")
    session.merge(StaffLink(channel=channel, address=address, staff_id=staff.id, wants=[], linked_at=now()))
    session.flush()
    return staff


def staff_at(session: Session, channel: str, address: str) -> Staff | None:
    """Return the active member of staff to whom a chat is linked, or None."""
    statement = (
        select(Staff)
        .join(StaffLink, StaffLink.staff_id == Staff.id)
        .where(StaffLink.channel == channel, StaffLink.address == address, Staff.active)
    )
    return session.scalar(statement)


def links_of(session: Session, staff_id: int) -> list[StaffLink]:
    """Return the chats of a member of staff, oldest first."""
    return list(session.scalars(select(StaffLink).where(StaffLink.staff_id == staff_id).order_by(StaffLink.linked_at)))


def set_wants(session: Session, staff_id: int, channel: str, address: str, wants: Collection[NoticeKind]) -> StaffLink:
    """Say which notices go to a chat of a member of staff, none meaning all; raises `NotFound`, and `InvalidEntry`."""
    link = session.get(StaffLink, (channel, address))
    if link is None or link.staff_id != staff_id:
        raise NotFound("link")
    if strange := {str(each) for each in wants} & {str(each) for each in TO_FOLLOWERS.values()}:
        raise InvalidEntry("wants: what only askers are told", {"wants": ", ".join(sorted(strange))})
    link.wants = sorted(str(each) for each in wants)
    session.flush()
    return link


def unlink(session: Session, channel: str, address: str) -> None:
    """Make a chat nobody's of the staff; repeating it changes nothing."""
    session.execute(delete(StaffLink).where(StaffLink.channel == channel, StaffLink.address == address))


def _keep(session: Session, code: OneTimeCode) -> str:
    plain = "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))
    code.code_hash, code.expires_at = _hash(plain), now() + CODE_LIFE
    session.add(code)
    session.flush()
    return plain


def _use(session: Session, code: str, purpose: CodePurpose) -> OneTimeCode:
    moment = now()
    used = session.scalar(
        update(OneTimeCode)
        .where(
            OneTimeCode.code_hash == _hash(code),
            OneTimeCode.purpose == purpose,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > moment,
        )
        .values(used_at=moment)
        .returning(OneTimeCode)
        .execution_options(synchronize_session=False)
    )
    if used is None:
        raise NotFound("code")
    return used


def _hash(code: str) -> str:
    plain = code.strip().upper().replace(" ", "").replace("-", "")
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
