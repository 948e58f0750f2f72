"""The shapes of tickets: a list of them, one with its story, and what happens on them."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from admin_api.schemas.base import Out
from admin_api.schemas.files import FileOut
from knowledge.choices import DeliveryState, Priority, TicketState, Voice


class PersonRef(Out):
    """A member of staff, or a group, in brief."""

    id: int
    name: str


class DeliveryOut(Out):
    """Where an answer stands on its way to the asker."""

    id: int
    channel: str
    state: DeliveryState
    sent_at: datetime | None = None
    attempts: int = 0
    error: str | None = None
    elsewhere: bool = Field(default=False, description="It did not arrive and was told on another way.")


class TicketOut(BaseModel):
    """A ticket in a list."""

    id: int = Field(examples=[7])
    number: str = Field(examples=["P-7"])
    state: TicketState
    priority: Priority
    question: str
    reason: str = Field(description="`asked`, `declined` or `unhelpful`.")
    language: str = Field(examples=["sr-Latn"])
    country: str | None = Field(examples=["RS"])
    sector: str | None
    competence: str | None
    channel: str | None = Field(description="Where the asker is; null when their data was deleted.")
    assignee: PersonRef | None
    group: PersonRef | None
    opened_at: datetime
    updated_at: datetime
    due_at: datetime | None = Field(description="When the desk owes its next word; null while it owes none.")
    wanted_by: date | None
    first_answered_at: datetime | None
    closed_at: datetime | None
    overdue: bool = Field(description="A word is owed and its time has passed.")
    escalated: bool
    rating: int | None


class TicketPage(BaseModel):
    """A page of tickets, how many there are in all, and where the next page begins; null at the end."""

    total: int
    tickets: list[TicketOut]
    cursor: str | None = None


class MomentOut(BaseModel):
    """One moment of a ticket's story; `by` is the member of staff, `kind` `chat` for what was said beside it."""

    id: int | None = Field(description="The event's id, null for a message of the chat.")
    message_id: int | None
    voice: Voice
    kind: str = Field(examples=["answer"])
    at: datetime
    by: str | None
    text: str
    data: dict[str, Any] = {}
    quotes: list[str] = Field(default=[], description="What the desk had quoted.")
    files: list[FileOut] = []
    delivery: DeliveryOut | None = None


class FoundOut(BaseModel):
    """An entry that the desk had found, with its score."""

    reference: str
    title: str
    score: float


class FindingsOut(BaseModel):
    """What the desk had found before it handed the question over, and what it made of it."""

    decision: str = Field(examples=["declined"])
    intent: str = ""
    confidence: float = 0.0
    probability: float = Field(default=0.0, description="That the best entry answers, 0 to 1.")
    filters: dict[str, Any] = {}
    entries: list[FoundOut] = []


class ContactOut(BaseModel):
    """How the asker may be reached beside the chat, by their consent."""

    name: str | None
    email: str | None
    phone: str | None
    consent_at: datetime


class TicketDetail(TicketOut):
    """A ticket with its whole story, oldest first."""

    timeline: list[MomentOut]
    findings: FindingsOut | None
    routing: str | None = Field(description="Whom the desk suggested and why, in words.")
    contact: ContactOut | None
    rating_comment: str | None
    merged_into_id: int | None
    split_from_id: int | None
    watched: bool = Field(description="By the caller.")
    last_event: int = Field(description="For GET /live: what happens after this is new.")


class LiveOut(BaseModel):
    """Something that happened on a ticket; words are read with the ticket itself."""

    event: int
    ticket: int
    kind: str = Field(examples=["answer"])


class SimilarOut(BaseModel):
    """An answered ticket that asked much the same, with its last answer; `likeness` is 0 to 1."""

    id: int
    number: str
    question: str
    language: str
    answer: str
    likeness: float
