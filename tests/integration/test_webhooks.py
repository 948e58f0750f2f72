"""Webhooks, called on the loopback and verified with the library of the standard."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook as Verifier

from admin_api.client import verify_webhook
from bot.delivery.clocks import Clock
from bot.delivery.webhooks import WebhookCaller
from knowledge.conversations.messages import open_conversation
from knowledge.database import Database
from knowledge.models import DeliveryState, WebhookCall, now
from knowledge.programs.webhooks import repeat_call, save_webhook, try_webhook
from knowledge.retrying import Backoff
from knowledge.tickets.by_asker import open_ticket
from tests.support.background import in_background
from tests.support.waiting import until

pytestmark = pytest.mark.anyio


class Program:
    """A program elsewhere: it answers with `answers` in turn, then 204, and keeps what it was told."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.calls.append((dict(request.headers), await request.read()))
        status = self.answers.pop(0) if self.answers else 204
        return web.Response(status=status, headers={"Location": self.url} if 300 <= status < 400 else {})


@asynccontextmanager
async def program() -> AsyncIterator[Program]:
    program = Program()
    app = web.Application()
    app.router.add_post("/hook", program.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    program.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield program
    finally:
        await runner.cleanup()


@asynccontextmanager
async def calling(database: Database, *names: str, wall: Callable[[], datetime] = now) -> AsyncIterator[None]:
    options: dict[str, Any] = {"every_s": 0.02, "backoff": Backoff(0.05, 60), "clock": Clock(wall)}
    async with in_background(*(WebhookCaller(database, name, **options).run() for name in names or ("me",))):
        yield


def register(database: Database, url: str, *events: str) -> str:
    with database.transaction() as session:
        return save_webhook(session, url, events).secret


def ask(database: Database) -> int:
    with database.transaction() as session:
        asker = open_conversation(session, "web", "1")
        return open_ticket(session, asker, "A secret question?", reason="asked", language="bg").id


def calls(database: Database) -> list[WebhookCall]:
    with database.reading() as session:
        return session.query(WebhookCall).order_by(WebhookCall.id).all()


def settled(database: Database, count: int = 1) -> bool:
    return sum(call.state is not DeliveryState.PENDING for call in calls(database)) == count


async def test_a_webhook_is_tried_without_a_ticket(sqlite_database: Database) -> None:
    async with program() as elsewhere, calling(sqlite_database):
        secret = register(sqlite_database, elsewhere.url, "ticket.rated")
        with sqlite_database.transaction() as session:
            try_webhook(session, 1)
        await until(lambda: settled(sqlite_database))
        headers, body = elsewhere.calls[0]
        told: Any = Verifier(secret).verify(body, {name.lower(): value for name, value in headers.items()})
        assert (told["type"], told["data"]) == ("webhook.test", {})
        assert calls(sqlite_database)[0].status == 204


async def test_a_call_is_signed_and_says_no_word_of_people(database: Database) -> None:
    async with program() as elsewhere, calling(database):
        secret = register(database, elsewhere.url)
        ticket_id = ask(database)
        await until(lambda: settled(database))
        headers, body = elsewhere.calls[0]
        told: Any = Verifier(secret).verify(body, {name.lower(): value for name, value in headers.items()})
        assert verify_webhook(secret, headers, body).data == told["data"]
        assert (told["type"], told["data"]["number"]) == ("ticket.opened", f"P-{ticket_id}")
        assert b"secret question" not in body
        assert (calls(database)[0].state, calls(database)[0].status) == (DeliveryState.SENT, 204)


async def test_many_processes_make_a_call_once(database: Database) -> None:
    async with program() as elsewhere, calling(database, "one", "two", "three"):
        register(database, elsewhere.url)
        for _ in range(10):
            ask(database)
        await until(lambda: settled(database, 10))
        assert len({headers["webhook-id"] for headers, _ in elsewhere.calls}) == len(elsewhere.calls) == 10


@pytest.mark.parametrize("answers", [[500, 503], [429], [408, 500], [404, 302]])
async def test_what_may_pass_is_tried_again(sqlite_database: Database, answers: list[int]) -> None:
    async with program() as elsewhere, calling(sqlite_database):
        elsewhere.answers = answers[:]
        register(sqlite_database, elsewhere.url)
        ask(sqlite_database)
        await until(lambda: settled(sqlite_database))
        assert calls(sqlite_database)[0].state is DeliveryState.SENT
        assert len(elsewhere.calls) == len(answers) + 1
        assert len({headers["webhook-id"] for headers, _ in elsewhere.calls}) == 1


async def test_who_does_not_want_a_call_is_believed_and_may_be_called_again(sqlite_database: Database) -> None:
    async with program() as elsewhere, calling(sqlite_database):
        elsewhere.answers = [410, 410, 410]
        register(sqlite_database, elsewhere.url)
        ask(sqlite_database)
        await until(lambda: settled(sqlite_database))
        failed = calls(sqlite_database)[0]
        assert (failed.state, failed.status, failed.error) == (DeliveryState.FAILED, 410, "answered 410")
        with sqlite_database.transaction() as session:
            repeat_call(session, failed.id)
        await until(lambda: calls(sqlite_database)[0].state is DeliveryState.SENT)


async def test_a_program_that_is_away_for_days_is_given_up(sqlite_database: Database) -> None:
    register(sqlite_database, "http://127.0.0.1:1/hook")
    ask(sqlite_database)
    async with calling(sqlite_database):
        await until(lambda: calls(sqlite_database)[0].error)
        assert calls(sqlite_database)[0].state is DeliveryState.PENDING
        with sqlite_database.transaction() as session:
            session.get_one(WebhookCall, 1).created_at = now() - timedelta(days=4)
        await until(lambda: settled(sqlite_database))
    assert calls(sqlite_database)[0].state is DeliveryState.FAILED
