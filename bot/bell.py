"""The bell of one process: rung when something was written, so that whoever waits for that looks at once.

Nobody relies on it: what another process wrote rings no bell here, so all who listen look from time to time, too.
"""

from collections.abc import Callable
from typing import Protocol

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.messages import IncomingMessage

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Conversation(Protocol):
    """What answers a message and returns the ids of the messages now owed."""

    async def handle(self, incoming: IncomingMessage) -> list[int]: ...


class Bell:
    """Calls its listeners when it is rung; both happen in the desk's event loop."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Have `listener` called at every ring, and return a function that ends this."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def ring(self) -> None:
        """Say that something was written."""
        for listener in list(self._listeners):
            listener()


class RingAfterWriting:
    """An application around another one that rings a bell after every request that may have written something."""

    def __init__(self, app: ASGIApp, bell: Bell) -> None:
        self._app = app
        self._bell = bell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            if scope["type"] == "http" and scope["method"] not in _READING:
                self._bell.ring()


class RingingConversation:
    """A conversation that rings a bell after every turn: a turn may hand a ticket to people, who are told then."""

    def __init__(self, conversation: Conversation, bell: Bell) -> None:
        self._conversation = conversation
        self._bell = bell

    async def handle(self, incoming: IncomingMessage) -> list[int]:
        """Answer a message; return the ids of the messages now owed."""
        owed = await self._conversation.handle(incoming)
        self._bell.ring()
        return owed
