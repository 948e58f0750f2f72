"""Verbs by which a chat becomes that of a member of staff, and what it is told. Each flushes."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge.errors import InvalidInput, NotFound
from knowledge.models import (
    CodePurpose,
    NoticeKind,
    OneTimeCode,
    Staff,
    StaffLink,
    now,
)
from knowledge.notices.writing_notices import TO_FOLLOWERS
from knowledge.tickets.one_time_codes import keep_code, use_code


def staff_code(session: Session, staff: Staff) -> str:
    """Return a code by which a chat becomes that of `staff`: once, within `CODE_LIFE`; an older one dies."""
    session.execute(
        delete(OneTimeCode).where(OneTimeCode.purpose == CodePurpose.STAFF_LINK, OneTimeCode.staff_id == staff.id)
    )
    return keep_code(session, OneTimeCode(purpose=CodePurpose.STAFF_LINK, staff_id=staff.id))


def link_staff(session: Session, code: str, channel: str, address: str) -> Staff:
    """Link a chat to the member of staff whose code it is, whoever it was linked to before; raises `NotFound`."""
    used = use_code(session, code, CodePurpose.STAFF_LINK)
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
    """Say which notices go to a chat of a member of staff, none meaning all; raises `NotFound`, and `InvalidInput`."""
    link = session.get(StaffLink, (channel, address))
    if link is None or link.staff_id != staff_id:
        raise NotFound("link")
    if strange := {str(each) for each in wants} & {str(each) for each in TO_FOLLOWERS.values()}:
        raise InvalidInput("wants: what only askers are told", {"wants": ", ".join(sorted(strange))})
    link.wants = sorted(str(each) for each in wants)
    session.flush()
    return link


def unlink(session: Session, channel: str, address: str) -> None:
    """Make a chat nobody's of the staff; repeating it changes nothing."""
    session.execute(delete(StaffLink).where(StaffLink.channel == channel, StaffLink.address == address))
