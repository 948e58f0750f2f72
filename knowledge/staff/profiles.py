"""Verbs for what staff know and when they work. Each flushes; the caller commits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge.errors import InvalidInput
from knowledge.languages import parse_tag
from knowledge.models import (
    Absence,
    GroupMember,
    SkillKind,
    Staff,
    StaffSkill,
)
from knowledge.staff.absences import absences_of
from knowledge.staff.accounts import get_staff
from knowledge.staff.hours import week_of_staff

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
    staff = get_staff(session, staff_id)
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

    Raises `NotFound`, and `InvalidInput` for an unknown zone or language, hours out of order, or no room for a ticket.
    """
    staff = get_staff(session, staff_id)
    if unknown := sorted(set(columns) - COLUMNS):
        raise InvalidInput(f"{unknown[0]}: not of a profile")
    for name, value in columns.items():
        setattr(staff, name, value)
    _check(staff)
    for kind, values in (skills or {}).items():
        session.execute(delete(StaffSkill).where(StaffSkill.staff_id == staff_id, StaffSkill.kind == kind))
        for value in sorted({each.strip()[:200] for each in values if each.strip()}):
            session.add(StaffSkill(staff_id=staff_id, kind=kind, value=_skill(kind, value)))
    session.flush()
    return profile_of(session, staff_id)


def _check(staff: Staff) -> None:
    if staff.zone is not None:
        try:
            ZoneInfo(staff.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise InvalidInput(f"zone: {staff.zone!r} is unknown", {"zone": "unknown"}) from error
    if staff.language is not None and parse_tag(staff.language) != staff.language:
        raise InvalidInput(f"language: {staff.language!r} is none of the desk's", {"language": "none of the desk's"})
    if staff.capacity < 1:
        raise InvalidInput("capacity: at least 1", {"capacity": "at least 1"})
    try:
        week_of_staff(staff)
    except ValueError as error:
        field = str(error).partition(":")[0]
        raise InvalidInput(str(error), {field if field in COLUMNS else "opens": str(error)}) from error


def _skill(kind: SkillKind, value: str) -> str:
    """Return a skill in its one spelling."""
    if kind is SkillKind.COUNTRY:
        return value.upper()
    if kind is not SkillKind.LANGUAGE:
        return value
    tag = parse_tag(value)
    if tag is None:
        raise InvalidInput(f"skills: {value!r} is none of the desk's languages", {"skills": "not a language"})
    return tag
