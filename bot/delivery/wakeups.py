"""Wakes whoever waits for something to be written, in this process and in the others of the desk.

Nobody relies on it: the connection between processes may be broken, so all who listen look from time to time, too.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from typing import Protocol, TypeVar

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.messages import IncomingMessage
from knowledge.coordination import pg_notify
from knowledge.database import Database
from knowledge.retrying import Backoff, Trouble

log = logging.getLogger(__name__)

SAID_EVERY_S = 0.02
"""The least time between two words to the other processes; one word may stand for many wakes."""

BACKOFF = Backoff(first_s=1.0, longest_s=5.0)
"""When the other processes are looked for again after the connection to them broke."""

Result = TypeVar("Result")

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Conversation(Protocol):
    """What answers a message and returns the ids of the messages now owed."""

    async def handle(self, incoming: IncomingMessage) -> list[int]: ...


class Wakeups:
    """Calls its listeners when something was written; both happen in the desk's event loop."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have `listener` called at every wake, and return a function that ends this."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def wake(self) -> None:
        """Say that something was written."""
        for listener in list(self._listeners):
            listener()


class WakeAfterWriting:
    """An application around another one that wakes the listeners after every request that may have written."""

    def __init__(self, app: ASGIApp, wakeups: Wakeups) -> None:
        self._app = app
        self._wakeups = wakeups

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            if scope["type"] == "http" and scope["method"] not in _READING:
                self._wakeups.wake()


class WakingConversation:
    """A conversation that wakes the listeners after every turn, which may have handed a ticket to people."""

    def __init__(self, conversation: Conversation, wakeups: Wakeups) -> None:
        self._conversation = conversation
        self._wakeups = wakeups

    async def handle(self, incoming: IncomingMessage) -> list[int]:
        """Answer a message; return the ids of the messages now owed."""
        owed = await self._conversation.handle(incoming)
        self._wakeups.wake()
        return owed


async def to_the_end(work: Callable[[], Result]) -> Result:
    """Do `work` in a thread and return what it gives; who is cancelled meanwhile waits until it has ended."""
    doing = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await asyncio.wait([doing])
        raise


class SharedWakeups:
    """Wakes this process, called `name`, when another one on the same PostgreSQL has written something.

    `run` is to be cancelled at the desk's end; on SQLite it does nothing.
    """

    def __init__(self, wakeups: Wakeups, database: Database, name: str, backoff: Backoff = BACKOFF) -> None:
        self._wakeups = wakeups
        self._database = database
        self._name = name
        self._backoff = backoff
        self._written = asyncio.Event()
        self._echo = False

    async def run(self) -> None:
        """Carry wakes both ways until cancelled."""
        if not pg_notify.wired(self._database.url):
            return
        stop = self._wakeups.listen(self._note)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._hear())
                tasks.create_task(self._tell())
        finally:
            stop()

    def _note(self) -> None:
        if not self._echo:
            self._written.set()

    async def _hear(self) -> None:
        trouble = Trouble("The other processes of this desk cannot be heard", self._backoff)
        while True:
            try:
                async with aclosing(pg_notify.hear(self._database.url, self._name)) as wakes:
                    async for _ in wakes:
                        trouble.over()
                        self._wake()
                reason = "the connection ended"
            except OSError as error:
                reason = str(error)
            await asyncio.sleep(trouble.failed(reason))

    def _wake(self) -> None:
        self._echo = True
        try:
            self._wakeups.wake()
        finally:
            self._echo = False

    async def _tell(self) -> None:
        while True:
            await self._written.wait()
            self._written.clear()
            try:
                await to_the_end(self._say)
            except Exception as error:
                log.info("The other processes of this desk were not told that something was written: %s", error)
            await asyncio.sleep(SAID_EVERY_S)

    def _say(self) -> None:
        with self._database.transaction() as session:
            pg_notify.say(session, self._name)
