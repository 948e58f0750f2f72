"""The chat in a terminal: what an expert answers later is told there, at once or at the next start, and once."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.channels.console import CHANNEL, ConsoleChat, talk
from bot.messages import Button, IncomingMessage, OutgoingMessage
from knowledge.conversations.messages import open_conversation, send_message
from knowledge.database import Database
from knowledge.models import Author, MessageKind
from knowledge.payloads import ExpertWords
from tests.support.scripted_conversation import ScriptedConversation

pytestmark = pytest.mark.anyio


def echo(incoming: IncomingMessage) -> Sequence[OutgoingMessage]:
    said = incoming.action or incoming.text
    return [OutgoingMessage(text=f"You said {said}.", language="en", buttons=((Button(label="Go", action="go"),),))]


def chat_of(database: Database, address: str | None = "ana@here") -> ConsoleChat:
    return ConsoleChat(database, ScriptedConversation(database, echo), address=address)  # type: ignore[arg-type]


def expert_answers(database: Database, text: str) -> None:
    payload = ExpertWords(kind=MessageKind.TICKET_ANSWER, ticket="P-1", by="Elena")
    with database.transaction() as session:
        place = open_conversation(session, CHANNEL, "ana@here")
        send_message(session, place, text, author=Author.EXPERT, payload=payload)


async def test_a_later_answer_is_told_once_here_or_at_the_next_start(database: Database) -> None:
    chat = chat_of(database)
    assert [reply.text for reply in await chat.say("hello")] == ["You said hello."]
    assert await chat.missed() == []
    assert [reply.text for reply in await chat.say("#1")] == ["You said go."]
    expert_answers(database, "So it is.")
    (answer,) = await chat.missed()
    assert "Elena answers your ticket P-1" in answer.text
    assert await chat.missed() == []
    expert_answers(database, "And so.")
    assert await chat_of(database, None).missed() == [], "a stranger is told nothing"
    (answer,) = await chat_of(database).missed()
    assert "And so." in answer.text


async def test_what_comes_while_a_line_is_written_is_told_before_it_ends(sqlite_database: Database) -> None:
    loop = asyncio.get_running_loop()
    interrupted = asyncio.Event()
    told: list[str] = []
    lines = iter(["hello", ""])

    def read_line() -> str:
        line = next(lines)
        if not line:
            expert_answers(sqlite_database, "So it is.")
            asyncio.run_coroutine_threadsafe(interrupted.wait(), loop).result(20)
        return line

    def interrupt(reply: OutgoingMessage) -> None:
        told.append(f"interrupting: {reply.text}")
        interrupted.set()

    expert_answers(sqlite_database, "From before.")
    await talk(chat_of(sqlite_database), read_line, lambda reply: told.append(reply.text), interrupt, every_s=0.02)
    assert ["From before." in told[0], told[1], told[2].startswith("interrupting")] == [True, "You said hello.", True]
    assert "So it is." in told[2]
