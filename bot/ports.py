"""What others see of the conversation: a message goes in, and what is owed for it comes back."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.messages import IncomingMessage, OutgoingFile, OutgoingMessage
from knowledge.models import Author, Message

Render = Callable[[Message, str], OutgoingMessage]
"""Turns a stored message of the bot or an expert into what the desk says, in the language of a tag."""

Deliver = Callable[[list[int]], Awaitable[None]]
"""Sends messages of these ids now, in their order."""

Menu = Callable[[str, str, dict[str, str] | None], Awaitable[None]]
"""Puts commands with their descriptions into the menu of a chat, in the language of a tag; None takes them out."""


@dataclass(frozen=True)
class Received:
    """A message as it was taken down: `text` holds its words, or those of the pressed button."""

    id: int
    text: str
    external_id: str | None
    created_at: datetime
    files: tuple[OutgoingFile, ...] = ()

    @classmethod
    def of(cls, message: Message, files: tuple[OutgoingFile, ...] = ()) -> "Received":
        """Return a stored message, with its files."""
        return cls(message.id, message.text, message.external_id, message.created_at, files)


@dataclass(frozen=True)
class Owed:
    """A message of ours, and the delivery by which it is owed."""

    id: int
    delivery_id: int
    author: Author
    outgoing: OutgoingMessage
    created_at: datetime
    ticket_id: int | None = None

    @classmethod
    def of(cls, message: Message, outgoing: OutgoingMessage) -> "Owed":
        """Return a stored message, whose delivery is loaded and which says `outgoing`."""
        if message.delivery is None:
            raise ValueError(f"Message {message.id} is owed to nobody.")
        return cls(message.id, message.delivery.id, message.author, outgoing, message.created_at, message.ticket_id)


@dataclass(frozen=True)
class Handled:
    """What became of a message: how it was `received`, and what is `owed` for it; neither if it was handled before.

    `follows` is the id of the message that stood before them in the conversation, 0 for none: who has read that far
    has nothing to read but these. None says that it is not known.
    """

    received: Received | None = None
    owed: tuple[Owed, ...] = ()
    follows: int | None = None

    @property
    def ids(self) -> list[int]:
        """The ids of the messages now owed, in their order."""
        return [each.id for each in self.owed]


class Conversation(Protocol):
    """What answers people."""

    async def handle(self, incoming: IncomingMessage) -> Handled:
        """Take a message in and answer it in one transaction; one that comes twice is answered once."""
