"""The console channel: a conversation in a terminal, for developers."""

import asyncio
from uuid import uuid4

from rich.console import Console
from rich.markup import escape

from bot.conversation import Conversation
from bot.messages import IncomingMessage, OutgoingMessage
from bot.rendering import outgoing_of
from knowledge.conversations import find_conversation, messages_after
from knowledge.database import Database
from knowledge.deliveries import mark_sent
from knowledge.models import Author
from knowledge.privacy import forget_conversation

CHANNEL = "console"


class ConsoleChat:
    """One person at a terminal; `say` sends words or, as `#2`, presses the second button of the last reply."""

    def __init__(self, database: Database, conversation: Conversation, language: str | None = None) -> None:
        self._database = database
        self._conversation = conversation
        self._language = language
        self._address = uuid4().hex
        self._last: tuple[int, OutgoingMessage] | None = None

    async def say(self, text: str) -> list[OutgoingMessage]:
        """Send a message and return the replies."""
        action = self._pressed(text)
        incoming = IncomingMessage(
            channel=CHANNEL,
            address=self._address,
            text="" if action else text,
            action=action,
            on_message=self._last[0] if action and self._last else None,
            language_hint=self._language,
        )
        return await asyncio.to_thread(self._collect, await self._conversation.handle(incoming))

    async def forget(self) -> None:
        """Remove the conversation from the desk's records."""
        await asyncio.to_thread(self._forget)

    def _pressed(self, text: str) -> str | None:
        if self._last is None or not text.startswith("#") or not text[1:].isdigit():
            return None
        buttons = [button for row in self._last[1].buttons for button in row]
        number = int(text[1:])
        return buttons[number - 1].action if 1 <= number <= len(buttons) else None

    def _collect(self, message_ids: list[int]) -> list[OutgoingMessage]:
        replies: list[OutgoingMessage] = []
        with self._database.transaction() as session:
            conversation = find_conversation(session, CHANNEL, self._address)
            if conversation is None or not message_ids:
                return replies
            for message in messages_after(session, conversation.id, min(message_ids) - 1):
                if message.author is Author.ASKER or message.delivery is None:
                    continue
                reply = outgoing_of(message, conversation.language or "en")
                mark_sent(session, [message.delivery.id])
                self._last = (message.id, reply)
                replies.append(reply)
        return replies

    def _forget(self) -> None:
        with self._database.transaction() as session:
            conversation = find_conversation(session, CHANNEL, self._address)
            if conversation is not None:
                forget_conversation(session, conversation)


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
