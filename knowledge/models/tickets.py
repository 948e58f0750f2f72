"""Tickets: a thin case and its timeline, who follows and watches it, and what people write on its page."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from knowledge.choices import EventKind, Priority, TicketState, Words
from knowledge.clock import now
from knowledge.models.base import Base, choice
from knowledge.payloads import EventPayload, Suggestion, read_event


class Ticket(Base):
    """An unresolved question in the hands of people.

    `due_at` is when the desk owes its next word, None while it owes none. `routing` holds who was suggested and why,
    `findings` what the bot had found. Contacts are kept only with `contact_consent_at`. `rating` is 1 to 5.
    """

    __tablename__ = "tickets"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    state: Mapped[TicketState] = mapped_column(choice(TicketState), default=TicketState.OPEN)
    question: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(30))
    language: Mapped[str] = mapped_column(String(8))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    channel: Mapped[str | None] = mapped_column(String(20))
    country: Mapped[str | None] = mapped_column(String(2))
    sector: Mapped[str | None] = mapped_column(String(200))
    competence: Mapped[str | None] = mapped_column(String(200))
    wanted_by: Mapped[date | None]
    priority: Mapped[Priority] = mapped_column(choice(Priority), default=Priority.NORMAL, server_default="normal")
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))
    due_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    first_answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    routing: Mapped[dict[str, Any] | None]
    findings: Mapped[dict[str, Any] | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    contact_name: Mapped[str | None] = mapped_column(String(200))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    contact_phone: Mapped[str | None] = mapped_column(String(40))
    contact_consent_at: Mapped[datetime | None]
    rating: Mapped[int | None]
    rating_comment: Mapped[str | None] = mapped_column(Text)
    rated_at: Mapped[datetime | None]

    events: Mapped[list["TicketEvent"]] = relationship(lazy="raise", order_by="TicketEvent.id", back_populates="ticket")

    __table_args__ = (
        Index(None, "state", "updated_at"),
        Index(None, "state", "due_at"),
        Index(None, "assignee_id", "state"),
        Index(None, "group_id", "state"),
        Index(None, "opened_at"),
        CheckConstraint("state != 'claimed' or assignee_id is not null", name="claimed_has_assignee"),
    )

    @property
    def number(self) -> str:
        """The ticket's name for people."""
        return f"P-{self.id}"

    @property
    def suggestion(self) -> Suggestion:
        """Who was suggested and why; an empty one names nobody."""
        return Suggestion.model_validate(self.routing or {})


class TicketEvent(Base):
    """One moment of a ticket's timeline; `staff_id` is empty for what the asker or the desk did.

    `data` is the `payload` of its kind as it is stored: to whom it was handed, the new priority, the rating.
    """

    __tablename__ = "ticket_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    kind: Mapped[EventKind] = mapped_column(choice(EventKind))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text, default="")
    data: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    created_at: Mapped[datetime] = mapped_column(default=now)

    ticket: Mapped[Ticket] = relationship(lazy="raise", back_populates="events")

    __table_args__ = (
        Index(None, "created_at"),
        Index(None, "message_id"),
        CheckConstraint("kind not in ('claimed', 'note', 'answer') or staff_id is not null", name="staff_sign_acts"),
        CheckConstraint("kind not in ('message', 'note', 'answer') or length(text) > 0", name="words_are_not_empty"),
    )

    @property
    def payload(self) -> EventPayload:
        """What happened beside words; raises pydantic's `ValidationError` for a damaged one."""
        return read_event(self.kind, self.data)


class TicketFollower(Base):
    """A further conversation of the asker in which a ticket is followed."""

    __tablename__ = "ticket_followers"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=now)


class TicketWatcher(Base):
    """A member of staff who is told of all that happens on a ticket."""

    __tablename__ = "ticket_watchers"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, index=True)


class TicketDraft(Base):
    """What a member of staff is writing on a ticket and has not sent."""

    __tablename__ = "ticket_drafts"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[Words] = mapped_column(choice(Words), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Presence(Base):
    """That a member of staff has a ticket's page before them, and whether they write."""

    __tablename__ = "presence"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    writing: Mapped[bool] = mapped_column(default=False, server_default=false())
    seen_at: Mapped[datetime] = mapped_column(default=now, index=True)


class CannedText(Base):
    """A ready text for answers; one without an owner is everybody's, one without a language for all languages."""

    __tablename__ = "canned_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(8))
    competence: Mapped[str | None] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    updated_at: Mapped[datetime] = mapped_column(default=now)
