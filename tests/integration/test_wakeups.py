"""Processes of a desk wake each other over PostgreSQL, and go on alone where they cannot."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

import pytest
from sqlalchemy import text

from bot.delivery.wakeups import SAID_EVERY_S, SharedWakeups, Wakeups
from knowledge.database import Database
from knowledge.retrying import Backoff
from tests.support.background import in_background
from tests.support.waiting import WITHIN_S, until

pytestmark = pytest.mark.anyio

WORDS = 5


class Heard:
    """A process's wakeups, and how often it was woken."""

    def __init__(self) -> None:
        self.wakeups, self.wakes = Wakeups(), 0
        self.wakeups.listen(self._count)

    def _count(self) -> None:
        self.wakes += 1


@asynccontextmanager
async def shared(database: Database, **processes: Wakeups) -> AsyncIterator[None]:
    """Connect processes; each wakes once when they can hear each other."""
    shared = (SharedWakeups(wakeups, database, name, backoff=Backoff(0.05, 1)) for name, wakeups in processes.items())
    async with in_background(*(each.run() for each in shared)):
        yield


@pytest.fixture
def postgresql(empty_postgres: str) -> Database:
    return Database(empty_postgres)


async def test_a_wake_is_heard_by_the_others_and_not_sent_back(postgresql: Database) -> None:
    one, two, three = Heard(), Heard(), Heard()
    async with shared(postgresql, one=one.wakeups, two=two.wakeups, three=three.wakeups):
        await until(lambda: one.wakes == two.wakes == three.wakes == 1)
        one.wakeups.wake()
        await until(lambda: two.wakes == three.wakes == 2)
        # Had they passed it on, that would be heard before what they say next.
        for number, speaker in enumerate((two, three), 3):
            speaker.wakeups.wake()
            await until(lambda number=number: min(one.wakes, two.wakes, three.wakes) >= number)  # type: ignore[misc]
        assert (one.wakes, two.wakes, three.wakes) == (4, 4, 4)
    postgresql.close()


async def test_many_wakes_are_few_words(postgresql: Database) -> None:
    one, two = Heard(), Heard()
    async with shared(postgresql, one=one.wakeups, two=two.wakeups):
        await until(lambda: one.wakes == two.wakes == 1)
        began = monotonic()

        def wakes_all_the_time() -> bool:
            for _ in range(1000):
                one.wakeups.wake()
            return two.wakes > WORDS

        await until(wakes_all_the_time)
        assert monotonic() - began > (WORDS - 1) * SAID_EVERY_S
    postgresql.close()


async def test_a_broken_wire_is_mended(postgresql: Database, caplog: pytest.LogCaptureFixture) -> None:
    one, two = Heard(), Heard()
    async with shared(postgresql, one=one.wakeups, two=two.wakeups):
        await until(lambda: one.wakes == two.wakes == 1)
        with postgresql.transaction() as session:
            broken = "select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen punte'"
            assert len(session.execute(text(broken)).all()) == 2
        await until(lambda: one.wakes >= 2 and two.wakes >= 2)
        before = two.wakes
        one.wakeups.wake()
        await until(lambda: two.wakes > before)
    assert "cannot be heard" in caplog.text
    postgresql.close()


async def test_on_sqlite_each_process_wakes_alone(sqlite_database: Database) -> None:
    one, two = Heard(), Heard()
    async with asyncio.timeout(WITHIN_S):
        for name, heard in {"one": one, "two": two}.items():
            await SharedWakeups(heard.wakeups, sqlite_database, name).run()
    one.wakeups.wake()
    assert (one.wakes, two.wakes) == (1, 0)
