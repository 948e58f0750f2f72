"""Working hours: when a desk in some country is open, and moments counted in them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from knowledge.models import Priority
from knowledge.region import zone_of

FIRST_ANSWER = {
    Priority.URGENT: timedelta(hours=2),
    Priority.HIGH: timedelta(hours=4),
    Priority.NORMAL: timedelta(hours=8),
    Priority.LOW: timedelta(hours=24),
}
"""The working time within which the desk owes its next word."""

_LONGEST_WAIT_DAYS = 3660


@dataclass(frozen=True)
class Week:
    """A working week: hours of a zone's wall clock on ISO weekdays (1 is Monday), but for a country's holidays.

    Raises `ValueError` for hours out of order and for a week without a day.
    """

    zone: str
    opens: time = time(9)
    closes: time = time(17)
    days: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    country: str | None = None

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("opens: must be before it closes")
        if not self.days or not self.days <= set(range(1, 8)):
            raise ValueError("workdays: at least one of 1 to 7")


@dataclass(frozen=True)
class Closed:
    """That nobody works at a moment: when work begins again, and the holiday that is in between, if one is."""

    until: datetime
    holiday: str | None


def week_of(country: str | None) -> Week:
    """Return the usual week of a country; of one that is not known, Monday to Friday in the region's middle."""
    return Week(zone_of(country), country=country)


def is_holiday(day: date, country: str | None) -> str | None:
    """Return the name of the public holiday in the country's own language, or None."""
    return _holidays(country, day.year).get(day) if country else None


def is_open(moment: datetime, week: Week) -> bool:
    """Say whether people work at a moment."""
    return any(begin <= moment < end for begin, end in _shifts(moment, week, days=2))


def closed(moment: datetime, week: Week) -> Closed | None:
    """Return until when nobody works, or None while somebody does."""
    local = moment.astimezone(ZoneInfo(week.zone)).date()
    for begin, end in _shifts(moment, week):
        if begin <= moment < end:
            return None
        if begin > moment:
            opening = begin.astimezone(ZoneInfo(week.zone)).date()
            between = (local + timedelta(days=each) for each in range((opening - local).days + 1))
            names = (is_holiday(day, week.country) for day in between if day.isoweekday() in week.days)
            return Closed(begin, next(filter(None, names), None))
    return None


def add_working(start: datetime, amount: timedelta, week: Week) -> datetime:
    """Return the moment (UTC) at which `amount` of working time has passed since `start`.

    No time at all leads to `start` itself while people work, else to the next opening.
    """
    left = amount
    for begin, end in _shifts(start, week):
        begin = max(begin, start)
        if begin <= end and end - begin >= left and (left or begin < end):
            return begin + left
        left -= max(end - begin, timedelta())
    raise ValueError(f"{amount} of working time never pass")


def working_between(start: datetime, end: datetime, week: Week) -> timedelta:
    """Return how much working time lies between two moments; none when they are out of order."""
    total = timedelta()
    for begins, ends in _shifts(start, week):
        if begins >= end:
            break
        total += max(min(ends, end) - max(begins, start), timedelta())
    return total


def due(priority: Priority, moment: datetime, week: Week, wanted_by: date | None = None) -> datetime:
    """Return when the desk owes its next word (UTC): in the priority's working time, and before a wanted day ends.

    A wanted day that is over already makes the ticket as urgent as can be.
    """
    usual = add_working(moment, FIRST_ANSWER[priority], week)
    if wanted_by is None:
        return usual
    soonest = add_working(moment, FIRST_ANSWER[Priority.URGENT], week)
    return max(min(usual, _moment(wanted_by, week.closes, week)), min(usual, soonest))


def _shifts(since: datetime, week: Week, *, days: int = _LONGEST_WAIT_DAYS) -> Iterator[tuple[datetime, datetime]]:
    """Yield the shifts (UTC) that end after `since`, in order."""
    first = since.astimezone(ZoneInfo(week.zone)).date()
    for number in range(days):
        day = first + timedelta(days=number)
        if day.isoweekday() not in week.days or is_holiday(day, week.country):
            continue
        begin, end = _moment(day, week.opens, week), _moment(day, week.closes, week)
        if end > since:
            yield begin, end


def _moment(day: date, clock: time, week: Week) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(week.zone)).astimezone(UTC)


@cache
def _holidays(country: str, year: int) -> dict[date, str]:
    try:
        known = holidays.country_holidays(country, years=year)
        known = holidays.country_holidays(country, years=year, language=known.default_language)
    except NotImplementedError:
        return {}
    return {day: name for day, name in known.items() if day.year == year}
