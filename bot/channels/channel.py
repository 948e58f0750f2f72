"""What a channel is to the desk, and what it is given of the desk; the list of them is in `bot.channels.registry`."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from starlette.routing import BaseRoute

from bot.delivery.outbox import Sender
from bot.ports import Conversation, Deliver, Menu, Render
from knowledge.database import Database


@dataclass(frozen=True)
class Traits:
    """What sets a channel apart from a plain chat.

    `tells_staff`: staff can be told there of what happens on tickets. `mail`: its addresses are the e-mail addresses
    that people gave, and nobody writes back. `unread_for`: how long an answer there may wait to be fetched before it
    goes to the asker's e-mail address, None for ever.
    """

    tells_staff: bool = False
    mail: bool = False
    unread_for: timedelta | None = None


class Channel(Protocol):
    """A way to people and from them. A class that derives from this one says only what is not as here."""

    @property
    def name(self) -> str:
        """The name under which its conversations and deliveries are kept; no two channels have the same."""

    @property
    def traits(self) -> Traits:
        """What sets it apart."""
        return Traits()

    @property
    def sender(self) -> Sender | None:
        """What the outbox sends through; None where people fetch what is owed to them."""
        return None

    def routes(self) -> Sequence[BaseRoute]:
        """Return the routes that it answers in the desk's web application."""
        return ()

    def lifespan(self) -> AbstractAsyncContextManager[object]:
        """Return what is entered for as long as the desk runs; entering it waits for nobody."""
        return nullcontext()

    def follow_link(self, code: str, seen_on: str) -> str | None:
        """Return the link by which who reads it on the channel `seen_on` follows the ticket of a code here."""
        return None

    def staff_link(self, code: str) -> str | None:
        """Return the link by which a chat here becomes that of the member of staff who was given a code."""
        return None

    def share_pace(self, processes: int) -> None:
        """Send at an equal part of the channel's pace, of as many processes as send for it."""
        return None


@dataclass(frozen=True)
class DeskParts:
    """The parts of a desk that channels are made of.

    `conversation` answers askers; what `with_staff` returns lets staff act in their chats as well, and puts their
    commands into a chat's menu. `deliver` sends at once what a turn owes. `listen` takes what is to be called, in the
    event loop, when something was written, and returns what ends that. `hold` takes or keeps, for some seconds, a duty
    that only one process may have. `key` is the desk's secret, 32 bytes or more.
    """

    database: Database
    conversation: Conversation
    with_staff: Callable[[Menu], Conversation]
    render: Render
    deliver: Deliver
    listen: Callable[[Callable[[], None]], Callable[[], None]]
    hold: Callable[[str, float], Awaitable[bool]]
    key: bytes
