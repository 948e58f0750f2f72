"""A clock that is set is noticed, ahead or back, and trusted again after a while."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.clocks import Clock

BEGAN = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Hands:
    """What a machine's two clocks show: the wall's, which people set, and seconds that pass."""

    def __init__(self) -> None:
        self.passed, self.off = 0.0, timedelta()

    def wall(self) -> datetime:
        return BEGAN + timedelta(seconds=self.passed) + self.off

    def steps(self) -> float:
        return self.passed


@pytest.mark.parametrize("jump", [timedelta(hours=2), timedelta(hours=-2), timedelta(seconds=-5)])
def test_a_clock_that_was_set_is_not_steady_for_a_while(jump: timedelta) -> None:
    hands = Hands()
    clock = Clock(hands.wall, hands.steps, settles_s=60)
    assert clock.steady
    hands.passed, hands.off = 10.0, jump
    assert clock() == BEGAN + timedelta(seconds=10) + jump
    assert not clock.steady
    hands.passed = 69.0
    assert not clock.steady
    hands.passed = 70.0
    assert clock.steady


def test_a_clock_that_is_corrected_little_by_little_stays_steady() -> None:
    hands = Hands()
    clock = Clock(hands.wall, hands.steps)
    for second in range(1, 100):
        hands.passed, hands.off = float(second * 10), timedelta(seconds=second * 0.5)
        assert clock.steady


def test_a_jump_is_noticed_at_the_first_look() -> None:
    hands = Hands()
    clock = Clock(hands.wall, hands.steps)
    hands.off = timedelta(hours=-1)
    assert not clock.steady
