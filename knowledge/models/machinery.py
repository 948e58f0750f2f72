"""What the desk keeps of its own running: notices and calls to be made, codes and keys, and which processes live."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, true
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.choices import CodePurpose, DeliveryState, NoticeKind
from knowledge.clock import now
from knowledge.models.base import Base, choice


class Notice(Base):
    """That somebody is to be told of an event; written with it, and turned into a message of its own transaction.

    Either `staff_id` or `conversation_id` says who. `delivery_id` is the delivery that did not arrive, when this takes
    its place.
    """

    __tablename__ = "notices"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("ticket_events.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)
    kind: Mapped[NoticeKind] = mapped_column(choice(NoticeKind))
    due_at: Mapped[datetime] = mapped_column(default=now)
    attempts: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(100))
    done_at: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "done_at", "due_at"),
        Index(None, "staff_id", "done_at"),
        CheckConstraint("(staff_id is null) != (conversation_id is null)", name="somebody_is_told"),
    )


class OneTimeCode(Base):
    """A code that works once and for a short time; only its hash is kept."""

    __tablename__ = "one_time_codes"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[CodePurpose] = mapped_column(choice(CodePurpose))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class IdempotencyKey(Base):
    """What a caller's request came to, so that the same request sent again comes to the same."""

    __tablename__ = "idempotency_keys"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    status: Mapped[int]
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


class Webhook(Base):
    """A program elsewhere that is called when something happens on a ticket; `events` empty means all."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(2000))
    secret: Mapped[str] = mapped_column(String(100))
    events: Mapped[list[str]]
    active: Mapped[bool] = mapped_column(default=True, server_default=true())
    failing_since: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class WebhookCall(Base):
    """One call owed to a webhook; `payload` holds numbers, states and moments, never words of people."""

    __tablename__ = "webhook_calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"), index=True)
    event: Mapped[str] = mapped_column(String(30))
    payload: Mapped[dict[str, Any]]
    state: Mapped[DeliveryState] = mapped_column(choice(DeliveryState), default=DeliveryState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    due_at: Mapped[datetime] = mapped_column(default=now)
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(100))
    sent_at: Mapped[datetime | None]
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (Index(None, "state", "due_at"),)


class Process(Base):
    """A running desk, which says from time to time that it lives."""

    __tablename__ = "processes"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(default=now)
    beat_at: Mapped[datetime] = mapped_column(default=now)


class Duty(Base):
    """Work that only one process may do at a time, and which one does it until when."""

    __tablename__ = "duties"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    holder: Mapped[str] = mapped_column(String(100))
    until: Mapped[datetime]
