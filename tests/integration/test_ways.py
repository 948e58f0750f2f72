"""The commands for dead letters and tokens."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from knowledge.conversations.deliveries import lease_due
from knowledge.conversations.messages import open_conversation, send_message
from knowledge.database import Database
from knowledge.models import Author, Delivery, DeliveryState, Role, now
from knowledge.programs.api_tokens import Scope, token_holder
from knowledge.staff.accounts import create_staff
from knowledge.tickets.unreached import mark_failed

Run = Callable[..., Result]


@pytest.fixture
def run(sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("PUNTE_HOME", str(tmp_path))
    monkeypatch.setenv("PUNTE_DATABASE_URL", sqlite_database.url)
    return lambda *words: CliRunner().invoke(app, list(words))


def dead_letter(database: Database, text: str) -> int:
    with database.transaction() as session:
        place = open_conversation(session, "telegram", text)
        send_message(session, place, text, author=Author.BOT)
        (delivery,) = lease_due(session, ["telegram"], now(), now(), limit=1)
        mark_failed(session, delivery.id, "Forbidden: bot was blocked by the user")
        return delivery.id


def states(database: Database) -> list[DeliveryState]:
    with database.reading() as session:
        return [delivery.state for delivery in session.query(Delivery).order_by(Delivery.id)]


def test_dead_letters_are_listed_and_sent_again(sqlite_database: Database, run: Run) -> None:
    assert "arrived" in run("letters", "list").stdout
    first, second = dead_letter(sqlite_database, "one"), dead_letter(sqlite_database, "two")
    rows = json.loads(run("letters", "list", "--json").stdout)
    assert [(row["id"], row["text"], row["permanent"]) for row in rows] == [(second, "two", True), (first, "one", True)]
    assert "blocked by the user" in run("letters", "list").stdout
    assert run("letters", "resend").exit_code == 2
    assert run("letters", "resend", str(first)).exit_code == 0
    assert states(sqlite_database) == [DeliveryState.PENDING, DeliveryState.FAILED]
    assert "1 messages" in run("letters", "resend", "--all").stdout
    assert states(sqlite_database) == [DeliveryState.PENDING] * 2
    assert run("letters", "resend", str(first)).exit_code == 1


def test_a_token_is_made_for_an_account(sqlite_database: Database, run: Run) -> None:
    with sqlite_database.transaction() as session:
        create_staff(session, "ana@desk.test", "Ana", Role.EXPERT)
    made = run("token", "add", "Ana@desk.test", "--scope", "tickets:read", "--scope", "tickets:write", "--days", "7")
    with sqlite_database.reading() as session:
        holder = token_holder(session, made.stdout.strip())
    assert holder is not None
    assert holder[0].email == "ana@desk.test"
    assert holder[1] == {Scope.TICKETS_READ, Scope.TICKETS_WRITE}
    assert run("token", "add", "nobody@desk.test", "--scope", "tickets:read").exit_code == 1
    assert run("token", "add", "ana@desk.test", "--scope", "everything").exit_code == 2
