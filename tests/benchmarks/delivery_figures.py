"""Measures how answers reach askers: `make figures`, or `python -m tests.benchmarks.delivery_figures [--desks 1 2]`.

Whole desks with their own encoder and starter entries run on one PostgreSQL (one of them, with `--sqlite`, on SQLite),
with a Bot API server on the loopback that holds to Telegram's published limits. Reported are the answers that ten
experts give over the API, delivered a second; and the time from an expert's click, over the API and in the console in a
real browser, to the asker's screen, on Telegram and on the web page in a real browser, with nothing else to do and
while ten askers go on asking. Where there are two desks, the asker's page is open at one and the expert works at the
other.
"""

import argparse
import asyncio
import json
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from index.measuring.evaluation import read_questions
from knowledge.conversations.messages import open_conversation
from knowledge.database import Database
from knowledge.models import Conversation, Staff
from knowledge.tickets.by_asker import open_ticket
from knowledge.tickets.by_staff import answer_ticket
from tests.benchmarks.desk_figures import GOLDEN, WebAsker, ms
from tests.benchmarks.faults.people import PASSWORD, Experts
from tests.benchmarks.faults.run import postgres
from tests.support.bot_api_server import BotApiServer, Limits
from tests.support.browser import CHROMIUM, log_in
from tests.support.desk_process import DeskProcess
from tests.support.waiting import wait_until

MANY = (600, 1)
"""Chats, and answers in each."""

FEW = (10, 12)
CLICKS = 50
ASKERS = 10
THINKING_S = 1.0
"""How long an asker reads an answer before the next question."""

SETTLED_MS = 700
"""How long an expert looks at a ticket's page before the click, so that what it loads by itself is there."""

WATCH = """() => {
  window.shown = {};
  new MutationObserver(() => {
    for (const [answer] of document.querySelector("#log").textContent.matchAll(/Answer \\d+\\./g))
      window.shown[answer] ??= Date.now();
  }).observe(document.querySelector("#log"), { childList: true, subtree: true, characterData: true });
}"""
NOTE_CLICK = """() => addEventListener(
  "click", (event) => { if (event.isTrusted) sessionStorage.clicked = Date.now(); }, { capture: true }
)"""


class Place:
    """Desks on one database, with the people who use them."""

    def __init__(self, desks: list[DeskProcess], database: Database, telegram: BotApiServer) -> None:
        self.desks, self.database, self.telegram = desks, database, telegram
        self.ended = threading.Event()
        self.experts = Experts(database, [desk.url for desk in desks], self.ended, 0.0)
        self.expert_at = desks[-1].url

    def tickets(self, chats: int, each: int) -> dict[int, int]:
        """Open tickets of Telegram chats; returns the chat of each."""
        ids = [self.telegram.chat().id for _ in range(chats)]
        return {self.ticket("telegram", str(chat)): chat for _ in range(each) for chat in ids}

    def ticket(self, channel: str, address: str) -> int:
        """Open a ticket of somebody."""
        with self.database.transaction() as session:
            place = open_conversation(session, channel, address)
            return open_ticket(session, place, "How?", reason="asked", language="en").id

    def arrived(self, ticket_id: int, chat: int) -> float | None:
        """Return the moment (monotonic) at which an answer came into a chat."""
        came = (each.sent_at for each in self.telegram.chats[chat].messages if f"Answer {ticket_id}." in each.text)
        return next(came, None)

    def arrival(self, ticket_id: int, chat: int) -> float:
        """Wait for an answer to come into a chat; return the moment (monotonic) at which it did."""
        return wait_until(lambda: self.arrived(ticket_id, chat), 60) or 0.0


def throughput(place: Place, chats: int, each: int, *, owed: bool = False) -> dict[str, Any]:
    """Let the experts answer all over the API, or have all answers `owed` at one moment.

    The rate is that of the middle eight tenths.
    """
    tickets = place.tickets(chats, each)
    limits = place.telegram.limits = Limits()
    desks = [psutil.Process(desk.process.pid) for desk in place.desks if desk.process]
    spent = sum(sum(desk.cpu_times()[:2]) for desk in desks)
    if owed:
        with place.database.transaction() as session:
            staff = session.query(Staff).filter_by(email="e0@desk.example").one()
            for ticket in tickets:
                answer_ticket(session, ticket, staff, f"Answer {ticket}.")
    else:
        place.experts.answer(list(tickets), {})
    times = sorted(place.arrival(ticket, chat) for ticket, chat in tickets.items())
    tenth = len(times) // 10
    steady = times[tenth:-tenth]
    spent = sum(sum(desk.cpu_times()[:2]) for desk in desks) - spent
    rate = (len(steady) - 1) / (steady[-1] - steady[0])
    return {
        "answers": len(times), "chats": chats, "a_second": round(rate, 1), "most_in_a_second": limits.most_in_a_second,
        "share_of_30": round(rate / 30, 3), "refused_with_429": sum(limits.refused.values()),
        "desk_cpu_ms_an_answer": round(1000 * spent / len(times), 1),
    }  # fmt: skip


def to_telegram(place: Place, clicks: int) -> list[float]:
    """Return the seconds from an answer's request over the API to its coming to Telegram."""
    times = []
    with place.experts.client(0) as client:
        for ticket, chat in place.tickets(clicks, 1).items():
            time.sleep(random.uniform(0.1, 0.4))
            began = time.monotonic()
            answer(client, place.expert_at, ticket)
            times.append(place.arrival(ticket, chat) - began)
    return times


def to_page(place: Place, address: str, asker: Page, clicks: int) -> list[float]:
    """Return the seconds from an answer's request over the API to its showing on the asker's page."""
    times = []
    with place.experts.client(0) as client:
        for _ in range(clicks):
            ticket = place.ticket("web", address)
            time.sleep(random.uniform(0.1, 0.4))
            began = time.time()
            answer(client, place.expert_at, ticket)
            times.append(shown_at(asker, ticket) - began)
    return times


def console_to_page(place: Place, address: str, asker: Page, expert: Page, clicks: int) -> list[float]:
    """Return the seconds from a real click on the console's button to the answer's showing on the asker's page."""
    times = []
    with place.experts.client(0) as client:
        for _ in range(clicks):
            ticket = place.ticket("web", address)
            client.post(f"{place.expert_at}/api/tickets/{ticket}/claim").raise_for_status()
            expert.goto(f"{place.expert_at}/admin/tickets/{ticket}")
            expert.get_by_label("Answer in English").fill(f"Answer {ticket}.")
            expert.evaluate(NOTE_CLICK)
            expert.wait_for_timeout(SETTLED_MS)
            expert.get_by_role("button", name="Send the answer").click()
            seen = shown_at(asker, ticket)
            times.append(seen - int(expert.evaluate("sessionStorage.clicked")) / 1000)
    return times


def answer(client: httpx.Client, url: str, ticket: int) -> None:
    client.post(f"{url}/api/tickets/{ticket}/answer", json={"text": f"Answer {ticket}."}).raise_for_status()


def shown_at(asker: Page, ticket: int) -> float:
    """Return the moment (of the wall clock) at which the page showed an answer."""
    shown = wait_until(lambda: asker.evaluate("(answer) => window.shown[answer] ?? 0", f"Answer {ticket}."), 60)
    return int(shown) / 1000


def newest_web_address(place: Place) -> str:
    with place.database.reading() as session:
        newest = session.query(Conversation).filter_by(channel="web").order_by(Conversation.id.desc()).first()
        assert newest
        return newest.address


@contextmanager
def asking(url: str) -> Iterator[dict[str, float]]:
    """Let askers ask on the web, each reading for a while between question and question, and count the answers."""
    questions = cycle([question.text for file in GOLDEN for question in read_questions(file) if question.relevant])
    told = {"answers": 0.0, "a_second": 0.0}
    ended = threading.Event()

    async def ask() -> None:
        async with WebAsker(url) as asker:
            while not ended.is_set():
                await asker.ask(next(questions))
                told["answers"] += 1
                await asyncio.sleep(THINKING_S)

    async def all_ask() -> None:
        await asyncio.gather(*(ask() for _ in range(ASKERS)))

    thread, began = threading.Thread(target=asyncio.run, args=(all_ask(),)), time.monotonic()
    thread.start()
    wait_until(lambda: told["answers"] > ASKERS, 60)
    yield told
    ended.set()
    thread.join()
    told["a_second"] = round(told["answers"] / (time.monotonic() - began), 1)


def measure(place: Place, browser: Browser, clicks: int) -> dict[str, Any]:
    """Return all figures of some desks."""
    asker, expert = browser.new_context().new_page(), browser.new_context(base_url=place.expert_at).new_page()
    asker.goto(place.desks[0].url)
    asker.locator("#text").fill("hello")
    asker.locator("#text").press("Enter")
    asker.locator(".message.bot").first.wait_for()
    asker.evaluate(WATCH)
    address = newest_web_address(place)
    log_in(expert, "e0@desk.example", PASSWORD)
    expert.get_by_role("heading", name="Tickets").wait_for()

    def clicked() -> dict[str, Any]:
        return {
            "API to Telegram": ms(to_telegram(place, clicks)),
            "API to the web page": ms(to_page(place, address, asker, clicks)),
            "console to the web page": ms(console_to_page(place, address, asker, expert, clicks)),
        }

    report: dict[str, Any] = {"idle": clicked()}
    with asking(place.desks[0].url) as told:
        report["while ten askers ask"] = clicked()
    report["their answers a second"] = told["a_second"]
    report["owed at once"] = throughput(place, *MANY, owed=True)
    report["answered, many chats"] = throughput(place, *MANY)
    report["answered, few chats"] = throughput(place, *FEW)
    asker.context.close()
    expert.context.close()
    return report


def main() -> None:
    """Measure and write the report as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desks", type=int, nargs="+", default=[1, 2], help="how many at once, each measured in turn")
    parser.add_argument("--clicks", type=int, default=CLICKS)
    parser.add_argument("--sqlite", action="store_true", help="measure one desk on SQLite instead")
    given = parser.parse_args()
    report = {}
    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for number in [1] if given.sqlite else given.desks:
            with TemporaryDirectory(prefix="punte-figures-", ignore_cleanup_errors=True) as folder, ExitStack() as own:
                url = "" if given.sqlite else own.enter_context(postgres(f"{folder}/postgres"))[0]
                report[f"{number} on {'SQLite' if given.sqlite else 'PostgreSQL'}"] = measure(
                    own.enter_context(open_place(Path(folder), number, url)), browser, given.clicks
                )
        browser.close()
    sys.stdout.write(json.dumps({"clicks": given.clicks, "desks": report}, indent=1) + "\n")


@contextmanager
def open_place(home: Path, desks: int, url: str) -> Iterator[Place]:
    """Start so many desks and a Bot API server."""
    with BotApiServer(limits=Limits()) as telegram:
        settings = {
            "PUNTE_TELEGRAM_TOKEN": telegram.token, "PUNTE_TELEGRAM_API_URL": telegram.url, "PUNTE_ENCODER": "",
            "PUNTE_STARTER": "true", "PUNTE_SECRET": "one desk, many doors",
        } | ({"PUNTE_DATABASE_URL": url} if url else {})  # fmt: skip
        processes = [DeskProcess(home / str(number), **settings) for number in range(desks)]
        try:
            for desk in processes:
                desk.start()
            database = Database(url or f"sqlite:///{home / '0' / 'desk.db'}")
            yield Place(processes, database, telegram)
            database.close()
        finally:
            for desk in processes:
                desk.close()


if __name__ == "__main__":
    main()
