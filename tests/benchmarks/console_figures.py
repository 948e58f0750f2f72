"""How long the staff's pages take with many tickets: `python -m tests.benchmarks.console_figures [--tickets N]`.

The tickets are made up and lie in an SQLite file of their own; each page is loaded 21 times, one at a time.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from knowledge.database import Database
from knowledge.models import (
    Author,
    Conversation,
    EventKind,
    Message,
    Question,
    QuestionOutcome,
    Role,
    Ticket,
    TicketEvent,
    TicketState,
    now,
)
from tests.support.admin_desk import PASSWORD, admin_desk, hire

LOADS = 21
DAYS = 90
_SETTLED = (TicketState.ANSWERED, TicketState.CLOSED)


def made_up(session: Session, count: int, moment: datetime) -> None:
    """Add `count` tickets of the last 90 days, most of them closed, with three questions to the desk for each."""
    chance = Random(1)
    for number in range(count):
        conversation = Conversation(channel="telegram", address=str(number), state={})
        session.add(conversation)
        session.flush()
        state = chance.choices(list(TicketState), [3, 3, 2, 22, 70])[0]
        opened = moment - timedelta(minutes=chance.randrange(60 * 24 * DAYS))
        answered = opened + timedelta(hours=30 * chance.random()) if state in _SETTLED else None
        closed = state is TicketState.CLOSED
        ticket = Ticket(
            conversation_id=conversation.id, state=state, reason="asked", language=chance.choice(["sr", "bg", "en"]),
            question=f"How do I export jam number {number} to Germany, and what papers do I need?", channel="telegram",
            assignee_id=None if state is TicketState.OPEN else 1, opened_at=opened, updated_at=opened,
            country=chance.choice(["RS", "BG", "MK", None]), competence=chance.choice(["export", "marketing", None]),
            due_at=None if answered else opened + timedelta(hours=20), first_answered_at=answered,
            closed_at=opened + timedelta(hours=60) if closed else None,
            rating=chance.choice([None, 3, 4, 5]) if closed else None,
        )  # fmt: skip
        asked = Message(
            conversation_id=conversation.id, author=Author.ASKER, text=ticket.question, kind="text", created_at=opened
        )
        session.add_all([ticket, asked])
        session.flush()
        session.add(TicketEvent(ticket_id=ticket.id, kind=EventKind.OPENED, text=ticket.question, created_at=opened))
        if answered:
            answer = TicketEvent(ticket_id=ticket.id, kind=EventKind.ANSWER, staff_id=1, text="A health certificate.")
            answer.created_at = answered
            session.add(answer)
        outcomes = chance.choices(list(QuestionOutcome), k=3)
        session.add_all(
            Question(at=opened, channel="telegram", language="sr", outcome=outcome, probability=0.4)
            for outcome in outcomes
        )


def times(client: TestClient, page: str) -> dict[str, float]:
    """Return the milliseconds of a page's loads, median and 95th percentile."""
    took = []
    for _ in range(LOADS):
        began = perf_counter()
        client.get(page).raise_for_status()
        took.append(1000 * (perf_counter() - began))
    took.sort()
    return {"median_ms": round(took[LOADS // 2], 1), "p95_ms": round(took[LOADS * 95 // 100], 1)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the tickets and write the pages' times as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.console_figures", description=__doc__)
    parser.add_argument("--tickets", type=int, default=10_000)
    count, moment = parser.parse_args(arguments).tickets, now()
    since, until = (moment - timedelta(days=DAYS)).date(), moment.date()
    one = f"/admin/tickets/{count // 2 or 1}"
    pages = {
        "list": "/admin/tickets", "closed": "/admin/tickets?tab=closed", "words": "/admin/tickets?q=number+77",
        "one ticket": one, "similar tickets and entries": f"{one}/alike",
        "overview": f"/admin/figures?since={since}&until={until}", "undelivered": "/admin/letters",
        "API, list of 50": "/api/tickets?limit=50",
    }  # fmt: skip
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'desk.db'}")
        database.upgrade()
        hire(database, Role.ADMIN, "Ana")
        with database.transaction() as session:
            made_up(session, count, moment)
        client = TestClient(admin_desk(database).app)
        client.post("/api/login", json={"email": "ana@desk.example", "password": PASSWORD}).raise_for_status()
        figures = {name: times(client, page) for name, page in pages.items()}
        database.close()
    sys.stdout.write(json.dumps({"tickets": count, "loads": LOADS, "pages": figures}, indent=1) + "\n")


if __name__ == "__main__":
    main()
