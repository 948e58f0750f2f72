"""The shapes in which the staff's door takes and gives; what people type is cleaned of control characters."""

import unicodedata
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from knowledge.calls import CallStatus
from knowledge.drafts import EntryDraft
from knowledge.importing import RowOutcome
from knowledge.models import Author, DeliveryState, EntryState, EventKind, Kind, Role, TicketState

MAX_ANSWER = 8_000
MAX_ID = 2**31 - 1


def _typed(value: object) -> object:
    """Take control characters and halves of characters out of what was typed; lines and tabs stay."""
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs"))


Typed = BeforeValidator(_typed)
Words = Annotated[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_ANSWER)], Typed]
Short = Annotated[Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)], Typed]
Secret = Annotated[Annotated[str, StringConstraints(min_length=1, max_length=200)], Typed]
Id = Annotated[int, Field(ge=1, le=MAX_ID)]


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Credentials(BaseModel):
    """An account's address and its password."""

    email: Short = Field(examples=["ana@example.org"])
    password: Secret = Field(examples=["correct horse battery"])


class StaffOut(_Out):
    """A member of staff."""

    id: int
    email: str = Field(examples=["ana@example.org"])
    name: str = Field(examples=["Ana Horvat"])
    role: Role
    active: bool = True


class Me(StaffOut):
    """Who is logged in; with `must_change_password` the password was handed out and is to be changed first."""

    must_change_password: bool


class LoggedIn(BaseModel):
    """A new session: send `token` as `Authorization: Bearer`; the console has it as a cookie."""

    token: str
    token_type: str = "bearer"
    expires_in: int = Field(description="Seconds that the session lasts.", examples=[43200])
    me: Me


class PasswordChange(BaseModel):
    """The password until now and the new one, of 10 to 200 characters."""

    old: Secret
    new: Secret = Field(examples=["a long sentence of mine"])


class NewStaff(BaseModel):
    """An account to make; it gets a one-time password."""

    email: Short = Field(examples=["ivan@example.org"])
    name: Short = Field(default="", examples=["Ivan Petrov"])
    role: Role


class StaffCreated(BaseModel):
    """A new account, or one with a new password; `password` is shown this once."""

    staff: StaffOut
    password: str = Field(examples=["Jq3k-v0aXw2z"])


class WordsIn(BaseModel):
    """Words for the asker or for a note: 1 to 8,000 characters."""

    text: Words = Field(examples=["Apply through the Chamber's portal until 15 May; the form is in Annex 2."])


class PersonRef(_Out):
    """A member of staff in brief."""

    id: int
    name: str


class DeliveryOut(_Out):
    """Where an answer stands on its way to the asker."""

    state: DeliveryState
    sent_at: datetime | None = None
    attempts: int = 0
    error: str | None = None


class TicketOut(BaseModel):
    """A ticket in a list."""

    id: int = Field(examples=[7])
    number: str = Field(examples=["P-7"])
    state: TicketState
    question: str
    reason: str = Field(description="`asked`, `declined` or `unhelpful`.")
    language: str = Field(examples=["sr-Latn"])
    channel: str | None = Field(description="Where the asker is; null when their data was deleted.")
    assignee: PersonRef | None
    opened_at: datetime
    updated_at: datetime
    overdue: bool = Field(description="With people, and untouched for a day.")


class TicketPage(BaseModel):
    """A page of tickets and how many there are in all."""

    total: int
    tickets: list[TicketOut]


class EventOut(BaseModel):
    """One moment of a ticket's timeline; `by` is empty for the asker and the desk."""

    id: int
    kind: EventKind
    at: datetime
    by: str | None
    text: str
    delivery: DeliveryOut | None = None


class MessageOut(BaseModel):
    """One message of the conversation; `quotes` are the passages that the desk had quoted."""

    author: Author
    at: datetime
    text: str
    quotes: list[str] = []
    rating: int | None = None


class TicketDetail(TicketOut):
    """A ticket with its timeline and the last messages of its conversation."""

    timeline: list[EventOut]
    conversation: list[MessageOut]


class EntrySummary(BaseModel):
    """An entry in a list."""

    reference: str
    kind: Kind
    state: EntryState
    language: str
    title: str
    countries: list[str]
    sectors: list[str]
    url: str | None
    status: CallStatus | None = Field(description="Of a call, by its dates today.")
    updated_at: datetime


class EntryPage(BaseModel):
    """A page of entries and how many there are in all."""

    total: int
    entries: list[EntrySummary]


class EntryOut(BaseModel):
    """An entry: its fields as they came in, and what the desk knows of it."""

    entry: EntryDraft
    state: EntryState
    source: str
    revision: int
    status: CallStatus | None
    created_at: datetime
    updated_at: datetime


class EntryIn(BaseModel):
    """An entry's fields, as in `knowledge/starter/FORMAT.md`; fields that are not known are kept in `extra`.

    Without `id` one is made from the title, without `language` it is detected. With `revision` a change is refused
    when the entry was changed since.
    """

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "id": "faq-vat-threshold",
                    "kind": "faq",
                    "language": "en",
                    "title": "When must I register for VAT in Serbia?",
                    "text": "When turnover passes 8 million dinars in twelve months.",
                    "countries": ["RS"],
                    "competences": ["accounting_tax"],
                    "state": "draft",
                }
            ]
        },
    )

    state: EntryState = EntryState.DRAFT
    revision: int | None = None

    def record(self) -> dict[str, Any]:
        """Return the entry's own fields."""
        return dict(self.model_extra or {})


class RowOut(_Out):
    """What became of one row of a file."""

    line: int
    reference: str
    outcome: RowOutcome
    problem: str = ""


class ImportOut(BaseModel):
    """What became of a file."""

    file: str
    format: str = Field(examples=["jsonl"])
    mapping: str | None = Field(examples=["companies_region"])
    written: bool
    seconds: float
    counts: dict[RowOutcome, int]
    unknown_fields: dict[str, int]
    rows: list[RowOut]


class HitOut(BaseModel):
    """An entry that the desk would find, with the passage that found it."""

    reference: str
    title: str
    kind: Kind
    language: str
    url: str | None
    score: float
    passage: str


class SearchOut(BaseModel):
    """What the desk would find, best first; `probability` is that the first one answers."""

    language: str
    probability: float
    candidates: int
    hits: list[HitOut]


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
