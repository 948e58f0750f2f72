"""The shapes of the desk as a whole: people's profiles, ways in and out, dead letters, numbers and readiness."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from admin_api.schemas.base import Id, Out, Short
from knowledge.choices import DeliveryState, EntryState, Kind, NoticeKind, Scope, SkillKind, TicketState

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


class TokenIn(BaseModel):
    """A token to make: a name to know it by, what it may do, and when it ends."""

    name: Short = Field(examples=["our CRM"])
    scopes: list[Scope] = Field(examples=[["tickets:read", "tickets:write"]])
    expires_at: AwareDatetime | None = Field(default=None, examples=["2028-01-01T00:00:00Z"])


class TokenOut(Out):
    """A token without its words."""

    id: int
    name: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class TokenMade(BaseModel):
    """A new token: `token` is shown this once; send it as `Authorization: Bearer`."""

    token: str = Field(examples=["punte_k3…"])
    about: TokenOut


class WebhookIn(BaseModel):
    """Whom to call, and of which events; none means all."""

    url: Annotated[str, StringConstraints(max_length=2000)] = Field(examples=["https://crm.example.org/punte"])
    events: list[str] = Field(default=[], examples=[["ticket.opened", "ticket.answered"]])
    active: bool = True


class WebhookOut(Out):
    """A program that is called; calls are signed as Standard Webhooks says."""

    id: int
    url: str
    events: list[str]
    active: bool
    failing_since: datetime | None
    created_at: datetime


class WebhookMade(BaseModel):
    """A new webhook with the secret that signs its calls, shown this once."""

    secret: str = Field(examples=["whsec_…"])
    webhook: WebhookOut


class WebhookCallBody(BaseModel):
    """What a webhook's call tells: what happened, and the ticket's numbers, states and moments; no words of people."""

    type: str = Field(examples=["ticket.answered"])
    timestamp: datetime
    data: dict[str, Any] = Field(examples=[{"ticket_id": 7, "number": "P-7", "state": "answered"}])


class CallOut(Out):
    """One call of a webhook and what became of it."""

    id: int
    event: str
    payload: dict[str, Any]
    state: DeliveryState
    attempts: int
    due_at: datetime
    sent_at: datetime | None
    status: int | None
    error: str | None


class LetterOut(BaseModel):
    """A message that reached nobody."""

    id: int
    ticket_id: int | None
    ticket: str | None = Field(examples=["P-7"])
    channel: str
    kind: str = Field(examples=["ticket_answer"])
    text: str
    attempts: int
    resent: int
    error: str | None
    failed_at: datetime | None


class LetterPage(BaseModel):
    """A page of dead letters, newest first."""

    letters: list[LetterOut]
    cursor: str | None


class Overview(BaseModel):
    """The desk in numbers."""

    tickets: dict[TicketState, int]
    mine: int
    overdue: int
    entries: dict[Kind, dict[EntryState, int]]


class Readiness(BaseModel):
    """Whether the desk can answer, and what each part says: `ok`, or what is wrong."""

    ready: bool
    parts: dict[str, str] = Field(examples=[{"database": "ok", "index": "ok", "nlu": "ok"}])
