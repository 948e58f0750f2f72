"""Webhooks, called on the loopback and verified with the library of the standard."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook as Verifier

from admin_api.client import verify_webhook
from knowledge.conversations.messages import open_conversation
from knowledge.database import Database
from knowledge.models import DeliveryState, WebhookCall, now
from knowledge.programs.webhooks import repeat_call, try_webhook
from knowledge.tickets.by_asker import open_ticket
from tests.support.waiting import until
from tests.support.webhook_program import Program, calling, calls, program, register, settled

pytestmark = pytest.mark.anyio


@pytest.fixture
def elsewhere() -> Iterator[Program]:
    with program() as running:
        yield running


def ask(database: Database) -> int:
    with database.transaction() as session:
        asker = open_conversation(session, "web", "1")
        return open_ticket(session, asker, "A secret question?", reason="asked", language="bg").id


async def test_a_webhook_is_tried_without_a_ticket(elsewhere: Program, sqlite_database: Database) -> None:
    async with calling(sqlite_database):
        secret = register(sqlite_database, elsewhere.url, "ticket.rated")
        with sqlite_database.transaction() as session:
            try_webhook(session, 1)
        await until(lambda: settled(sqlite_database))
        headers, body = elsewhere.calls[0]
        told: Any = Verifier(secret).verify(body, {name.lower(): value for name, value in headers.items()})
        assert (told["type"], told["data"]) == ("webhook.test", {})
        assert calls(sqlite_database)[0].status == 204


async def test_a_call_is_signed_and_says_no_word_of_people(elsewhere: Program, database: Database) -> None:
    async with calling(database):
        secret = register(database, elsewhere.url)
        ticket_id = ask(database)
        await until(lambda: settled(database))
        headers, body = elsewhere.calls[0]
        told: Any = Verifier(secret).verify(body, {name.lower(): value for name, value in headers.items()})
        assert verify_webhook(secret, headers, body).data == told["data"]
        assert (told["type"], told["data"]["number"]) == ("ticket.opened", f"P-{ticket_id}")
        assert b"secret question" not in body
        assert (calls(database)[0].state, calls(database)[0].status) == (DeliveryState.SENT, 204)


async def test_many_processes_make_a_call_once(elsewhere: Program, database: Database) -> None:
    async with calling(database, "one", "two", "three"):
        register(database, elsewhere.url)
        for _ in range(10):
            ask(database)
        await until(lambda: settled(database, 10))
        assert len({headers["webhook-id"] for headers, _ in elsewhere.calls}) == len(elsewhere.calls) == 10


@pytest.mark.parametrize("answers", [[500, 503], [429], [408, 500], [404, 302]])
async def test_what_may_pass_is_tried_again(elsewhere: Program, sqlite_database: Database, answers: list[int]) -> None:
    async with calling(sqlite_database):
        elsewhere.answers = answers[:]
        register(sqlite_database, elsewhere.url)
        ask(sqlite_database)
        await until(lambda: settled(sqlite_database))
        assert calls(sqlite_database)[0].state is DeliveryState.SENT
        assert len(elsewhere.calls) == len(answers) + 1
        assert len({headers["webhook-id"] for headers, _ in elsewhere.calls}) == 1


async def test_who_does_not_want_a_call_is_believed_and_may_be_called_again(
    elsewhere: Program, sqlite_database: Database
) -> None:
    async with calling(sqlite_database):
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
