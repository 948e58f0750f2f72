"""A channel more is one folder and one line: the desk's own application with the echo channel in its list."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from rich.console import Console

from bot.channels.registry import CHANNELS
from bot.desk import Desk, open_desk
from bot.main import create_application
from bot.settings import Settings
from bot.startup import Startup
from knowledge.models import Role, Ticket
from knowledge.staff.accounts import create_staff
from knowledge.tickets.by_staff import answer_ticket
from tests.support.echo_channel import build_echo

pytestmark = pytest.mark.anyio

Told = list[dict[str, Any]]


class Asker:
    """Somebody on the echo channel."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def told(self) -> Told:
        """Return all that was told so far."""
        return list((await self._client.get("/echo/ana")).json())

    async def say(self, **said: str) -> dict[str, Any]:
        """Write words or press a button; return the answer."""
        before = len(await self.told())
        (answer,) = (await self._client.post("/echo/ana", json=said)).json()[before:]
        return dict(answer)


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.chdir(tmp_path)
    settings = Settings(home=tmp_path, encoder="hashing", starter=False)
    async with open_desk(settings, Startup(Console(file=StringIO()))) as opened:
        yield opened


@asynccontextmanager
async def asker_of(application: FastAPI) -> AsyncIterator[Asker]:
    async with (
        application.router.lifespan_context(application),
        httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://desk") as client,
    ):
        yield Asker(client)


def answers(desk: Desk, text: str) -> None:
    """Let an expert answer the one ticket."""
    with desk.database.transaction() as session:
        staff, _ = create_staff(session, "eva@desk.example", "Eva", Role.EXPERT, "correct horse battery")
        answer_ticket(session, session.query(Ticket.id).scalar(), staff, text)


async def test_a_new_channel_is_answered_and_hears_of_an_experts_answer(desk: Desk) -> None:
    async with asker_of(create_application(desk, (*CHANNELS, build_echo))) as ana:
        asked = await ana.say(text="How do I sell sea salt from my own salt pans?")
        assert "person" in [button["action"] for row in asked["buttons"] for button in row]
        for action in ("person", "sum:skip", "sum:ok"):
            handed = await ana.say(action=action)
        assert "P-1" in handed["text"]

        await asyncio.to_thread(answers, desk, "Register the salt works first.")
        async with asyncio.timeout(20):
            while "Register the salt works first." not in (await ana.told())[-1]["text"]:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
