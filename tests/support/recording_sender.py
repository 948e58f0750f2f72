"""A channel's sender that reaches nobody, and remembers whom it was to reach."""

import asyncio
from time import monotonic

from bot.messages import OutgoingMessage


class RecordingSender:
    """Records by address what it sends; before that it raises the `troubles` in turn, and waits for `gate`."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.messages: list[tuple[str, OutgoingMessage]] = []
        self.tried: list[tuple[str, float]] = []
        self.replaced: list[str | None] = []
        self.troubles: list[Exception] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, address: str, message_id: int, outgoing: OutgoingMessage, replaces: str | None) -> str:
        self.tried.append((outgoing.text, monotonic()))
        if self.troubles:
            raise self.troubles.pop(0)
        await self.gate.wait()
        self.sent.append((address, outgoing.text))
        self.messages.append((address, outgoing))
        self.replaced.append(replaces)
        return f"their-{message_id}"
