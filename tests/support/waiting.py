"""Waiting: never for a time, always for a condition, and when that was in vain, with what was seen."""

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import TypeVar

STEP_S = 0.01
WITHIN_S = 30.0

Seen = TypeVar("Seen")


def wait_until(condition: Callable[[], Seen], within_s: float = WITHIN_S) -> Seen:
    """Wait until `condition` returns something true, and return that.

    Raises:
        AssertionError: it did not within `within_s`; the message says what was awaited and what was seen last.
    """
    end = time.monotonic() + within_s
    while not (seen := condition()):
        if time.monotonic() > end:
            raise _in_vain(condition, seen, within_s)
        time.sleep(STEP_S)
    return seen


async def until(condition: Callable[[], Seen], within_s: float = WITHIN_S) -> Seen:
    """Do the same in an event loop, which goes on meanwhile; `condition` is asked in the loop."""
    end = time.monotonic() + within_s
    while not (seen := condition()):
        if time.monotonic() > end:
            raise _in_vain(condition, seen, within_s)
        await asyncio.sleep(STEP_S)
    return seen


def _in_vain(condition: Callable[[], object], seen: object, within_s: float) -> AssertionError:
    try:
        awaited = inspect.getsource(condition).strip()
    except (OSError, TypeError):
        awaited = repr(condition)
    return AssertionError(f"not within {within_s:g} s: {awaited}; seen last: {seen!r}")
