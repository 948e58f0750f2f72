"""The work that nobody asks for: telling whom it concerns, keeping the clock's promises, saying that this desk lives.

Every process of a desk does all of it; leases, row locks and duties see to it that each thing is done once.
"""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Callable, Collection
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import Self

from bot.delivery.clocks import Clock
from bot.delivery.wakeups import SharedWakeups, Wakeups, to_the_end
from knowledge.coordination import processes
from knowledge.database import Database
from knowledge.notices import writing_notices
from knowledge.retrying import Backoff, repeat
from knowledge.tickets import reminders, unreached

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
"""How long a notice is held while it is made into a message."""

BACKOFF = Backoff(first_s=2.0, longest_s=300.0)
"""When a notice that could not be told is tried again."""

BEAT_EVERY_S = 5.0
DUTIES_EVERY_S = 30.0
CLEARING_EVERY_S = 3600.0


def process_name() -> str:
    """Return a name for this process that no other one of any machine has."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"


class Workers:
    """This process's share of the work, to be entered for as long as the desk runs.

    `staff_channels` are the channels on which staff are told, in the order of preference; `fall_back_after` is how
    long a web page may leave an answer unread before it goes to the asker's e-mail address, None for ever; `shared`
    is told how many processes live.
    """

    def __init__(
        self,
        database: Database,
        name: str,
        wakeups: Wakeups,
        *,
        staff_channels: Collection[str] = (),
        fall_back_after: timedelta | None = None,
        shared: Callable[[int], None] = lambda alive: None,
        tell_every_s: float = 0.5,
        beat_every_s: float = BEAT_EVERY_S,
        clock: Clock | None = None,
    ) -> None:
        self._database = database
        self._name = name
        self._wakeups = wakeups
        self._staff_channels = tuple(staff_channels)
        self._fall_back_after = fall_back_after
        self._shared = shared
        self._tell_every_s = tell_every_s
        self._beat_every_s = beat_every_s
        self._clock = clock or Clock()
        self._alive = 1
        self._tasks: list[asyncio.Task[None]] = []
        self._running = AsyncExitStack()

    async def __aenter__(self) -> Self:
        told = asyncio.Event()
        self._running.callback(self._wakeups.listen(told.set))
        for work in (
            SharedWakeups(self._wakeups, self._database, self._name).run(),
            repeat(self._live, self._beat_every_s, "This process cannot say that it lives"),
            repeat(partial(self._do, self.tell), self._tell_every_s, "What happens cannot be told", wake=told),
            repeat(partial(self._do, self.keep_promises), DUTIES_EVERY_S, "What is due cannot be done"),
            repeat(partial(self._do, self.clear_away), CLEARING_EVERY_S, "What has served cannot be cleared away"),
        ):
            self._tasks.append(asyncio.create_task(work))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._running.aclose()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(Exception):
            await asyncio.to_thread(self._leave)

    def tell(self) -> int:
        """Make the notices that are due into messages, each in a transaction of its own; return how many."""
        steady, moment = self._clock.steady, self._clock()
        with self._database.transaction() as session:
            due = writing_notices.lease_notices(session, moment, moment + LEASE, self._name, steady=steady)
        return sum(self._tell_one(notice.id, notice.attempts) for notice in due)

    def keep_promises(self) -> int:
        """Remind, escalate, close what is settled, and write to those who did not read; return how much was done."""
        moment = self._clock()
        with self._database.transaction() as session:
            done = reminders.remind_due(session, moment)
        with self._database.transaction() as session:
            done += reminders.escalate_overdue(session, moment)
        closed = True
        while closed:
            with self._database.transaction() as session:
                closed = bool(reminders.close_settled(session, moment))
            done += closed
        if self._fall_back_after is not None:
            with self._database.transaction() as session:
                unread = unreached.web_overdue(session, moment, after=self._fall_back_after)
                done += sum(unreached.fallback(session, each) is not None for each in unread)
        return done

    def clear_away(self) -> int:
        """Withdraw what has expired and delete what has served; return how much that was."""
        moment = self._clock()
        with self._database.transaction() as session:
            expired = reminders.expire_entries(session, moment.date())
        with self._database.transaction() as session:
            return expired + reminders.purge(session, moment)

    def beat(self) -> int:
        """Say that this process lives, free what dead ones hold, and return how many live.

        After the clock was set, the others' last beats say nothing.
        """
        steady, moment = self._clock.steady, self._clock()
        with self._database.transaction() as session:
            alive = processes.beat(session, self._name, moment)
            freed = processes.free_dead_leases(session, moment) if steady else 0
        if freed:
            log.warning("A process of this desk died; %d leases of it are free again.", freed)
        self._alive = alive if steady else self._alive
        return self._alive

    def hold(self, duty: str, for_s: float) -> bool:
        """Take or keep a duty that only one process may have; say whether it is ours."""
        steady, moment = self._clock.steady, self._clock()
        with self._database.transaction() as session:
            return processes.hold(session, self._name, duty, moment, for_s, steady=steady)

    async def _live(self) -> None:
        self._shared(await to_the_end(self.beat))

    async def _do(self, work: Callable[[], int]) -> None:
        """Do some work in a thread, and wake who waits when it did anything."""
        if await to_the_end(work):
            self._wakeups.wake()

    def _tell_one(self, notice_id: int, attempts: int) -> bool:
        try:
            with self._database.transaction() as session:
                return writing_notices.tell(session, notice_id, self._staff_channels) is not None
        except Exception:
            log.exception("Notice %d could not be told and is tried again.", notice_id)
            pause = timedelta(seconds=BACKOFF.pause(attempts))
            with self._database.transaction() as session:
                writing_notices.put_off(session, notice_id, self._clock() + pause)
            return False

    def _leave(self) -> None:
        with self._database.transaction() as session:
            processes.leave(session, self._name)
