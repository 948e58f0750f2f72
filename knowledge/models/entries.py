"""Entries, their facets and cut-offs, the passages cut from them, and the vectors of those."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from knowledge.choices import EntryState, FacetName, Kind, OperatingStatus
from knowledge.clock import now
from knowledge.models.base import Base, choice


class Entry(Base):
    """One record of the knowledge base; the facts of each kind are columns that other kinds leave empty.

    After `expires_on` it is withdrawn; `ticket_id` is the ticket that it was made of.
    """

    __tablename__ = "entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(500), unique=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    state: Mapped[EntryState] = mapped_column(choice(EntryState))
    language: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(500))
    text: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str | None] = mapped_column(String(2000))
    programme: Mapped[str | None] = mapped_column(String(200))
    published_on: Mapped[date | None]
    verified_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(200))
    content_hash: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int] = mapped_column(index=True)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    expires_on: Mapped[date | None]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))

    opens_on: Mapped[date | None]
    call_identifier: Mapped[str | None] = mapped_column(String(200))
    budget_eur: Mapped[int | None] = mapped_column(BigInteger)
    cofinancing_rate: Mapped[float | None]

    problem: Mapped[str | None] = mapped_column(Text)
    solution: Mapped[str | None] = mapped_column(Text)
    result: Mapped[str | None] = mapped_column(Text)
    lesson: Mapped[str | None] = mapped_column(Text)

    organisation_type: Mapped[str | None] = mapped_column(String(200))
    city: Mapped[str | None] = mapped_column(String(200))
    offers: Mapped[str | None] = mapped_column(Text)
    seeks: Mapped[str | None] = mapped_column(Text)

    organisation: Mapped[str | None] = mapped_column(String(500))

    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    place: Mapped[str | None] = mapped_column(String(500))

    operator: Mapped[str | None] = mapped_column(String(500))
    operating_status: Mapped[OperatingStatus | None] = mapped_column(choice(OperatingStatus))

    facets: Mapped[list["Facet"]] = relationship(lazy="raise", cascade="all, delete-orphan", passive_deletes=True)
    deadlines: Mapped[list["Deadline"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True, order_by="Deadline.on"
    )
    passages: Mapped[list["Passage"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", passive_deletes=True, order_by="Passage.position"
    )

    __table_args__ = (
        Index(None, "state", "kind"),
        Index(None, "expires_on"),
        Index(None, "ticket_id"),
        CheckConstraint("length(title) > 0", name="title_not_empty"),
        CheckConstraint("cofinancing_rate is null or cofinancing_rate between 0 and 100", name="rate_is_percent"),
        CheckConstraint("budget_eur is null or budget_eur >= 0", name="budget_not_negative"),
    )

    def values(self, name: FacetName) -> list[str]:
        """Return the values of one facet; `facets` must be loaded."""
        return [facet.value for facet in self.facets if facet.name == name]


class Facet(Base):
    """One value of a many-valued property of an entry."""

    __tablename__ = "facets"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[FacetName] = mapped_column(choice(FacetName), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)

    __table_args__ = (Index(None, "name", "value"),)


class Deadline(Base):
    """One cut-off of a call."""

    __tablename__ = "deadlines"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)


class Passage(Base):
    """A piece of an entry small enough to retrieve and quote; `content_hash` is of its heading and text."""

    __tablename__ = "passages"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    heading: Mapped[str] = mapped_column(String(700))
    text: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64), index=True)

    __table_args__ = (UniqueConstraint("entry_id", "position"),)


class Embedding(Base):
    """The vector of a text by one encoder: little-endian float32, kept so that an index is rebuilt without encoding."""

    __tablename__ = "embeddings"

    content_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    encoder: Mapped[str] = mapped_column(String(200), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class KnowledgeRevision(Base):
    """One row that counts changes of entries; its row lock makes commit order and number order the same."""

    __tablename__ = "knowledge_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(default=0)
