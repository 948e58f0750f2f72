"""The working week of a member of staff."""

from datetime import time

from knowledge.models import Staff
from knowledge.region import zone_of
from knowledge.staff.worktime import Week


def week_of_staff(staff: Staff) -> Week:
    """Return the working week of a member of staff, in their zone or their country's."""
    zone = staff.zone or zone_of(staff.country)
    days = frozenset(int(day) for day in staff.workdays)
    return Week(zone, time.fromisoformat(staff.opens), time.fromisoformat(staff.closes), days, staff.country)
