"""The desk's own work, on both databases: who is told, what the clock does, and what becomes of a dead process."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bot.delivery.outbox import Outbox, Undeliverable
from bot.delivery.wakeups import Wakeups
from bot.delivery.workers import Workers, process_name
from bot.wording.rendering import outgoing_of
from knowledge.conversations.deliveries import lease_due
from knowledge.conversations.messages import open_conversation
from knowledge.database import Database
from knowledge.models import (
    Conversation,
    Delivery,
    DeliveryState,
    EventKind,
    Message,
    Notice,
    Process,
    Role,
    Staff,
    Ticket,
    TicketEvent,
    TicketState,
    now,
)
from knowledge.staff.accounts import create_staff
from knowledge.tickets.by_asker import Intake, open_ticket
from knowledge.tickets.by_staff import answer_ticket
from knowledge.tickets.chat_links import link_staff, staff_code
from tests.support.waiting import until

pytestmark = pytest.mark.anyio

PASSWORD = "correct horse battery"
AT_ONCE = timedelta(0)


def workers(database: Database, **options: Any) -> Workers:
    settings: dict[str, Any] = {"staff_channels": ["telegram"], "tell_every_s": 0.02, "beat_every_s": 0.02}
    return Workers(database, process_name(), Wakeups(), **settings | options)


def desk_with_ticket(database: Database, channel: str = "telegram", intake: Intake | None = None) -> int:
    """Make a ticket of a chat, with an expert Ana whose own chat is 7."""
    with database.transaction() as session:
        ana, _ = create_staff(session, "ana@desk.test", "Ana", Role.EXPERT, PASSWORD)
        link_staff(session, staff_code(session, ana), "telegram", "7")
        asker = open_conversation(session, channel, "42")
        return open_ticket(session, asker, "How?", reason="asked", language="bg", intake=intake).id


def answer(database: Database, ticket_id: int) -> None:
    with database.transaction() as session:
        answer_ticket(session, ticket_id, session.query(Staff).one(), "So.")


def messages(database: Database, address: str, channel: str = "telegram") -> list[Message]:
    with database.reading() as session:
        place = session.query(Conversation).filter_by(channel=channel, address=address).one_or_none()
        return session.query(Message).filter_by(conversation_id=place.id).all() if place else []


def events(database: Database) -> list[EventKind]:
    with database.reading() as session:
        return [event.kind for event in session.query(TicketEvent).order_by(TicketEvent.id)]


async def test_experts_are_told_of_a_new_ticket(database: Database) -> None:
    desk_with_ticket(database)
    async with workers(database):
        await until(lambda: messages(database, "7"))
    assert [message.kind for message in messages(database, "7")] == ["staff_new"]


async def test_many_tell_each_notice_once(database: Database) -> None:
    desk_with_ticket(database)
    await asyncio.gather(*(asyncio.to_thread(workers(database).tell) for _ in range(6)))
    assert len(messages(database, "7")) == 1


async def test_a_notice_that_cannot_be_told_is_put_off_and_holds_up_nothing(
    sqlite_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    desk_with_ticket(sqlite_database)
    with sqlite_database.transaction() as session:
        session.execute(text("create trigger t before insert on messages begin select raise(abort, 'no'); end"))
    assert workers(sqlite_database).tell() == 0
    assert "could not be told" in caplog.text
    with sqlite_database.reading() as session:
        notice = session.query(Notice).one()
        assert notice.done_at is None
        assert notice.leased_by is None
        assert notice.due_at > now()


def test_the_clock_reminds_and_escalates_once(database: Database) -> None:
    ticket_id = desk_with_ticket(database)
    with database.transaction() as session:
        session.get_one(Ticket, ticket_id).due_at = now() - timedelta(hours=1)
    assert workers(database).keep_promises() == 2
    assert workers(database).keep_promises() == 0
    assert events(database)[-2:] == [EventKind.REMINDED, EventKind.ESCALATED]


def test_settled_tickets_are_closed(database: Database) -> None:
    ticket_id = desk_with_ticket(database)
    answer(database, ticket_id)
    with database.transaction() as session:
        session.get_one(Ticket, ticket_id).updated_at = now() - timedelta(days=30)
    assert workers(database).keep_promises() == 1
    with database.reading() as session:
        assert session.get_one(Ticket, ticket_id).state is TicketState.CLOSED


def test_an_answer_that_the_web_page_never_fetched_goes_to_the_askers_mailbox(database: Database) -> None:
    intake = Intake(name="Ivo", email="ivo@asker.test", consent=True)
    answer(database, desk_with_ticket(database, "web", intake))
    assert workers(database).keep_promises() == 0
    busy = workers(database, mail_channel="email", unread_for={"web": AT_ONCE})
    assert busy.keep_promises() == 1
    assert busy.keep_promises() == 0
    busy.tell()
    (copy,) = messages(database, "ivo@asker.test", "email")
    assert (copy.kind, copy.text) == ("ticket_answer", "So.")


def test_clearing_away_can_be_repeated(database: Database) -> None:
    assert workers(database).clear_away() == workers(database).clear_away() == 0


def test_what_a_dead_process_held_is_free_as_soon_as_it_is_silent(database: Database) -> None:
    answer(database, desk_with_ticket(database))
    dead, heir = workers(database), workers(database)
    moment = now()
    assert dead.beat() == 1
    with database.transaction() as session:
        until = moment + timedelta(minutes=4)
        assert lease_due(session, ["telegram"], moment, until, holder=dead._name)
    assert heir.beat() == 2
    with database.transaction() as session:
        assert not lease_due(session, ["telegram"], now(), until, holder="heir")
        session.get_one(Process, dead._name).beat_at = moment - timedelta(seconds=16)
    assert heir.beat() == 1
    with database.transaction() as session:
        assert lease_due(session, ["telegram"], now(), until, holder="heir")


async def test_a_duty_is_one_process_s_and_free_when_it_leaves(database: Database) -> None:
    one, two = workers(database), workers(database)
    async with one:
        assert await asyncio.to_thread(one.hold, "poll", 60)
        assert not await asyncio.to_thread(two.hold, "poll", 60)
    assert await asyncio.to_thread(two.hold, "poll", 60)


async def test_processes_are_counted(database: Database) -> None:
    counted: list[int] = []
    async with workers(database, shared=counted.append), workers(database):
        await until(lambda: 2 in counted)


async def test_the_holder_is_told_that_an_answer_cannot_arrive(database: Database) -> None:
    class Blocked:
        async def send(self, address: str, *_: Any) -> str:
            if address == "42":
                raise Undeliverable("Forbidden: bot was blocked by the user")
            return "1"

    busy = workers(database)
    answer(database, desk_with_ticket(database))
    told: list[int] = []
    box = Outbox(database, {"telegram": Blocked()}, outgoing_of, holder="me", gave_up=lambda: told.append(1))
    await box.deliver([message.id for message in messages(database, "42")])
    assert told == [1]
    busy.tell()
    assert [message.kind for message in messages(database, "7")][-1] == "staff_unreachable"
    with database.reading() as session:
        failed = session.query(Delivery).filter_by(state=DeliveryState.FAILED).one()
        assert failed.permanent
        assert failed.leased_by is None
