"""The wall clock jumps two hours ahead or back while everything waits: nothing comes twice, nothing waits for it."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import pytest

from bot.delivery.clocks import SETTLES_S, Clock
from bot.delivery.outbox import Outbox
from bot.delivery.wakeups import Wakeups
from bot.delivery.workers import Workers
from bot.wording.rendering import outgoing_of
from knowledge.conversations.deliveries import lease_due
from knowledge.conversations.messages import open_conversation, send_message
from knowledge.database import Database
from knowledge.models import Author, Delivery, DeliveryState, EventKind, Notice, Role, Ticket, TicketEvent, now
from knowledge.notices.writing_notices import lease_notices
from knowledge.retrying import Backoff
from knowledge.staff.accounts import create_staff
from knowledge.tickets.by_asker import Intake, open_ticket
from knowledge.tickets.by_staff import answer_ticket
from knowledge.tickets.chat_links import link_staff, staff_code
from tests.support.background import in_background
from tests.support.waiting import until
from tests.support.webhook_program import calling, calls, program, register, settled

pytestmark = pytest.mark.anyio

HOURS = timedelta(hours=2)
AHEAD_AND_BACK = pytest.mark.parametrize("jump", [HOURS, -HOURS], ids=["ahead", "back"])


class Wall:
    """A clock that can be set to be `off`; `clock()` is what a process that looks at it goes by."""

    def __init__(self) -> None:
        self.off = timedelta()
        self.passed_s = 0.0

    def __call__(self) -> datetime:
        return now() + self.off + timedelta(seconds=self.passed_s)

    def clock(self) -> Clock:
        return Clock(self, lambda: monotonic() + self.passed_s)


class Chats:
    """Counts what arrives; letters to those `held` up stay on the way until `let_go`."""

    def __init__(self, *held: str) -> None:
        self.arrived: Counter[str] = Counter()
        self.begun: list[str] = []
        self.refusals = {"refused once": 1}
        self.let_go = asyncio.Event()
        self._held = held

    async def send(self, address: str, message_id: int, outgoing: Any, replaces: str | None) -> str:
        self.begun.append(outgoing.text)
        if self.refusals.pop(outgoing.text, 0):
            raise OSError("the network is away")
        if address in self._held:
            await self.let_go.wait()
        self.arrived[outgoing.text] += 1
        return f"their-{message_id}"


def owe(database: Database, text: str, address: str) -> None:
    with database.transaction() as session:
        send_message(session, open_conversation(session, "telegram", address), text, author=Author.BOT)


def pending(database: Database) -> int:
    with database.reading() as session:
        return session.query(Delivery).filter_by(channel="telegram", state=DeliveryState.PENDING).count()


def events(database: Database) -> Counter[EventKind]:
    with database.reading() as session:
        return Counter(event.kind for event in session.query(TicketEvent))


def people(database: Database) -> list[int]:
    """Make an expert and an admin with chats, a ticket due soon and one due tomorrow, and an answer nobody fetched."""
    with database.transaction() as session:
        for number, role in enumerate((Role.EXPERT, Role.ADMIN)):
            staff, _ = create_staff(session, f"s{number}@desk.test", "", role, "correct horse battery")
            link_staff(session, staff_code(session, staff), "telegram", f"70{number}")
        ids = []
        for number in range(3):
            asker = open_conversation(session, "web", str(number))
            intake = Intake(name="Ivo", email=f"a{number}@asker.test", consent=True)
            ids.append(open_ticket(session, asker, f"{number}?", reason="asked", language="en", intake=intake).id)
        session.get_one(Ticket, ids[0]).due_at = now() + timedelta(hours=1, minutes=30)
        session.get_one(Ticket, ids[1]).due_at = now() + timedelta(days=1)
        answer_ticket(session, ids[2], staff, "So.")
        return ids


@AHEAD_AND_BACK
async def test_a_jump_while_two_processes_work_repeats_nothing_and_stops_nothing(
    database: Database, jump: timedelta
) -> None:
    wall, chats = Wall(), Chats("on the way")
    people(database)
    names = ["one", "two"]
    options: dict[str, Any] = {"lease_s": 8, "poll_s": 0.02, "backoff": Backoff(0.3, 60), "clock": wall.clock()}
    box = Outbox(database, {"telegram": chats}, outgoing_of, holder="one", **options)
    staff: dict[str, Any] = {"staff_channels": ["telegram"], "tell_every_s": 0.02, "beat_every_s": 0.05}
    workers = [
        Workers(
            database,
            name,
            Wakeups(),
            mail_channel="email",
            unread_for={"web": timedelta(hours=1)},
            clock=wall.clock(),
            **staff,
        )
        for name in names
    ]

    async def promises() -> None:
        for _ in range(2):
            await asyncio.gather(*(asyncio.to_thread(each.keep_promises) for each in workers))

    async with AsyncExitStack() as stack:
        elsewhere = stack.enter_context(program())
        register(database, elsewhere.url)
        await stack.enter_async_context(calling(database, *names, wall=wall))
        for each in workers:
            await stack.enter_async_context(each)
        await stack.enter_async_context(in_background(box.run()))
        await promises()
        owe(database, "on the way", "on the way")
        owe(database, "refused once", "refused once")
        await until(lambda: {"on the way", "refused once"} <= set(chats.begun))
        wall.off = jump
        await asyncio.to_thread(owe, database, "after the jump", "later")
        await promises()
        await until(lambda: chats.arrived["after the jump"] and chats.arrived["refused once"])
        with database.transaction() as session:
            late = open_conversation(session, "web", "9")
            open_ticket(session, late, "Late?", reason="asked", language="en")
        wall.off = timedelta()
        await promises()
        chats.let_go.set()
        await until(lambda: not pending(database) and settled(database, 1))
    assert [chats.arrived[text] for text in ("on the way", "refused once", "after the jump")] == [1, 1, 1]
    assert chats.begun.count("on the way") == 1
    assert len(calls(database)) == len(elsewhere.calls) == 1
    told = events(database)
    assert told[EventKind.REMINDED] == (jump > timedelta())
    assert told[EventKind.ESCALATED] == (jump > timedelta())
    with database.reading() as session:
        fallen_back = session.query(Notice).filter(Notice.delivery_id.is_not(None)).count()
    assert fallen_back == (jump > timedelta())


async def test_what_a_dead_process_held_by_a_clock_ahead_is_taken_over(database: Database) -> None:
    """The clock was two hours ahead when the process died, and right again when another one looks."""
    people(database)
    owe(database, "one", "1")
    ahead = now() + HOURS
    with database.transaction() as session:
        assert lease_due(session, ["telegram"], ahead, ahead + timedelta(seconds=60), holder="dead")
        assert lease_notices(session, ahead, ahead + timedelta(seconds=30), "dead")
    dead = Workers(database, "dead", Wakeups(), clock=Clock(lambda: ahead))
    heir = Workers(database, "heir", Wakeups())
    assert dead.beat() == 1
    assert dead.hold("telegram:poll", 15)
    assert heir.beat() == 1
    assert heir.hold("telegram:poll", 15)
    with database.transaction() as session:
        assert [each.message.text for each in lease_due(session, ["telegram"], now(), now(), holder="heir")] == ["one"]
        assert lease_notices(session, now(), now(), "heir")


@pytest.mark.parametrize("back", [timedelta(), HOURS])
async def test_what_was_written_or_put_off_by_a_clock_ahead_does_not_wait_for_it(
    database: Database, back: timedelta
) -> None:
    chats, wall = Chats(), Wall()
    wall.off = back
    owe(database, "never tried", "1")
    owe(database, "refused once", "2")
    with database.transaction() as session:
        session.query(Delivery).update({Delivery.due_at: now() + back})
    options: dict[str, Any] = {"poll_s": 0.02, "backoff": Backoff(0.1, 60), "clock": wall.clock()}
    async with in_background(Outbox(database, {"telegram": chats}, outgoing_of, **options).run()):
        await until(lambda: "refused once" in chats.begun)
        wall.off = timedelta()
        await until(lambda: not pending(database))
    assert chats.arrived == {"never tried": 1, "refused once": 1}


@AHEAD_AND_BACK
async def test_one_process_at_a_time_keeps_a_duty_over_a_jump(database: Database, jump: timedelta) -> None:
    wall = Wall()
    one, two = (Workers(database, name, Wakeups(), clock=wall.clock()) for name in ("one", "two"))
    assert (one.hold("poll", 15), two.hold("poll", 15)) == (True, False)
    for off in (jump, timedelta()):
        wall.off = off
        assert (two.hold("poll", 15), one.hold("poll", 15)) == (False, True)
    wall.off = jump
    assert not two.hold("poll", 15)
    wall.passed_s = SETTLES_S + 1
    assert two.hold("poll", 15), "the holder was silent, and its time is over or cannot be true"
