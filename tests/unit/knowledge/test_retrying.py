"""What fails is tried again after growing pauses, and told once; repeated work outlives it and can be woken."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.retrying import Backoff, Trouble, repeat

NEVER = 3600.0


@asynccontextmanager
async def repeating(
    work: Callable[[], Awaitable[object]], every_s: float, wake: asyncio.Event | None = None
) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(repeat(work, every_s, "The work cannot be done", wake=wake))
    async with asyncio.timeout(5):
        yield task
    task.cancel()
    await asyncio.wait([task])


def test_pauses_double_up_to_the_longest() -> None:
    assert [Backoff(0.5, 3).pause(failures) for failures in range(1, 6)] == [0.5, 1, 2, 3, 3]
    assert Backoff(1, 60).pause(10**6) == 60


@given(st.integers(1, 50))
def test_chance_shortens_a_pause_by_its_part_only(failures: int) -> None:
    whole = Backoff(1, 60).pause(failures)
    assert whole / 2 <= Backoff(1, 60, jitter=0.5).pause(failures) <= whole


def test_trouble_is_told_once_and_its_end_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    trouble = Trouble("The mill stands still", Backoff(1, 60))
    trouble.over()
    assert [trouble.failed("no wind"), trouble.failed("no wind"), trouble.failed("no corn")] == [1, 2, 4]
    trouble.over()
    trouble.over()
    assert trouble.failed("no wind") == 1
    once = "The mill stands still and is tried again: no wind"
    assert caplog.messages == [once, "That is over: The mill stands still.", once]


def test_an_exception_is_told_with_its_way(caplog: pytest.LogCaptureFixture) -> None:
    Trouble("It", Backoff(1, 60)).failed("words alone")
    Trouble("It", Backoff(1, 60)).failed(OSError("an exception"))
    assert [record.exc_info is not None for record in caplog.records] == [False, True]


@pytest.mark.anyio
async def test_work_outlives_trouble_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    done, enough = list[int](), asyncio.Event()

    async def work() -> None:
        done.append(1)
        if len(done) < 4:
            raise OSError("the database is away")
        if len(done) > 5:
            enough.set()

    async with repeating(work, 0.01):
        await enough.wait()
    assert caplog.messages == [
        "The work cannot be done and is tried again: the database is away",
        "That is over: The work cannot be done.",
    ]


@pytest.mark.anyio
async def test_work_is_done_at_once_while_more_waits_and_when_woken() -> None:
    left, wake, idle = [3], asyncio.Event(), asyncio.Event()

    async def work() -> bool:
        left[0] -= 1
        if left[0] == 0:
            idle.set()
        return left[0] > 0

    async with repeating(work, NEVER, wake):
        await idle.wait()
        idle.clear()
        left[0] = 1
        wake.set()
        await idle.wait()


@pytest.mark.anyio
async def test_work_ends_when_it_is_cancelled() -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await asyncio.Event().wait()

    async with repeating(work, NEVER) as task:
        await begun.wait()
        task.cancel()
        await asyncio.wait([task])
    assert task.cancelled()
