"""Processes of a desk hear each other's bells over PostgreSQL, and go on alone where they cannot."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from bot.delivery.wakeups import Bell, SharedBell
from knowledge.database import Database

pytestmark = pytest.mark.anyio


class Heard:
    """A process's bell, and how often it was rung."""

    def __init__(self) -> None:
        self.bell, self.rings = Bell(), 0
        self.bell.listen(self._count)

    def _count(self) -> None:
        self.rings += 1


@asynccontextmanager
async def shared(database: Database, **bells: Bell) -> AsyncIterator[None]:
    """Connect the bells of processes; they ring once when they can hear each other."""
    tasks = [asyncio.create_task(SharedBell(bell, database, name, again_s=0.05).run()) for name, bell in bells.items()]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until(condition: Callable[[], object], within_s: float = 10.0) -> None:
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


@pytest.fixture
def postgresql(empty_postgres: str) -> Database:
    return Database(empty_postgres)


async def test_a_ring_is_heard_by_the_others_and_not_sent_back(postgresql: Database) -> None:
    one, two, three = Heard(), Heard(), Heard()
    async with shared(postgresql, one=one.bell, two=two.bell, three=three.bell):
        await until(lambda: one.rings == two.rings == three.rings == 1)
        one.bell.ring()
        await until(lambda: two.rings == three.rings == 2)
        await asyncio.sleep(0.2)
        assert (one.rings, two.rings, three.rings) == (2, 2, 2)
    postgresql.close()


async def test_many_rings_are_few_words(postgresql: Database) -> None:
    one, two = Heard(), Heard()
    async with shared(postgresql, one=one.bell, two=two.bell):
        await until(lambda: one.rings == two.rings == 1)
        for _ in range(1000):
            one.bell.ring()
        await until(lambda: two.rings > 1)
        await asyncio.sleep(0.2)
        assert two.rings <= 4
    postgresql.close()


async def test_a_broken_wire_is_mended(postgresql: Database, caplog: pytest.LogCaptureFixture) -> None:
    one, two = Heard(), Heard()
    async with shared(postgresql, one=one.bell, two=two.bell):
        await until(lambda: one.rings == two.rings == 1)
        with postgresql.transaction() as session:
            broken = "select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen punte'"
            assert len(session.execute(text(broken)).all()) == 2
        await until(lambda: one.rings >= 2 and two.rings >= 2)
        before = two.rings
        one.bell.ring()
        await until(lambda: two.rings > before)
    assert "cannot be heard" in caplog.text
    postgresql.close()


async def test_on_sqlite_each_bell_rings_alone(sqlite_database: Database) -> None:
    one, two = Heard(), Heard()
    async with shared(sqlite_database, one=one.bell, two=two.bell):
        await asyncio.sleep(0)
        one.bell.ring()
        await asyncio.sleep(0.1)
    assert (one.rings, two.rings) == (1, 0)
