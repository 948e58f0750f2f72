"""Guessing is slowed down for one address and for one client, and forgotten after a while."""

import pytest

from admin_api.http.errors import TooManyAttempts
from admin_api.http.throttle import FAILURES_OF_ADDRESS, FAILURES_OF_CLIENT, MAX_KEPT, WINDOW_S, LoginThrottle


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_an_address_waits_until_its_oldest_failure_is_forgotten() -> None:
    clock = Clock()
    throttle = LoginThrottle(clock)
    for _ in range(FAILURES_OF_ADDRESS):
        throttle.check("a@x", "1")
        throttle.failed("A@x ", "1")
        clock.now += 10
    with pytest.raises(TooManyAttempts) as refused:
        throttle.check("a@x", "1")
    assert refused.value.retry_after == WINDOW_S - 10 * FAILURES_OF_ADDRESS
    throttle.check("a@x", "2")
    throttle.check("b@x", "1")
    clock.now += refused.value.retry_after
    throttle.check("a@x", "1")


def test_a_client_that_tries_many_addresses_waits_too() -> None:
    throttle = LoginThrottle(Clock())
    for number in range(FAILURES_OF_CLIENT):
        throttle.failed(f"{number}@x", "1")
    with pytest.raises(TooManyAttempts):
        throttle.check("new@x", "1")
    throttle.check("new@x", "2")


def test_success_forgives() -> None:
    throttle = LoginThrottle(Clock())
    for _ in range(FAILURES_OF_ADDRESS - 1):
        throttle.failed("a@x", "1")
    throttle.succeeded("a@x", "1")
    for _ in range(FAILURES_OF_ADDRESS - 1):
        throttle.failed("a@x", "1")
    throttle.check("a@x", "1")


def test_many_others_push_out_who_failed_longest_ago_so_that_memory_is_bounded() -> None:
    throttle = LoginThrottle(Clock())
    for _ in range(FAILURES_OF_ADDRESS):
        throttle.failed("a@x", "1")
    for number in range(MAX_KEPT // 2 - 1):
        throttle.failed(f"{number}@x", f"other {number}")
    with pytest.raises(TooManyAttempts):
        throttle.check("a@x", "1")
    for number in range(MAX_KEPT // 2):
        throttle.failed(f"{number}@x", f"another {number}")
    throttle.check("a@x", "1")
