"""A conversation that says what a test's function returns, on a real database; it records what it was asked."""

import asyncio
from collections.abc import Callable, Sequence

from bot.messages import IncomingMessage, OutgoingMessage
from knowledge.conversations.messages import already_received, open_conversation, receive_message, send_message
from knowledge.database import Database
from knowledge.models import Author, Message

Script = Callable[[IncomingMessage], Sequence[OutgoingMessage]]


class ScriptedConversation:
    """Answers with `script`; `before` is awaited first, and may wait or raise."""

    def __init__(self, database: Database, script: Script) -> None:
        self.asked: list[IncomingMessage] = []
        self.finished: list[IncomingMessage] = []
        self.faults: list[Exception] = []
        self.pauses: dict[str, asyncio.Event] = {}
        self._database = database
        self._script = script

    async def handle(self, incoming: IncomingMessage) -> list[int]:
        self.asked.append(incoming)
        if self.faults:
            raise self.faults.pop(0)
        if pause := self.pauses.get(incoming.text):
            await pause.wait()
        owed = await asyncio.to_thread(self._turn, incoming)
        self.finished.append(incoming)
        return owed

    def _turn(self, incoming: IncomingMessage) -> list[int]:
        with self._database.transaction() as session:
            conversation = open_conversation(session, incoming.channel, incoming.address)
            if incoming.external_id and already_received(session, conversation, incoming.external_id):
                return []
            receive_message(session, conversation, incoming.text, external_id=incoming.external_id)
            return [
                send_message(session, conversation, outgoing.text, author=Author.BOT, payload=outgoing.as_reply()).id
                for outgoing in self._script(incoming)
            ]


def outgoing_of(message: Message, language: str) -> OutgoingMessage:
    """Return what a stored reply says, as the desk's own rendering does."""
    return OutgoingMessage.model_validate(message.data)
