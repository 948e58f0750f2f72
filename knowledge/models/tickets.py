"""Tickets: a thin case and its timeline."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from knowledge.models.base import Base, choice, now


class TicketState(StrEnum):
    """Where a ticket stands; it follows from the last lifecycle event of the timeline."""

    OPEN = "open"
    CLAIMED = "claimed"
    ANSWERED = "answered"
    CLOSED = "closed"


class EventKind(StrEnum):
    """What happened on a ticket; `note` is for staff only, `message` is the asker's, `answer` the expert's."""

    OPENED = "opened"
    MESSAGE = "message"
    CLAIMED = "claimed"
    RELEASED = "released"
    NOTE = "note"
    ANSWER = "answer"
    CLOSED = "closed"
    REOPENED = "reopened"


class Ticket(Base):
    """An unresolved question in the hands of people."""

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

    events: Mapped[list["TicketEvent"]] = relationship(lazy="raise", order_by="TicketEvent.id", back_populates="ticket")

    __table_args__ = (
        Index(None, "state", "updated_at"),
        CheckConstraint("state != 'claimed' or assignee_id is not null", name="claimed_has_assignee"),
    )

    @property
    def number(self) -> str:
        """The ticket's name for people."""
        return f"P-{self.id}"


class TicketEvent(Base):
    """One moment of a ticket's timeline; `staff_id` is empty for what the asker or the desk did."""

    __tablename__ = "ticket_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    kind: Mapped[EventKind] = mapped_column(choice(EventKind))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)

    ticket: Mapped[Ticket] = relationship(lazy="raise", back_populates="events")

    __table_args__ = (
        CheckConstraint("kind not in ('claimed', 'note', 'answer') or staff_id is not null", name="staff_sign_acts"),
        CheckConstraint("kind not in ('message', 'note', 'answer') or length(text) > 0", name="words_are_not_empty"),
    )
