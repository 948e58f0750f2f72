"""The console channel: a conversation in a terminal, for developers."""

import asyncio
import logging
from collections.abc import Callable
from uuid import uuid4

from rich.console import Console
from rich.markup import escape

from bot.messages import IncomingMessage, OutgoingMessage
from bot.ports import Conversation, Handled, Owed
from bot.wording.rendering import outgoing_of
from knowledge.conversations.deliveries import mark_sent
from knowledge.conversations.messages import find_conversation, undelivered
from knowledge.database import Database
from knowledge.privacy.erasure import forget_conversation

CHANNEL = "console"

log = logging.getLogger(__name__)


class ConsoleChat:
    """One person at a terminal; `say` sends words or, as `#2`, presses the second button of the last reply.

    The person with an `address` goes on where they left, one without is a stranger.
    """

    def __init__(
        self,
        database: Database,
        conversation: Conversation,
        language: str | None = None,
        address: str | None = None,
    ) -> None:
        self._database = database
        self._conversation = conversation
        self._language = language
        self._address = address or uuid4().hex
        self._last: tuple[int, OutgoingMessage] | None = None
        self._seen = 0
        self._one_at_a_time = asyncio.Lock()

    async def say(self, text: str) -> list[OutgoingMessage]:
        """Send a message and return the replies."""
        async with self._one_at_a_time:
            handled = await self._conversation.handle(self._incoming(text))
            return await asyncio.to_thread(self._collect, handled)

    async def missed(self) -> list[OutgoingMessage]:
        """Return what has come since the last reply, an expert's answer above all."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(self._collect)

    async def forget(self) -> None:
        """Remove the conversation from the desk's records."""
        await asyncio.to_thread(self._forget)

    def _incoming(self, text: str) -> IncomingMessage:
        action = self._pressed(text)
        return IncomingMessage(
            channel=CHANNEL,
            address=self._address,
            text="" if action else text,
            action=action,
            on_message=self._last[0] if action and self._last else None,
            language_hint=self._language,
        )

    def _pressed(self, text: str) -> str | None:
        if self._last is None or not text.startswith("#") or not text[1:].isdigit():
            return None
        buttons = [button for row in self._last[1].buttons for button in row]
        number = int(text[1:])
        return buttons[number - 1].action if 1 <= number <= len(buttons) else None

    def _collect(self, handled: Handled | None = None) -> list[OutgoingMessage]:
        """Return what is owed: what a turn has just written, unless something else may have come before it."""
        owed = handled.owed if handled is not None and handled.follows == self._seen else self._owed()
        if not owed:
            return []
        with self._database.transaction() as session:
            mark_sent(session, [each.delivery_id for each in owed])
        self._last = owed[-1].id, owed[-1].outgoing
        self._seen = owed[-1].id
        return [each.outgoing for each in owed]

    def _owed(self) -> tuple[Owed, ...]:
        with self._database.reading() as session:
            conversation = find_conversation(session, CHANNEL, self._address)
            if conversation is None:
                return ()
            tag = conversation.language or "en"
            return tuple(Owed.of(each, outgoing_of(each, tag)) for each in undelivered(session, conversation.id))

    def _forget(self) -> None:
        with self._database.transaction() as session:
            conversation = find_conversation(session, CHANNEL, self._address)
            if conversation is not None:
                forget_conversation(session, conversation)


async def talk(
    chat: ConsoleChat,
    read_line: Callable[[], str],
    tell: Callable[[OutgoingMessage], None],
    interrupt: Callable[[OutgoingMessage], None],
    *,
    every_s: float = 1.0,
) -> None:
    """Talk until an empty line; what comes while a line is written is told by `interrupt`.

    What came since the last time is told first.
    """

    async def listen() -> None:
        while True:
            await asyncio.sleep(every_s)
            try:
                for reply in await chat.missed():
                    interrupt(reply)
            except Exception as error:
                log.warning("It cannot be seen whether something came, and is tried again: %s", error)

    for reply in await chat.missed():
        tell(reply)
    listening = asyncio.create_task(listen())
    try:
        while text := await asyncio.to_thread(read_line):
            for reply in await chat.say(text):
                tell(reply)
    finally:
        listening.cancel()


def show(console: Console, reply: OutgoingMessage) -> None:
    """Print a reply."""
    console.print(escape(reply.text))
    for quote in reply.quotes:
        as_of = quote.as_of.isoformat() if quote.as_of else ""
        source = " · ".join(part for part in (quote.title, quote.by, quote.url, as_of) if part)
        console.print(f"  “{escape(quote.text)}”", style="italic")
        console.print(f"  — {escape(source)}", style="dim")
    for card in reply.cards:
        facts = " · ".join(part for part in (card.kind, card.countries, card.status, card.deadline) if part)
        console.print(f"  {card.number}. {escape(card.title)}", style="bold")
        console.print(f"     {escape(facts)}  {escape(card.url or '')}", style="dim")
    for file in reply.files:
        console.print(f"  {escape(file.name)} ({file.size} B)", style="dim")
    labels = [button.label for row in reply.buttons for button in row]
    if labels:
        console.print("  " + "  ".join(escape(f"[#{n} {label}]") for n, label in enumerate(labels, 1)), style="cyan")
