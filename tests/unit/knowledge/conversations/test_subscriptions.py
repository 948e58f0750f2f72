"""Subscriptions are kept once each, few to a conversation, and told from the moment they were made."""

from typing import Any

from sqlalchemy.orm import Session

from knowledge.conversations.messages import open_conversation
from knowledge.conversations.subscriptions import (
    MAX_SUBSCRIPTIONS,
    lock_behind,
    subscribe,
    subscriptions_of,
    unsubscribe,
)
from knowledge.database import Database
from knowledge.entries.store import current_revision, save_entry
from knowledge.models import Conversation, EntryState


def filters_of(session: Session, conversation: Conversation) -> list[dict[str, Any]]:
    return [each.filters for each in subscriptions_of(session, conversation.id)]


def test_an_equal_subscription_is_kept_once(database: Database) -> None:
    with database.transaction() as session:
        conversation = open_conversation(session, "web", "asker")
        subscribe(session, conversation, {"countries": ["RO"], "kinds": ["funding_call"]})
        subscribe(session, conversation, {"kinds": ["funding_call"], "countries": ["RO"]})
        subscribe(session, conversation, {"countries": ["BG"]})
        assert filters_of(session, conversation) == [
            {"countries": ["RO"], "kinds": ["funding_call"]},
            {"countries": ["BG"]},
        ]


def test_one_too_many_takes_the_place_of_the_oldest(session: Session, conversation: Conversation) -> None:
    for number in range(MAX_SUBSCRIPTIONS + 3):
        subscribe(session, conversation, {"number": number})
    assert filters_of(session, conversation) == [{"number": number} for number in range(3, MAX_SUBSCRIPTIONS + 3)]


def test_unsubscribing_ends_ones_own_only(session: Session, conversation: Conversation) -> None:
    other = open_conversation(session, "web", "other")
    subscribe(session, conversation, {})
    subscribe(session, other, {})
    unsubscribe(session, conversation)
    assert (filters_of(session, conversation), filters_of(session, other)) == ([], [{}])


def test_those_behind_are_found_with_their_conversations(database: Database, draft_of: Any) -> None:
    with database.transaction() as session:
        conversation = open_conversation(session, "web", "asker")
        subscribe(session, conversation, {})
        assert lock_behind(session, current_revision(session)) == []
        save_entry(session, draft_of(), source="test", state=EntryState.PUBLISHED)
        ((subscription, whose),) = lock_behind(session, current_revision(session))
        assert whose is conversation
        subscription.seen_revision = current_revision(session)
        assert lock_behind(session, current_revision(session)) == []
