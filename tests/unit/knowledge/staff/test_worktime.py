"""Working hours follow the wall clock and the holidays of a country, over nights in which clocks change too."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.models import Priority
from knowledge.region import ZONES
from knowledge.staff.worktime import (
    FIRST_ANSWER,
    Week,
    add_working,
    closed,
    due,
    is_holiday,
    is_open,
    week_of,
    working_between,
)

HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
SOFIA = ZoneInfo("Europe/Sofia")


def sofia(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SOFIA)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (sofia(23, 10), 2, sofia(23, 12)),
        (sofia(23, 16), 2, sofia(24, 10)),
        (sofia(20, 16), 2, sofia(23, 10)),
        (sofia(21, 12), 8, sofia(23, 17)),
        (sofia(23, 6), 1, sofia(23, 10)),
        (sofia(23, 9), 24, sofia(25, 17)),
        (sofia(23, 17), 0, sofia(24, 9)),
        (sofia(23, 12), 0, sofia(23, 12)),
        (sofia(2, 16, month=3), 8, sofia(4, 16, month=3)),
        (sofia(31, 16, month=12), 2, sofia(4, 10, month=1, year=2027)),
    ],
)
def test_working_time_passes_by_day_and_not_on_holidays(start: datetime, hours: int, end: datetime) -> None:
    assert add_working(start, hours * HOUR, week_of("BG")) == end.astimezone(UTC)


@pytest.mark.parametrize("zone", ["Europe/Sofia", "Europe/Belgrade", "Europe/Istanbul"])
@pytest.mark.parametrize("month", [3, 10])
def test_a_night_in_which_clocks_change_moves_no_opening(zone: str, month: int) -> None:
    week = Week(zone)
    friday = max(day for day in (date(2026, month, number) for number in range(20, 31)) if day.isoweekday() == 5)
    start = datetime.combine(friday, time(16), ZoneInfo(zone))
    later = add_working(start, 2 * HOUR, week).astimezone(ZoneInfo(zone))
    assert (later.date(), later.time()) == (friday + timedelta(days=3), time(10))


def changes(zone: str) -> list[date]:
    """The days of 2026 to 2028 in which clocks change in a zone."""
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(3 * 365)]
    noons = [datetime.combine(day, time(12), ZoneInfo(zone)).utcoffset() for day in days]
    return [day for day, before, after in zip(days[1:], noons, noons[1:], strict=False) if before != after]


def by_the_quarter(start: datetime, amount: timedelta, week: Week) -> datetime:
    """Count working time in the plainest way: quarter after quarter, by what the wall clock shows at its begin."""
    while amount:
        shown = start.astimezone(ZoneInfo(week.zone))
        works = shown.isoweekday() in week.days and not is_holiday(shown.date(), week.country)
        if works and week.opens <= shown.time() < week.closes:
            amount -= QUARTER
        start += QUARTER
    return start


@pytest.mark.parametrize("country", sorted(ZONES))
def test_what_is_asked_before_clocks_change_is_due_when_as_much_working_time_has_passed(country: str) -> None:
    week = week_of(country)
    days = changes(week.zone)
    assert len(days) == (0 if country in ("GE", "TR") else 6)
    for day in days or [date(2026, 3, 29), date(2026, 10, 25)]:
        asked = datetime.combine(day - timedelta(days=2), time(16), ZoneInfo(week.zone)).astimezone(UTC)
        for priority, amount in FIRST_ANSWER.items():
            owed = due(priority, asked, week)
            assert owed == by_the_quarter(asked, amount, week)
            shown = owed.astimezone(ZoneInfo(week.zone))
            assert week.opens < shown.time() <= week.closes
            assert working_between(asked, owed, week) == amount


def test_hours_that_clocks_skip_or_repeat_are_counted_as_they_pass() -> None:
    nights = Week("Europe/Sofia", time(0), time(6), frozenset(range(1, 8)))
    spring, autumn = sofia(29, 0, month=3), sofia(25, 0, month=10)
    assert working_between(spring, spring + timedelta(hours=12), nights) == 5 * HOUR
    assert working_between(autumn, autumn + timedelta(hours=12), nights) == 7 * HOUR


weeks = st.builds(
    Week,
    zone=st.sampled_from(sorted(set(ZONES.values()))),
    opens=st.sampled_from([time(0), time(7, 30), time(9)]),
    closes=st.sampled_from([time(12), time(17), time(23, 59)]),
    days=st.sets(st.integers(1, 7), min_size=1).map(frozenset),
    country=st.sampled_from([None, "BG", "GR", "RS", "TR", "UA", "ZZ"]),
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(lambda each: each.replace(tzinfo=UTC))  # noqa: DTZ001
amounts = st.integers(1, 60 * 40).map(lambda minutes: timedelta(minutes=minutes))


@given(moments, amounts, weeks)
def test_what_was_added_lies_between(start: datetime, amount: timedelta, week: Week) -> None:
    end = add_working(start, amount, week)
    assert end > start
    assert working_between(start, end, week) == amount


@given(moments, amounts, amounts, weeks)
def test_two_amounts_pass_one_after_the_other(start: datetime, first: timedelta, second: timedelta, week: Week) -> None:
    assert add_working(add_working(start, first, week), second, week) == add_working(start, first + second, week)


@given(moments, st.timedeltas(timedelta(), timedelta(days=30)), amounts, weeks)
def test_who_begins_later_is_never_done_earlier(
    start: datetime, pause: timedelta, amount: timedelta, week: Week
) -> None:
    assert add_working(start, amount, week) <= add_working(start + pause, amount, week)


@given(moments, weeks)
def test_a_desk_is_either_open_or_closed_until_it_opens(moment: datetime, week: Week) -> None:
    shut = closed(moment, week)
    assert is_open(moment, week) == (shut is None)
    if shut is not None:
        assert shut.until > moment
        assert is_open(shut.until, week)


def test_a_closed_desk_names_the_holiday() -> None:
    shut = closed(sofia(3, 10, month=3), week_of("BG"))
    assert shut is not None
    assert shut.until == sofia(4, 9, month=3).astimezone(UTC)
    assert shut.holiday
    weekend = closed(sofia(21, 10), week_of("BG"))
    assert weekend is not None
    assert weekend.holiday is None


def test_holidays_are_of_the_country() -> None:
    assert is_holiday(date(2027, 3, 3), "BG")
    assert is_holiday(date(2027, 3, 25), "GR")
    assert is_holiday(date(2027, 3, 3), "RO") is None
    assert is_holiday(date(2027, 1, 1), None) is None
    assert is_holiday(date(2027, 1, 1), "ZZ") is None


def test_a_word_is_due_by_priority_and_before_the_wanted_day_ends() -> None:
    start, week = sofia(23, 9), week_of("BG")
    dues = [due(priority, start, week) for priority in (Priority.URGENT, Priority.HIGH, Priority.NORMAL, Priority.LOW)]
    assert dues == sorted(dues)
    assert due(Priority.LOW, start, week, date(2026, 11, 24)) == sofia(24, 17).astimezone(UTC)
    assert due(Priority.NORMAL, start, week, date(2026, 12, 24)) == due(Priority.NORMAL, start, week)
    assert due(Priority.NORMAL, start, week, date(2026, 11, 1)) == due(Priority.URGENT, start, week)


@pytest.mark.parametrize("wrong", [{"opens": time(17)}, {"days": frozenset()}, {"days": frozenset({8})}])
def test_a_week_without_work_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"opens|workdays"):
        Week("Europe/Sofia", **wrong)  # type: ignore[arg-type]
