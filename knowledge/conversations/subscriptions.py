"""Verbs for subscriptions: what an asker wants to be told of. Each flushes; the caller commits."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from knowledge.entries.store import current_revision
from knowledge.models import Conversation, Subscription

MAX_SUBSCRIPTIONS = 10
"""How many a conversation keeps; one more takes the place of its oldest."""


def subscribe(session: Session, conversation: Conversation, filters: dict[str, Any]) -> None:
    """Tell a conversation from now on of what passes `filters`; an equal subscription is kept as it is."""
    held = subscriptions_of(session, conversation.id)
    if any(each.filters == filters for each in held):
        return
    for each in held[: max(0, len(held) - MAX_SUBSCRIPTIONS + 1)]:
        session.delete(each)
    revision = current_revision(session)
    session.add(Subscription(conversation_id=conversation.id, filters=filters, seen_revision=revision))
    session.flush()


def unsubscribe(session: Session, conversation: Conversation) -> None:
    """End all subscriptions of a conversation."""
    session.execute(delete(Subscription).where(Subscription.conversation_id == conversation.id))


def subscriptions_of(session: Session, conversation_id: int) -> list[Subscription]:
    """Return a conversation's subscriptions, oldest first."""
    statement = select(Subscription).where(Subscription.conversation_id == conversation_id).order_by(Subscription.id)
    return list(session.scalars(statement))


def lock_behind(session: Session, revision: int) -> list[tuple[Subscription, Conversation]]:
    """Return the subscriptions that were not told of everything up to `revision`, with their conversations, locked.

    One whose conversation is in the middle of a turn, or that another process has in hand, is left for the next time:
    to wait for it while holding others could end in a ring.
    """
    statement = (
        select(Subscription, Conversation)
        .join(Conversation, Conversation.id == Subscription.conversation_id)
        .where(Subscription.seen_revision < revision)
        .order_by(Subscription.id)
        .with_for_update(skip_locked=True)
    )
    return [(subscription, conversation) for subscription, conversation in session.execute(statement)]
