"""The shapes of people's profiles, absences, groups and linked chats."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from admin_api.schemas.base import Id, Out, Short
from knowledge.choices import NoticeKind, SkillKind

Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class AbsenceIn(BaseModel):
    """Days on which somebody is away, the last one included."""

    first_day: date = Field(examples=["2027-07-01"])
    last_day: date = Field(examples=["2027-07-14"])
    note: Short = Field(default="", examples=["holiday"])


class AbsenceOut(Out):
    """Days on which somebody is away."""

    id: int
    first_day: date
    last_day: date
    note: str


class ProfileIn(BaseModel):
    """What is to change of a profile; what is not named stays. `skills` replaces the named kinds."""

    organisation: Short | None = Field(default=None, examples=["Chamber of Commerce of Serbia"])
    organisation_url: Short | None = Field(default=None, examples=["https://pks.rs"])
    language: Short | None = Field(default=None, examples=["sr-Latn"])
    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] | None = Field(default=None, examples=["RS"])
    zone: Short | None = Field(default=None, examples=["Europe/Belgrade"])
    opens: Clock = Field(default="09:00", examples=["09:00"])
    closes: Clock = Field(default="17:00", examples=["17:00"])
    workdays: Annotated[str, StringConstraints(pattern="^[1-7]{1,7}$")] = Field(default="12345", examples=["12345"])
    capacity: int = Field(default=10, ge=1, le=1000)
    skills: dict[SkillKind, list[Short]] = Field(default={}, examples=[{"competence": ["export"], "language": ["sr"]}])


class ProfileOut(BaseModel):
    """What somebody knows and when they work."""

    staff_id: int
    name: str
    organisation: str | None
    organisation_url: str | None
    language: str | None
    country: str | None
    zone: str | None
    opens: str
    closes: str
    workdays: str = Field(description="Digits of ISO weekdays.")
    capacity: int
    skills: dict[SkillKind, list[str]]
    groups: list[int]
    absences: list[AbsenceOut]


class CodeOut(BaseModel):
    """A code that works once, for half an hour: send `/link CODE` to the desk's bot in Telegram, or open the link."""

    code: str = Field(examples=["H7KQ2MWX4P"])
    link: str | None = Field(default=None, examples=["https://t.me/PunteBot?start=s-H7KQ2MWX4P"])


class LinkIn(BaseModel):
    """Which notices a linked chat gets: none named, all."""

    wants: list[NoticeKind] = Field(max_length=20, examples=[["new", "handed", "message", "reminded"]])


class LinkOut(Out):
    """A chat that belongs to a member of staff, with the notices that go there; none named, all."""

    channel: str = Field(examples=["telegram"])
    address: str = Field(examples=["123456789"])
    wants: list[NoticeKind]
    linked_at: datetime


class GroupIn(BaseModel):
    """A group and who is in it."""

    name: Short = Field(examples=["Export"])
    members: list[Id] = Field(max_length=500, examples=[[2, 3]])
    active: bool = True


class GroupOut(BaseModel):
    """A group to which tickets can be handed."""

    id: int
    name: str
    active: bool
    members: list[int]
