"""What is owed is taken under a lease, in the order of its conversation, until it has arrived."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.conversations.deliveries import external_id_of, lease_due, lease_next, lease_these, mark_retry, mark_sent
from knowledge.conversations.messages import open_conversation, send_message
from knowledge.database import Database
from knowledge.models import Author, Conversation, Delivery, DeliveryState, Message, now
from knowledge.tickets.unreached import mark_failed

MINUTE = timedelta(minutes=1)
CHANNELS = ["web", "telegram"]


@pytest.fixture
def moment() -> datetime:
    return now() + MINUTE


def owe(session: Session, text: str, address: str = "asker", channel: str = "web") -> Message:
    return send_message(session, open_conversation(session, channel, address), text, author=Author.BOT)


def taken(session: Session, moment: datetime, **limits: int) -> list[str]:
    return [each.message.text for each in lease_due(session, CHANNELS, moment, moment + MINUTE, **limits)]


def delivery(session: Session, message: Message) -> Delivery:
    statement = select(Delivery).where(Delivery.message_id == message.id)
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def test_what_is_due_is_taken_once(database: Database, moment: datetime) -> None:
    with database.transaction() as session:
        owe(session, "one")
    with database.transaction() as session:
        assert taken(session, moment) == ["one"]
    with database.transaction() as session:
        assert taken(session, moment) == []


def test_one_lease_takes_one_of_each_conversation_oldest_first(database: Database, moment: datetime) -> None:
    with database.transaction() as session:
        for text, address in (("a1", "a"), ("b1", "b"), ("a2", "a"), ("c1", "c"), ("b2", "b")):
            owe(session, text, address)
        assert taken(session, moment, limit=2) == ["a1", "b1"]
        assert taken(session, moment) == ["c1"]


def test_a_later_message_waits_for_the_earlier_one_to_arrive(session: Session, moment: datetime) -> None:
    first, second = owe(session, "first"), owe(session, "second")
    assert taken(session, moment) == ["first"]
    assert taken(session, moment) == []
    mark_retry(session, delivery(session, first).id, moment + 5 * MINUTE, "busy")
    assert taken(session, moment) == []
    assert taken(session, moment + 5 * MINUTE) == ["first"]
    mark_sent(session, [delivery(session, first).id], "tg-1")
    assert taken(session, moment) == ["second"]
    mark_failed(session, delivery(session, second).id, "blocked")
    assert taken(session, moment + 60 * MINUTE) == []


def test_a_message_that_can_never_arrive_lets_the_next_one_pass(session: Session, moment: datetime) -> None:
    first, _ = owe(session, "first"), owe(session, "second")
    mark_failed(session, delivery(session, first).id, "x" * 5000)
    assert taken(session, moment) == ["second"]
    assert delivery(session, first).state is DeliveryState.FAILED
    assert len(delivery(session, first).error or "") == 1000


def test_what_a_dead_worker_held_is_taken_again_when_its_lease_ends(session: Session, moment: datetime) -> None:
    message = owe(session, "one")
    assert taken(session, moment) == ["one"]
    assert taken(session, moment + MINUTE) == []
    assert taken(session, moment + MINUTE + timedelta(seconds=1)) == ["one"]
    assert delivery(session, message).attempts == 2


def test_nothing_is_taken_before_it_is_due(session: Session, moment: datetime) -> None:
    message = owe(session, "one")
    assert taken(session, moment) == ["one"]
    mark_retry(session, delivery(session, message).id, moment + MINUTE, "later")
    assert taken(session, moment) == []
    assert taken(session, moment + MINUTE) == ["one"]
    assert delivery(session, message).error == "later"


def test_other_channels_are_left_alone(session: Session, moment: datetime) -> None:
    owe(session, "web", channel="web")
    assert lease_due(session, ["telegram"], moment, moment + MINUTE) == []
    assert lease_due(session, [], moment, moment + MINUTE) == []


def test_a_turn_sends_its_own_messages_unless_an_earlier_one_waits(database: Database, moment: datetime) -> None:
    with database.transaction() as session:
        waiting, mine, others = owe(session, "waiting", "a"), owe(session, "mine", "a"), owe(session, "others", "b")
        ids = [mine.id]
        assert lease_next(session, CHANNELS, ids, moment, moment + MINUTE) == []
        mark_sent(session, [delivery(session, waiting).id])
        (leased,) = lease_next(session, CHANNELS, ids, moment, moment + MINUTE)
        assert leased.message.text == "mine"
        assert lease_next(session, CHANNELS, ids, moment, moment + MINUTE) == []
        assert lease_next(session, CHANNELS, [others.id], moment, moment + MINUTE)[0].message.text == "others"
        assert lease_next(session, CHANNELS, [], moment, moment + MINUTE) == []


def test_only_free_and_pending_ones_are_taken_by_id(session: Session, moment: datetime) -> None:
    free, held, sent = owe(session, "free", "a"), owe(session, "held", "b"), owe(session, "sent", "c")
    ids = [delivery(session, each).id for each in (free, held, sent)]
    lease_these(session, [ids[1]], moment, moment + MINUTE)
    mark_sent(session, [ids[2]])
    assert [each.message.text for each in lease_these(session, ids, moment, moment + MINUTE)] == ["free"]
    assert lease_these(session, [], moment, moment + MINUTE) == []


def test_what_arrived_has_its_moment_and_its_name(session: Session, conversation: Conversation) -> None:
    message = owe(session, "one")
    assert external_id_of(session, conversation.id, message.id) is None
    mark_sent(session, [delivery(session, message).id], "tg-77")
    sent = delivery(session, message)
    assert (sent.state, sent.leased_until, sent.error) == (DeliveryState.SENT, None, None)
    assert sent.sent_at is not None
    assert external_id_of(session, conversation.id, message.id) == "tg-77"
    assert external_id_of(session, conversation.id + 1, message.id) is None


def test_a_late_report_of_failure_does_not_undo_an_arrival(session: Session, moment: datetime) -> None:
    message = owe(session, "one")
    mark_sent(session, [delivery(session, message).id], "tg-1")
    mark_retry(session, delivery(session, message).id, moment, "time-out")
    mark_failed(session, delivery(session, message).id, "gone")
    assert (delivery(session, message).state, delivery(session, message).error) == (DeliveryState.SENT, None)
