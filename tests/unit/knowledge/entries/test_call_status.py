"""A call's status follows from its dates on the day of the question."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.entries.call_status import CallStatus, call_status, next_deadline

MARCH, MAY, JULY = date(2026, 3, 1), date(2026, 5, 1), date(2026, 7, 1)
DAY = timedelta(days=1)
days = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("opens", "deadlines", "today", "status"),
    [
        (MARCH, [MAY], MARCH - DAY, CallStatus.FORTHCOMING),
        (MARCH, [MAY], MARCH, CallStatus.OPEN),
        (MARCH, [MAY], MAY, CallStatus.OPEN),
        (MARCH, [MAY], MAY + DAY, CallStatus.CLOSED),
        (MARCH, [MAY, JULY], MAY + DAY, CallStatus.OPEN),
        (MARCH, [JULY, MAY], JULY, CallStatus.OPEN),
        (MARCH, [JULY, MAY], JULY + DAY, CallStatus.CLOSED),
        (MARCH, [MARCH], MARCH, CallStatus.OPEN),
        (None, [MAY], MARCH, CallStatus.OPEN),
        (None, [MAY], MAY + DAY, CallStatus.CLOSED),
        (MARCH, [], MARCH - DAY, CallStatus.FORTHCOMING),
        (MARCH, [], JULY, CallStatus.OPEN),
        (None, [], MAY, CallStatus.UNKNOWN),
    ],
)
def test_the_status_at_its_borders(opens: date | None, deadlines: list[date], today: date, status: CallStatus) -> None:
    assert call_status(opens, deadlines, today) is status


@pytest.mark.parametrize(
    ("today", "deadline"), [(MARCH, MAY), (MAY, MAY), (MAY + DAY, JULY), (JULY, JULY), (JULY + DAY, None)]
)
def test_the_next_cut_off_is_the_first_that_has_not_passed(today: date, deadline: date | None) -> None:
    assert next_deadline([JULY, MAY], today) == deadline


def test_a_call_without_cut_offs_has_no_next_one() -> None:
    assert next_deadline([], MAY) is None


@given(st.none() | days, st.lists(days), days)
def test_a_passed_call_is_never_open_and_an_open_one_has_a_cut_off_ahead_or_none_at_all(
    opens: date | None, deadlines: list[date], today: date
) -> None:
    status = call_status(opens, deadlines, today)
    if status is CallStatus.OPEN and deadlines:
        assert next_deadline(deadlines, today) is not None
    if deadlines and max(deadlines) < today:
        assert status is CallStatus.CLOSED


@given(st.none() | days, st.lists(days), days, days)
def test_a_call_never_goes_back(opens: date | None, deadlines: list[date], today: date, later: date) -> None:
    order = [CallStatus.FORTHCOMING, CallStatus.OPEN, CallStatus.CLOSED]
    before, after = (call_status(opens, deadlines, day) for day in sorted((today, later)))
    if CallStatus.UNKNOWN not in (before, after):
        assert order.index(before) <= order.index(after)
