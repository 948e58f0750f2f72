"""Verbs for what staff know and when they work: profiles, groups and absences. Each flushes; the caller commits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from knowledge.errors import InvalidEntry, NotFound, Taken
from knowledge.languages import parse_tag
from knowledge.models import (
    Absence,
    EventKind,
    Group,
    GroupMember,
    SkillKind,
    Staff,
    StaffSkill,
    Ticket,
    TicketState,
)
from knowledge.routing import week_of_staff
from knowledge.trail import lock_tickets, record_event

COLUMNS = frozenset(
    {
        "organisation", "organisation_url", "language", "country", "zone", "opens", "closes", "workdays", "capacity"
    }
)  # fmt: skip
"""What a profile may change of a member of staff."""


@dataclass(frozen=True)
class Profile:
    """A member of staff with what they know, the groups they are in (ids) and when they are away."""

    staff: Staff
    skills: dict[SkillKind, list[str]]
    groups: list[int]
    absences: list[Absence]


def profile_of(session: Session, staff_id: int) -> Profile:
    """Return somebody's profile; raises `NotFound`."""
    staff = _staff(session, staff_id)
    skills: dict[SkillKind, list[str]] = {kind: [] for kind in SkillKind}
    order = (StaffSkill.kind, StaffSkill.value)
    for skill in session.scalars(select(StaffSkill).where(StaffSkill.staff_id == staff_id).order_by(*order)):
        skills[skill.kind].append(skill.value)
    groups = select(GroupMember.group_id).where(GroupMember.staff_id == staff_id).order_by(GroupMember.group_id)
    return Profile(staff, skills, list(session.scalars(groups)), absences_of(session, staff_id))


def save_profile(
    session: Session, staff_id: int, *, skills: Mapping[SkillKind, Collection[str]] | None = None, **columns: Any
) -> Profile:
    """Change the named `COLUMNS` of a profile, and the skills of the named kinds; what is not named stays.

    Raises `NotFound`, and `InvalidEntry` for an unknown zone or language, hours out of order, or no room for a ticket.
    """
    staff = _staff(session, staff_id)
    if unknown := sorted(set(columns) - COLUMNS):
        raise InvalidEntry(f"{unknown[0]}: not of a profile")
    for name, value in columns.items():
        setattr(staff, name, value)
    _check(staff)
    for kind, values in (skills or {}).items():
        session.execute(delete(StaffSkill).where(StaffSkill.staff_id == staff_id, StaffSkill.kind == kind))
        for value in sorted({each.strip()[:200] for each in values if each.strip()}):
            session.add(StaffSkill(staff_id=staff_id, kind=kind, value=_skill(kind, value)))
    session.flush()
    return profile_of(session, staff_id)


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

    Raises `NotFound`, `InvalidEntry`, and `Taken` for the name of another one.
    """
    name = name.strip()
    if not name or len(name) > 200:
        raise InvalidEntry("name: use 1 to 200 characters", {"name": "use 1 to 200 characters"})
    taken = session.scalar(select(Group.id).where(Group.name == name))
    if taken is not None and taken != group_id:
        raise Taken(f"there is a group {name} already")
    group = session.get(Group, group_id) if group_id is not None else Group()
    if group is None:
        raise NotFound(f"group {group_id}")
    for staff_id in staff_ids:
        _staff(session, staff_id)
    group.name, group.active = name, active
    session.add(group)
    session.flush()
    theirs = GroupMember.group_id == group.id
    away = session.scalars(select(GroupMember.staff_id).join(Staff).where(theirs, ~Staff.active)).all()
    session.execute(delete(GroupMember).where(theirs))
    session.add_all(GroupMember(group_id=group.id, staff_id=staff_id) for staff_id in sorted({*staff_ids, *away}))
    session.flush()
    return group


def delete_group(session: Session, group_id: int, staff: Staff) -> int:
    """Delete a group; the tickets that wait for it wait for everybody then. Return how many those are.

    Raises `NotFound`.
    """
    group = session.get(Group, group_id)
    if group is None:
        raise NotFound(f"group {group_id}")
    theirs = select(Ticket.id).where(Ticket.group_id == group_id)
    waiting = session.scalars(theirs.where(Ticket.state == TicketState.OPEN).order_by(Ticket.id)).all()
    for ticket in lock_tickets(session, waiting):
        record_event(session, ticket, EventKind.RELEASED, staff=staff, data={"group": group.name})
    session.execute(update(Ticket).where(Ticket.group_id == group_id).values(group_id=None))
    session.execute(delete(Group).where(Group.id == group_id))
    session.flush()
    return len(waiting)


def waiting_for_groups(session: Session) -> dict[int, int]:
    """Return how many open tickets wait for each group, by its id."""
    waiting = select(Ticket.group_id, func.count()).where(
        Ticket.group_id.is_not(None), Ticket.state == TicketState.OPEN
    )
    return {key: count for key, count in session.execute(waiting.group_by(Ticket.group_id)) if key is not None}


def absences_of(session: Session, staff_id: int) -> list[Absence]:
    """Return when somebody is, was or will be away, the next first day last."""
    statement = select(Absence).where(Absence.staff_id == staff_id).order_by(Absence.first_day, Absence.id)
    return list(session.scalars(statement))


def add_absence(session: Session, staff_id: int, first_day: date, last_day: date, note: str = "") -> Absence:
    """Write down that somebody is away, the last day included; raises `NotFound` or `InvalidEntry`."""
    _staff(session, staff_id)
    if last_day < first_day:
        raise InvalidEntry("last_day: before the first one", {"last_day": "before the first one"})
    absence = Absence(staff_id=staff_id, first_day=first_day, last_day=last_day, note=note.strip()[:200])
    session.add(absence)
    session.flush()
    return absence


def delete_absence(session: Session, staff_id: int, absence_id: int) -> None:
    """Delete one of somebody's absences; raises `NotFound`."""
    absence = session.get(Absence, absence_id)
    if absence is None or absence.staff_id != staff_id:
        raise NotFound(f"absence {absence_id}")
    session.delete(absence)
    session.flush()


def _staff(session: Session, staff_id: int) -> Staff:
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise NotFound(f"staff {staff_id}")
    return staff


def _check(staff: Staff) -> None:
    if staff.zone is not None:
        try:
            ZoneInfo(staff.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise InvalidEntry(f"zone: {staff.zone!r} is unknown", {"zone": "unknown"}) from error
    if staff.language is not None and parse_tag(staff.language) != staff.language:
        raise InvalidEntry(f"language: {staff.language!r} is none of the desk's", {"language": "none of the desk's"})
    if staff.capacity < 1:
        raise InvalidEntry("capacity: at least 1", {"capacity": "at least 1"})
    try:
        week_of_staff(staff)
    except ValueError as error:
        field = str(error).partition(":")[0]
        raise InvalidEntry(str(error), {field if field in COLUMNS else "opens": str(error)}) from error


def _skill(kind: SkillKind, value: str) -> str:
    """Return a skill in its one spelling."""
    if kind is SkillKind.COUNTRY:
        return value.upper()
    if kind is not SkillKind.LANGUAGE:
        return value
    tag = parse_tag(value)
    if tag is None:
        raise InvalidEntry(f"skills: {value!r} is none of the desk's languages", {"skills": "not a language"})
    return tag
