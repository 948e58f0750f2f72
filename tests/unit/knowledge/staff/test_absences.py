"""Absences are days in order, and one's own."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from knowledge.errors import InvalidInput, NotFound
from knowledge.models import Staff
from knowledge.staff.absences import absences_of, add_absence, delete_absence


def test_absences_are_days_in_order(session: Session, ana: Staff, boris: Staff) -> None:
    day = date(2026, 12, 24)
    absence = add_absence(session, ana.id, day, day + timedelta(days=8), "Winter")
    assert absences_of(session, ana.id) == [absence]
    with pytest.raises(InvalidInput):
        add_absence(session, ana.id, day, day - timedelta(days=1))
    with pytest.raises(NotFound):
        delete_absence(session, boris.id, absence.id)
    delete_absence(session, ana.id, absence.id)
    assert absences_of(session, ana.id) == []
    assert isinstance(absence.first_day, date)
    assert not isinstance(absence.first_day, datetime)
