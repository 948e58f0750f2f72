"""The people who run the desk, what they know and when they work, their ways in, and the trail of what they did."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, true
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.choices import Role, SkillKind
from knowledge.clock import now
from knowledge.models.base import Base, choice


class Staff(Base):
    """One member of staff; `one_time` says that the password was handed out and must be changed at first use.

    `organisation` is whom their answers speak for, `language` the console's, `country` and `zone` where they work.
    `opens` and `closes` are times of their zone (HH:MM), `workdays` the digits of ISO weekdays, `capacity` how many
    tickets they can hold.
    """

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(choice(Role))
    password_hash: Mapped[str] = mapped_column(String(200))
    one_time: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    organisation: Mapped[str | None] = mapped_column(String(500))
    organisation_url: Mapped[str | None] = mapped_column(String(2000))
    language: Mapped[str | None] = mapped_column(String(8))
    country: Mapped[str | None] = mapped_column(String(2))
    zone: Mapped[str | None] = mapped_column(String(60))
    opens: Mapped[str] = mapped_column(String(5), default="09:00", server_default="09:00")
    closes: Mapped[str] = mapped_column(String(5), default="17:00", server_default="17:00")
    workdays: Mapped[str] = mapped_column(String(7), default="12345", server_default="12345")
    capacity: Mapped[int] = mapped_column(default=10, server_default=sql("10"))


class StaffSkill(Base):
    """One thing that a member of staff knows: a competence, a sector, a language or a country."""

    __tablename__ = "staff_skills"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[SkillKind] = mapped_column(choice(SkillKind), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)


class Absence(Base):
    """Days on which a member of staff is away, the last one included."""

    __tablename__ = "absences"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    first_day: Mapped[date]
    last_day: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        Index(None, "staff_id", "last_day"),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
    )


class Group(Base):
    """Staff to whom a ticket can be handed together."""

    __tablename__ = "groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    active: Mapped[bool] = mapped_column(default=True, server_default=true())


class GroupMember(Base):
    """That a member of staff belongs to a group."""

    __tablename__ = "group_members"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, index=True)


class StaffLink(Base):
    """A chat that belongs to a member of staff; `wants` names the notices that go there, empty for all."""

    __tablename__ = "staff_links"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    address: Mapped[str] = mapped_column(String(200), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    wants: Mapped[list[str]] = mapped_column(default=list)
    linked_at: Mapped[datetime] = mapped_column(default=now)


class ApiToken(Base):
    """A program's way in under somebody's name; only the token's hash is kept, `scopes` say what it may do."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class StaffSession(Base):
    """A log-in; only the hash of its token is kept."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class AuditRecord(Base):
    """Who did what to which record, and when."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    actor: Mapped[str] = mapped_column(String(254))
    action: Mapped[str] = mapped_column(String(50))
    subject: Mapped[str] = mapped_column(String(250))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
