"""What the web channel needs from the rest of the bot."""

from collections.abc import Callable
from typing import Protocol

from bot.messages import IncomingMessage, OutgoingMessage
from knowledge.models import Message

CHANNEL = "web"

Render = Callable[[Message, str], OutgoingMessage]
"""Turns a stored message of the bot or an expert into what the desk says, in the language of a tag."""


class Conversation(Protocol):
    """The core: takes one message in, in one transaction."""

    async def handle(self, incoming: IncomingMessage) -> list[int]:
        """Return the ids of the messages now owed; none for a message that was handled before."""
        ...
