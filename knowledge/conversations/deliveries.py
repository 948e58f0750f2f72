"""Verbs for deliveries: take what is due under a lease, then say how it went. Each flushes; the caller commits.

What becomes of a message that does not arrive is in `knowledge.tickets.unreached`.
"""

from datetime import datetime

from sqlalchemy import Update, func, literal, select, update
from sqlalchemy.orm import Session, selectinload

from knowledge.coordination.leases import due, free
from knowledge.models import Conversation, Delivery, DeliveryState, Message, now


def lease_due(
    session: Session,
    channels: list[str],
    moment: datetime,
    until: datetime,
    *,
    limit: int = 20,
    holder: str = "",
    steady: bool = True,
) -> list[Delivery]:
    """Take due deliveries of `channels` for sending, oldest first and no two of one conversation, until `until`.

    `holder` is the name of the process that takes them, `steady` says that its clock was not set a moment ago.
    """
    first = (
        select(func.min(Delivery.id))
        .where(Delivery.state == DeliveryState.PENDING, Delivery.channel.in_(channels))
        .group_by(Delivery.conversation_id)
    )
    found = (
        select(Delivery.id)
        .where(
            Delivery.id.in_(first),
            Delivery.state == DeliveryState.PENDING,
            due(Delivery, moment),
            free(Delivery, moment, steady),
        )
        .order_by(Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return lease_these(session, list(session.scalars(found)), moment, until, holder=holder, steady=steady)


def lease_next(
    session: Session,
    channels: list[str],
    message_ids: list[int],
    moment: datetime,
    until: datetime,
    *,
    holder: str = "",
    steady: bool = True,
) -> list[Delivery]:
    """Take, until `until`, the due deliveries of these messages that are first in line in their conversations."""
    theirs = select(Delivery.conversation_id).where(Delivery.message_id.in_(message_ids))
    first = (
        select(func.min(Delivery.id))
        .where(
            Delivery.state == DeliveryState.PENDING,
            Delivery.channel.in_(channels),
            Delivery.conversation_id.in_(theirs),
        )
        .group_by(Delivery.conversation_id)
    )
    found = (
        select(Delivery.id)
        .where(
            Delivery.message_id.in_(message_ids),
            Delivery.id.in_(first),
            Delivery.state == DeliveryState.PENDING,
            due(Delivery, moment),
            free(Delivery, moment, steady),
        )
        .order_by(Delivery.id)
        .with_for_update(skip_locked=True)
    )
    return lease_these(session, list(session.scalars(found)), moment, until, holder=holder, steady=steady)


def lease_these(
    session: Session, ids: list[int], moment: datetime, until: datetime, *, holder: str = "", steady: bool = True
) -> list[Delivery]:
    """Take the named deliveries that are still pending and free, with their messages, until `until`."""
    if not ids:
        return []
    taken = session.scalars(
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.state == DeliveryState.PENDING, free(Delivery, moment, steady))
        .values(leased_until=until, leased_by=holder or None, attempts=Delivery.attempts + 1)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    statement = (
        select(Delivery).where(Delivery.id.in_(taken)).order_by(Delivery.id).options(selectinload(Delivery.message))
    )
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def mark_sent(session: Session, delivery_ids: list[int], external_id: str | None = None) -> None:
    """Say that deliveries arrived."""
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(delivery_ids))
        .values(
            state=DeliveryState.SENT,
            sent_at=now(),
            leased_until=None,
            leased_by=None,
            external_id=external_id,
            error=None,
        )
        .execution_options(synchronize_session=False)
    )


def mark_retry(session: Session, delivery_id: int, due_at: datetime, error: str) -> None:
    """Say that a delivery did not arrive yet and when to try again."""
    session.execute(_unsent(delivery_id).values(due_at=due_at, leased_until=None, leased_by=None, error=error[:1000]))


def external_id_of(session: Session, conversation_id: int, message_id: int) -> str | None:
    """Return the channel's own name of a delivered message of this conversation, if it has one."""
    return session.scalar(
        select(Delivery.external_id).where(
            Delivery.message_id == message_id, Delivery.conversation_id == conversation_id
        )
    )


def message_of(session: Session, channel: str, address: str, external_id: str) -> Message | None:
    """Return our message that has this name in a channel's chat: the one that somebody replied to there.

    A message that a channel sent in parts has the names of all, joined by commas.
    """
    named = (literal(",") + Delivery.external_id + ",").contains(f",{external_id},", autoescape=True)
    statement = (
        select(Message)
        .join(Delivery, Delivery.message_id == Message.id)
        .join(Conversation, Conversation.id == Delivery.conversation_id)
        .where(Conversation.channel == channel, Conversation.address == address, named)
        .limit(1)
    )
    return session.scalar(statement)


def _unsent(delivery_id: int) -> Update:
    # A worker whose lease ran out may report a failure after another one's success.
    return update(Delivery).where(Delivery.id == delivery_id, Delivery.state == DeliveryState.PENDING)
