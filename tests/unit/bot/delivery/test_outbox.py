import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from bot.delivery.outbox import Outbox, RetryLater, Undeliverable
from bot.messages import OutgoingMessage
from knowledge.conversations.messages import open_conversation, send_message
from knowledge.database import Database
from knowledge.models import Author, Delivery, DeliveryState, Message, now
from knowledge.retrying import Backoff
from tests.support.background import in_background
from tests.support.recording_sender import RecordingSender
from tests.support.scripted_conversation import outgoing_of
from tests.support.waiting import until

pytestmark = pytest.mark.anyio

SENT, PENDING, FAILED = DeliveryState.SENT, DeliveryState.PENDING, DeliveryState.FAILED


def owe(database: Database, text: str, *, address: str = "7", channel: str = "telegram", **rest: Any) -> int:
    with database.transaction() as session:
        conversation = open_conversation(session, channel, address)
        payload = OutgoingMessage(text=text, language="en", **rest).as_reply()
        return send_message(session, conversation, text, author=Author.BOT, payload=payload).id


def outbox(database: Database, sender: RecordingSender, **options: Any) -> Outbox:
    settings: dict[str, Any] = {"lease_s": 5, "poll_s": 0.02, "backoff": Backoff(0.05, 60)}
    return Outbox(database, {"telegram": sender}, outgoing_of, **settings | options)


@asynccontextmanager
async def working(*boxes: Outbox) -> AsyncIterator[None]:
    async with in_background(*(box.run() for box in boxes)):
        yield


def deliveries(database: Database) -> list[Delivery]:
    with database.reading() as session:
        return list(session.query(Delivery).order_by(Delivery.id))


def states(database: Database) -> list[DeliveryState]:
    return [delivery.state for delivery in deliveries(database)]


async def test_a_turns_messages_go_out_in_order_and_are_noted(database: Database) -> None:
    sender = RecordingSender()
    ids = [owe(database, text) for text in ("one", "two", "three")]
    await outbox(database, sender).deliver(ids)
    assert sender.sent == [("7", "one"), ("7", "two"), ("7", "three")]
    assert [(each.state, each.external_id, each.attempts) for each in deliveries(database)] == [
        (SENT, f"their-{message_id}", 1) for message_id in ids
    ]


async def test_the_worker_sends_what_nobody_delivered_and_only_for_its_channels(database: Database) -> None:
    sender = RecordingSender()
    owe(database, "one")
    owe(database, "for the web", channel="web", address="w")
    async with working(outbox(database, sender)):
        await until(lambda: SENT in states(database))
        owe(database, "later")
        await until(lambda: states(database).count(SENT) == 2)
    assert sender.sent == [("7", "one"), ("7", "later")]
    assert states(database) == [SENT, PENDING, SENT]


async def test_a_later_message_does_not_overtake_one_that_waits(database: Database) -> None:
    sender = RecordingSender()
    sender.troubles = [OSError("the network is away"), OSError("still"), RetryLater(0.3)]
    box = outbox(database, sender, backoff=Backoff(0.5, 60))
    await box.deliver([owe(database, "one")])
    assert (states(database), deliveries(database)[0].error) == ([PENDING], "OSError: the network is away")
    await box.deliver([owe(database, "two")])
    await box.deliver([owe(database, "elsewhere", address="8")])
    async with working(box):
        await until(lambda: states(database) == [SENT] * 3)
    assert [text for address, text in sender.sent if address == "7"] == ["one", "two"]


async def test_the_time_a_channel_asks_for_is_waited(sqlite_database: Database) -> None:
    sender = RecordingSender()
    sender.troubles = [RetryLater(0.5)]
    owe(sqlite_database, "one")
    async with working(outbox(sqlite_database, sender)):
        await until(lambda: sender.sent)
    (_, first), (_, second) = sender.tried
    assert second - first >= 0.5


async def test_pauses_grow(sqlite_database: Database) -> None:
    sender = RecordingSender()
    sender.troubles = [OSError("away") for _ in range(4)]
    owe(sqlite_database, "one")
    async with working(outbox(sqlite_database, sender, backoff=Backoff(0.1, 60))):
        await until(lambda: states(sqlite_database) == [SENT])
    moments = [moment for _, moment in sender.tried]
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    assert all(pause >= 0.05 * 2**n for n, pause in enumerate(pauses))
    assert sum(pauses) < 4


async def test_what_can_never_arrive_is_marked_with_its_reason_and_blocks_nothing(database: Database) -> None:
    sender = RecordingSender()
    sender.troubles = [Undeliverable("blocked")]
    await outbox(database, sender).deliver([owe(database, "one"), owe(database, "two")])
    assert states(database) == [FAILED, SENT]
    assert deliveries(database)[0].error == "blocked"


async def test_an_old_message_that_still_fails_is_given_up(sqlite_database: Database) -> None:
    sender = RecordingSender()
    message_id = owe(sqlite_database, "one")
    with sqlite_database.transaction() as session:
        session.get_one(Message, message_id).created_at = now() - timedelta(days=3)
    sender.troubles = [RetryLater(0), OSError("away")]
    async with working(outbox(sqlite_database, sender)):
        await until(lambda: states(sqlite_database) == [FAILED])
    assert deliveries(sqlite_database)[0].error == "OSError: away"


async def test_a_message_that_cannot_be_shown_is_given_up_and_the_next_one_sent(sqlite_database: Database) -> None:
    sender = RecordingSender()
    message_id = owe(sqlite_database, "broken")
    with sqlite_database.transaction() as session:
        session.get_one(Message, message_id).data = {"text": 1}
    owe(sqlite_database, "fine")
    async with working(outbox(sqlite_database, sender)):
        await until(lambda: states(sqlite_database) == [FAILED, SENT])
    assert str(deliveries(sqlite_database)[0].error).startswith("cannot be shown")


async def test_a_replacing_message_names_the_channels_id_of_the_replaced_one(database: Database) -> None:
    sender = RecordingSender()
    first = owe(database, "one")
    stranger = owe(database, "another's", address="8")
    box = outbox(database, sender)
    await box.deliver([first, stranger])
    await box.deliver([owe(database, "instead", replaces=first), owe(database, "forged", replaces=stranger)])
    assert sender.replaced == [None, None, f"their-{first}", None]


async def test_no_message_goes_out_twice_from_many_workers(database: Database) -> None:
    sender = RecordingSender()
    boxes = [outbox(database, sender, poll_s=0.005) for _ in range(4)]
    async with working(*boxes):
        ids = []
        for number in range(40):
            ids.append(owe(database, str(number), address=str(number % 5)))
            if number % 2:
                await boxes[0].deliver(ids[-2:])
        await until(lambda: states(database) == [SENT] * 40, 20)
    assert sorted(sender.sent) == sorted((str(number % 5), str(number)) for number in range(40))
    for address in "01234":
        numbers = [int(text) for to, text in sender.sent if to == address]
        assert numbers == sorted(numbers)


async def test_a_sending_is_broken_off_before_its_lease_ends(sqlite_database: Database) -> None:
    sender = RecordingSender()
    sender.gate.clear()
    owe(sqlite_database, "one")
    async with working(*(outbox(sqlite_database, sender, lease_s=0.4) for _ in range(2))):
        await until(lambda: len(sender.tried) == 2)
        sender.gate.set()
        await until(lambda: states(sqlite_database) == [SENT])
    assert len(sender.sent) == 1
    assert sender.tried[1][1] - sender.tried[0][1] >= 0.3


async def test_a_sending_under_way_ends_before_the_worker_does(sqlite_database: Database) -> None:
    sender = RecordingSender()
    sender.gate.clear()
    owe(sqlite_database, "one")
    box = outbox(sqlite_database, sender)
    worker = asyncio.create_task(box.run())
    await until(lambda: sender.tried)
    worker.cancel()
    sender.gate.set()
    await asyncio.gather(worker, return_exceptions=True)
    assert states(sqlite_database) == [SENT]


async def test_the_worker_survives_a_database_that_is_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    database = Database(f"sqlite:///{tmp_path / 'desk.db'}")
    sender = RecordingSender()
    async with working(outbox(database, sender)):
        await until(lambda: "What is owed cannot be read" in caplog.text)
        await asyncio.to_thread(database.upgrade)
        owe(database, "one")
        await until(lambda: states(database) == [SENT])
    assert caplog.text.count("What is owed cannot be read and is tried again") == 1
    database.close()


DYING_DESK = """
import asyncio, sys
from bot.delivery.outbox import Outbox
from knowledge.database import Database
from tests.support.scripted_conversation import outgoing_of

class Hanging:
    async def send(self, *_):
        sys.stdout.write("leased\\n")
        sys.stdout.flush()
        await asyncio.Event().wait()

asyncio.run(Outbox(Database(sys.argv[1]), {"telegram": Hanging()}, outgoing_of, lease_s=2).run())
"""


async def test_a_killed_process_loses_nothing(database: Database) -> None:
    owe(database, "one")
    owe(database, "two")
    root = str(Path(__file__).parents[4])
    with subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-c", DYING_DESK, database.url], stdout=subprocess.PIPE, text=True, cwd=root
    ) as process:
        assert process.stdout
        assert await asyncio.to_thread(process.stdout.readline) == "leased\n"
        process.send_signal(signal.SIGKILL)
    sender = RecordingSender()
    began = monotonic()
    async with working(outbox(database, sender)):
        await until(lambda: states(database) == [SENT] * 2)
    assert sender.sent == [("7", "one"), ("7", "two")]
    assert monotonic() - began > 0.5
    assert deliveries(database)[0].attempts == 2
