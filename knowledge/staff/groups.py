"""Verbs for groups of staff. Each flushes; the caller commits."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge.errors import InvalidInput, NotFound, Taken
from knowledge.models import (
    Group,
    GroupMember,
    Staff,
)
from knowledge.staff.accounts import get_staff


def list_groups(session: Session) -> list[tuple[Group, list[int]]]:
    """Return all groups by name, with the ids of their active members."""
    groups = session.scalars(select(Group).order_by(Group.name)).all()
    return [(group, members_of(session, group.id)) for group in groups]


def members_of(session: Session, group_id: int) -> list[int]:
    """Return the ids of the active staff in a group."""
    statement = (
        select(GroupMember.staff_id)
        .join(Staff, Staff.id == GroupMember.staff_id)
        .where(GroupMember.group_id == group_id, Staff.active)
        .order_by(GroupMember.staff_id)
    )
    return list(session.scalars(statement))


def save_group(
    session: Session, name: str, staff_ids: Collection[int], *, group_id: int | None = None, active: bool = True
) -> Group:
    """Write a group with its members; those who are locked out stay in it.

    Raises `NotFound`, `InvalidInput`, and `Taken` for the name of another one.
    """
    name = name.strip()
    if not name or len(name) > 200:
        raise InvalidInput("name: use 1 to 200 characters", {"name": "use 1 to 200 characters"})
    taken = session.scalar(select(Group.id).where(Group.name == name))
    if taken is not None and taken != group_id:
        raise Taken(f"there is a group {name} already")
    group = session.get(Group, group_id) if group_id is not None else Group()
    if group is None:
        raise NotFound(f"group {group_id}")
    for staff_id in staff_ids:
        get_staff(session, staff_id)
    group.name, group.active = name, active
    session.add(group)
    session.flush()
    theirs = GroupMember.group_id == group.id
    away = session.scalars(select(GroupMember.staff_id).join(Staff).where(theirs, ~Staff.active)).all()
    session.execute(delete(GroupMember).where(theirs))
    session.add_all(GroupMember(group_id=group.id, staff_id=staff_id) for staff_id in sorted({*staff_ids, *away}))
    session.flush()
    return group
