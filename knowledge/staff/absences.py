"""Verbs for when staff are away. Each flushes; the caller commits."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.errors import InvalidInput, NotFound
from knowledge.models import Absence
from knowledge.staff.accounts import get_staff


def absences_of(session: Session, staff_id: int) -> list[Absence]:
    """Return when somebody is, was or will be away, the next first day last."""
    statement = select(Absence).where(Absence.staff_id == staff_id).order_by(Absence.first_day, Absence.id)
    return list(session.scalars(statement))


def add_absence(session: Session, staff_id: int, first_day: date, last_day: date, note: str = "") -> Absence:
    """Write down that somebody is away, the last day included; raises `NotFound` or `InvalidInput`."""
    get_staff(session, staff_id)
    if last_day < first_day:
        raise InvalidInput("last_day: before the first one", {"last_day": "before the first one"})
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
