"""Conversations, their messages and files, what is owed to people, and what they asked to be told of."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from knowledge.choices import Author, DeliveryState, MessageKind, QuestionOutcome
from knowledge.clock import now
from knowledge.models.base import Base, choice
from knowledge.payloads import MessagePayload, read_message


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
    `payload` of its kind as it is stored, `rating` the asker's verdict on an answer (-1 or 1).
    """

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    author: Mapped[Author] = mapped_column(choice(Author))
    external_id: Mapped[str | None] = mapped_column(String(200))
    kind: Mapped[MessageKind] = mapped_column(choice(MessageKind, length=30), default=MessageKind.TEXT)
    text: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rating: Mapped[int | None]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    delivery: Mapped["Delivery | None"] = relationship(
        lazy="raise", back_populates="message", foreign_keys="Delivery.message_id"
    )

    __table_args__ = (
        UniqueConstraint("conversation_id", "external_id"),
        Index(None, "conversation_id", "id"),
        Index(None, "ticket_id"),
        CheckConstraint("rating is null or rating in (-1, 1)", name="rating_is_a_thumb"),
    )

    @property
    def payload(self) -> MessagePayload:
        """What the message carries beside its words; raises pydantic's `ValidationError` for a damaged one."""
        return read_message(self.kind, self.data)


class Delivery(Base):
    """One message owed to one person on one channel; written with what caused it, sent by whoever holds the lease.

    `leased_by` names the process that holds it. `fallback_id` is the message that went elsewhere because this one did
    not arrive; a failed delivery without one is a dead letter. `resent` counts how often people sent it again.
    """

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
    leased_by: Mapped[str | None] = mapped_column(String(100))
    failed_at: Mapped[datetime | None]
    permanent: Mapped[bool] = mapped_column(default=False, server_default=false())
    resent: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    fallback_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))

    message: Mapped[Message] = relationship(lazy="raise", back_populates="delivery", foreign_keys=[message_id])

    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "conversation_id", "state"),
        Index(None, "fallback_id"),
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


class File(Base):
    """Some bytes, kept once however often they are sent; `sha256` is hexadecimal."""

    __tablename__ = "files"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Attachment(Base):
    """A file as somebody sent it with a message or wrote it to a ticket's timeline.

    `remote_id` is the channel's own name of it, by which the channel can send it again without the bytes.
    """

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_events.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("files.sha256"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    remote_id: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Question(Base):
    """That somebody asked and what became of it; it holds no words, so that the desk's measure outlives deletions."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8))
    outcome: Mapped[QuestionOutcome] = mapped_column(choice(QuestionOutcome))
    probability: Mapped[float]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id", ondelete="SET NULL"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="SET NULL"))

    __table_args__ = (Index(None, "at", "outcome"), Index(None, "entry_id"), Index(None, "ticket_id"))
