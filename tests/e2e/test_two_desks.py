"""Two processes of one desk on one PostgreSQL: what happens at one is known at the other, and nothing happens twice."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from knowledge.conversations.messages import open_conversation
from knowledge.database import Database
from knowledge.models import Conversation, DeliveryState, Staff, WebhookCall
from knowledge.programs.webhooks import save_webhook
from knowledge.tickets.by_asker import open_ticket
from knowledge.tickets.by_staff import answer_ticket
from tests.conftest import made_database
from tests.support.bot_api_server import BotApiServer, Limits
from tests.support.desk_process import PASSWORD, Asker, DeskProcess, Expert
from tests.support.waiting import WITHIN_S, wait_until
from tests.support.webhook_program import program

pytestmark = pytest.mark.slow

LONG_POLL_S = 25


@dataclass
class Two:
    """Two desks, called here and there, and what they share."""

    here: DeskProcess
    there: DeskProcess
    database: Database
    telegram: BotApiServer

    def ticket(self, channel: str, address: str) -> int:
        """Open a ticket of somebody."""
        with self.database.transaction() as session:
            place = open_conversation(session, channel, address)
            return open_ticket(session, place, "How?", reason="asked", language="en").id

    def calls_made(self) -> int:
        """Return how many calls of webhooks are done and written down, so that nobody makes them again."""
        with self.database.reading() as session:
            return session.query(WebhookCall).filter_by(state=DeliveryState.SENT).count()


@pytest.fixture(scope="module")
def two(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    home: Path = tmp_path_factory.mktemp("two")
    with BotApiServer(limits=Limits()) as telegram, made_database(postgres) as url:
        settings = {
            "PUNTE_DATABASE_URL": url, "PUNTE_SECRET": "one desk, many doors",
            "PUNTE_TELEGRAM_TOKEN": telegram.token, "PUNTE_TELEGRAM_API_URL": telegram.url,
        }  # fmt: skip
        here, there = (DeskProcess(home / name, **settings) for name in ("here", "there"))
        here.start()
        one_time = here.password()
        Expert(here, one_time).change_password(one_time, PASSWORD)
        there.start()
        database = Database(url)
        yield Two(here, there, database, telegram)
        assert [here.stop(), there.stop()] == [0, 0]
        for desk in (here, there):
            desk.close()
        database.close()


def test_an_answer_given_there_ends_the_wait_of_an_asker_here(two: Two) -> None:
    asker, expert = Asker(two.here), Expert(two.there, PASSWORD)
    asker.say("hello")
    with two.database.reading() as session:
        place = session.query(Conversation).filter_by(channel="web").order_by(Conversation.id.desc()).first()
        assert place
    ticket = two.ticket("web", place.address)
    sent = threading.Event()

    def trace(step: str, _: Any) -> None:
        if step == "http11.send_request_body.complete":
            sent.set()

    with ThreadPoolExecutor(1) as thread:
        asked = {"after": asker.cursor, "wait": LONG_POLL_S}
        waiting = thread.submit(asker.client.get, "/api/chat/messages", params=asked, extensions={"trace": trace})
        assert sent.wait(WITHIN_S)
        began = time.monotonic()
        expert.answer(ticket, "So it is done.")
        assert "So it is done." in waiting.result().text
        assert time.monotonic() - began < LONG_POLL_S / 2


def test_what_happens_there_is_in_the_stream_of_events_here(two: Two) -> None:
    here, there = Expert(two.here, PASSWORD), Expert(two.there, PASSWORD)
    ticket = two.ticket("telegram", str(two.telegram.chat().id))
    with here.client.stream("GET", "/api/live", timeout=20) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("retry")
        there.client.post(f"/api/tickets/{ticket}/claim").raise_for_status()
        said = (json.loads(line.removeprefix("data:")) for line in lines if line.startswith("data:"))
        assert next(each for each in said if each["ticket"] == ticket and each["kind"] == "claimed")


def test_what_is_published_there_is_found_here(two: Two) -> None:
    here, there = Expert(two.here, PASSWORD), Expert(two.there, PASSWORD)
    entry = {
        "id": "guide-zeppelin", "title": "Zeppelin landing permits", "kind": "guide", "language": "en",
        "text": "A zeppelin needs a landing permit of the aviation authority.", "url": "https://example.org/z",
    }  # fmt: skip
    there.client.post("/api/entries", json={**entry, "state": "published"}).raise_for_status()
    wait_until(lambda: "guide-zeppelin" in here.client.get("/api/search", params={"q": "zeppelin permit"}).text)


def test_a_webhook_is_called_once_whoever_works(two: Two) -> None:
    with program() as elsewhere:
        with two.database.transaction() as session:
            webhook = save_webhook(session, elsewhere.url, ["ticket.opened"])
        for number in range(20):
            two.ticket("telegram", f"no chat {number}")
        wait_until(lambda: two.calls_made() == 20)
        assert len(elsewhere.ids) == len(set(elsewhere.ids)) == 20
        with two.database.transaction() as session:
            save_webhook(session, elsewhere.url, [], webhook_id=webhook.id, active=False)


def test_both_together_keep_to_telegrams_limits(two: Two) -> None:
    chats = [two.telegram.chat() for _ in range(90)]
    tickets = [two.ticket("telegram", str(chat.id)) for chat in chats]
    with two.database.reading() as session:
        staff = session.query(Staff).first()
        assert staff
    limits = two.telegram.limits = Limits()
    for ticket in tickets:
        with two.database.transaction() as session:
            answer_ticket(session, ticket, staff, f"Answer {ticket}.")
    two.telegram.wait_until(lambda: all(chat.messages for chat in chats), 60)
    assert [len(chat.messages) for chat in chats] == [1] * len(chats)
    # A machine that stands still for a moment bunches what left evenly.
    assert limits.refused.total() <= 5
