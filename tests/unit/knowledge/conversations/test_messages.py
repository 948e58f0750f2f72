"""Conversations are one to an address; what is said to the asker is owed at once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from knowledge.conversations.messages import (
    already_received,
    find_conversation,
    messages_after,
    newest_ids,
    open_conversation,
    rate_message,
    receive_message,
    recent_messages,
    send_message,
)
from knowledge.database import Database
from knowledge.errors import NotFound
from knowledge.models import Author, Conversation, DeliveryState
from knowledge.payloads import Reply


def test_an_address_on_a_channel_has_one_conversation(database: Database) -> None:
    with database.transaction() as session:
        first = open_conversation(session, "web", "ж" * 200)
        assert open_conversation(session, "web", "ж" * 200).id == first.id
        assert open_conversation(session, "telegram", "ж" * 200).id != first.id
    with database.reading() as session:
        found = find_conversation(session, "web", "ж" * 200)
        assert found is not None
        assert (found.id, found.state, found.language, found.language_chosen) == (first.id, {}, None, False)
        assert find_conversation(session, "web", "nobody") is None


def test_a_message_of_the_channel_is_known_again(session: Session, conversation: Conversation) -> None:
    receive_message(session, conversation, "Hello", external_id="42")
    other = open_conversation(session, "web", "other")
    assert already_received(session, conversation, "42")
    assert not already_received(session, conversation, "43")
    assert not already_received(session, other, "42")


def test_a_message_of_the_channel_cannot_be_written_twice(database: Database) -> None:
    with database.transaction() as session:
        conversation = open_conversation(session, "web", "asker")
        receive_message(session, conversation, "Hello", external_id="42")
        receive_message(session, open_conversation(session, "web", "other"), "Hello", external_id="42")
        receive_message(session, conversation, "without a name", external_id=None)
        receive_message(session, conversation, "without a name", external_id=None)
    with pytest.raises(IntegrityError), database.transaction() as session:
        receive_message(session, open_conversation(session, "web", "asker"), "Hello again", external_id="42")


def test_what_the_desk_says_is_owed(session: Session, conversation: Conversation) -> None:
    sent = send_message(session, conversation, "Здраво", author=Author.BOT, payload=Reply.model_validate({"ж": [1]}))
    assert sent.delivery is not None
    assert (sent.delivery.channel, sent.delivery.address) == ("web", "asker")
    assert (sent.delivery.state, sent.delivery.attempts) == (DeliveryState.PENDING, 0)
    assert sent.delivery.due_at <= datetime.now(UTC)


def test_what_the_asker_says_is_owed_to_nobody(session: Session, conversation: Conversation) -> None:
    receive_message(session, conversation, "Hello", external_id=None)
    (message,) = messages_after(session, conversation.id, 0)
    assert message.author is Author.ASKER
    assert message.delivery is None


def test_a_conversation_is_read_from_a_message_on(session: Session, conversation: Conversation) -> None:
    for number in range(5):
        receive_message(session, conversation, f"m{number}", external_id=None)
    receive_message(session, open_conversation(session, "web", "other"), "not mine", external_id=None)
    first, second, *_ = messages_after(session, conversation.id, 0)
    assert [message.text for message in messages_after(session, conversation.id, first.id)] == ["m1", "m2", "m3", "m4"]
    assert [message.text for message in messages_after(session, conversation.id, second.id, limit=1)] == ["m2"]
    assert [message.text for message in recent_messages(session, conversation.id, limit=2)] == ["m3", "m4"]


def test_the_last_message_of_many_addresses_is_told_at_once(session: Session, conversation: Conversation) -> None:
    receive_message(session, conversation, "first", external_id=None)
    last = receive_message(session, conversation, "last", external_id=None)
    open_conversation(session, "web", "silent")
    receive_message(session, open_conversation(session, "telegram", "other"), "elsewhere", external_id=None)
    many = ["asker", "silent", "other", *(f"nobody-{number}" for number in range(1200))]
    assert newest_ids(session, "web", many) == {"asker": last.id}
    assert newest_ids(session, "web", []) == {}


def test_a_conversation_moves_up_when_something_is_said(session: Session, conversation: Conversation) -> None:
    before = conversation.updated_at
    send_message(session, conversation, "Hello", author=Author.BOT)
    assert conversation.updated_at >= before


def test_only_messages_of_ones_own_conversation_are_rated(session: Session, conversation: Conversation) -> None:
    sent = send_message(session, conversation, "Hello", author=Author.BOT)
    other = open_conversation(session, "web", "other")
    assert rate_message(session, conversation, sent.id, -1).rating == -1
    assert rate_message(session, conversation, sent.id, 1).rating == 1
    for asker, message_id in ((other, sent.id), (conversation, sent.id + 1), (conversation, -1)):
        with pytest.raises(NotFound):
            rate_message(session, asker, message_id, 1)


def test_a_rating_is_a_thumb_up_or_down(database: Database) -> None:
    with database.transaction() as session:
        conversation = open_conversation(session, "web", "asker")
        sent = send_message(session, conversation, "x", author=Author.BOT)
    with pytest.raises(IntegrityError), database.transaction() as session:
        rate_message(session, conversation, sent.id, 5)
