"""Conversations, their messages, what is owed to people, and what they asked to be told of."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from knowledge.models.base import Base, choice, now


class Author(StrEnum):
    """Who wrote a message."""

    ASKER = "asker"
    BOT = "bot"
    EXPERT = "expert"


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"


class Conversation(Base):
    """One person on one channel; `address` is the channel's own name for the chat, `state` belongs to the bot."""

    __tablename__ = "conversations"

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(8))
    language_chosen: Mapped[bool] = mapped_column(default=False)
    state: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("channel", "address"),)


class Message(Base):
    """One message of a conversation, of either side.

    `external_id` is the channel's identifier of an incoming message, by which a repeated one is known. `data` is the
    bot's structured content (see `bot.messages`), `rating` the asker's verdict on an answer (-1 or 1).
    """

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    author: Mapped[Author] = mapped_column(choice(Author))
    external_id: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(30), default="text")
    text: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rating: Mapped[int | None]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    delivery: Mapped["Delivery | None"] = relationship(lazy="raise", back_populates="message")

    __table_args__ = (
        UniqueConstraint("conversation_id", "external_id"),
        Index(None, "conversation_id", "id"),
        CheckConstraint("rating is null or rating in (-1, 1)", name="rating_is_a_thumb"),
    )


class Delivery(Base):
    """One message owed to one person on one channel; written with what caused it, sent by whoever holds the lease."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), unique=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(200))
    state: Mapped[DeliveryState] = mapped_column(choice(DeliveryState), default=DeliveryState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    external_id: Mapped[str | None] = mapped_column(String(200))
    error: Mapped[str | None] = mapped_column(Text)

    message: Mapped[Message] = relationship(lazy="raise", back_populates="delivery")

    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "conversation_id", "state"),
        CheckConstraint("state != 'sent' or sent_at is not null", name="sent_has_its_moment"),
    )


class Subscription(Base):
    """What an asker wants to be told of: new entries of a kind within some facets, after a revision."""

    __tablename__ = "subscriptions"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    filters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    seen_revision: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)
