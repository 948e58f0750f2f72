"""Verbs for deliveries: take what is due under a lease, then say how it went. Each flushes; the caller commits."""

from datetime import datetime

from sqlalchemy import Update, func, select, update
from sqlalchemy.orm import Session, selectinload

from knowledge.models import Delivery, DeliveryState, now


def lease_due(
    session: Session, channels: list[str], moment: datetime, until: datetime, *, limit: int = 20
) -> list[Delivery]:
    """Take due deliveries of `channels` for sending, oldest first and no two of one conversation, until `until`."""
    free = (Delivery.leased_until.is_(None)) | (Delivery.leased_until < moment)
    first = (
        select(func.min(Delivery.id))
        .where(Delivery.state == DeliveryState.PENDING, Delivery.channel.in_(channels))
        .group_by(Delivery.conversation_id)
    )
    due = (
        select(Delivery.id)
        .where(Delivery.id.in_(first), Delivery.state == DeliveryState.PENDING, Delivery.due_at <= moment, free)
        .order_by(Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return lease_these(session, list(session.scalars(due)), moment, until)


def lease_next(
    session: Session, channels: list[str], message_ids: list[int], moment: datetime, until: datetime
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
    free = (Delivery.leased_until.is_(None)) | (Delivery.leased_until < moment)
    due = (
        select(Delivery.id)
        .where(
            Delivery.message_id.in_(message_ids),
            Delivery.id.in_(first),
            Delivery.state == DeliveryState.PENDING,
            Delivery.due_at <= moment,
            free,
        )
        .order_by(Delivery.id)
        .with_for_update(skip_locked=True)
    )
    return lease_these(session, list(session.scalars(due)), moment, until)


def lease_these(session: Session, ids: list[int], moment: datetime, until: datetime) -> list[Delivery]:
    """Take the named deliveries that are still pending and free, with their messages, until `until`."""
    if not ids:
        return []
    free = (Delivery.leased_until.is_(None)) | (Delivery.leased_until < moment)
    taken = session.scalars(
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.state == DeliveryState.PENDING, free)
        .values(leased_until=until, attempts=Delivery.attempts + 1)
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
        .values(state=DeliveryState.SENT, sent_at=now(), leased_until=None, external_id=external_id, error=None)
        .execution_options(synchronize_session=False)
    )


def mark_retry(session: Session, delivery_id: int, due_at: datetime, error: str) -> None:
    """Say that a delivery did not arrive yet and when to try again."""
    session.execute(_unsent(delivery_id).values(due_at=due_at, leased_until=None, error=error[:1000]))


def mark_failed(session: Session, delivery_id: int, error: str) -> None:
    """Say that a delivery can never arrive."""
    session.execute(_unsent(delivery_id).values(state=DeliveryState.FAILED, leased_until=None, error=error[:1000]))


def external_id_of(session: Session, conversation_id: int, message_id: int) -> str | None:
    """Return the channel's own name of a delivered message of this conversation, if it has one."""
    return session.scalar(
        select(Delivery.external_id).where(
            Delivery.message_id == message_id, Delivery.conversation_id == conversation_id
        )
    )


def _unsent(delivery_id: int) -> Update:
    # A worker whose lease ran out may report a failure after another one's success.
    return update(Delivery).where(Delivery.id == delivery_id, Delivery.state == DeliveryState.PENDING)
