"""The shapes of tickets and of what is done with them."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from admin_api.schemas.base import MAX_ANSWER, Id, Out, Short, Typed, Words
from knowledge.choices import DeliveryState, Priority, TicketState, Voice
from knowledge.choices import Words as Writing

Maybe = Annotated[Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_ANSWER)], Typed]


class WordsIn(BaseModel):
    """Words for the asker or for a note: 1 to 8,000 characters, with files that were sent before."""

    text: Words = Field(examples=["Apply through the Chamber's portal until 15 May; the form is in Annex 2."])
    files: list[Id] = Field(default=[], max_length=10, examples=[[]])


class ClosingIn(BaseModel):
    """A last word for the asker, or none."""

    text: Maybe = Field(default="", examples=["Good luck with the application!"])


class HandOverIn(BaseModel):
    """To whom a ticket goes, a colleague or a group, and why."""

    to_staff: Id | None = Field(default=None, examples=[3])
    to_group: Id | None = None
    why: Maybe = Field(default="", examples=["It is about customs, which Mila knows best."])


class PriorityIn(BaseModel):
    """How much a ticket presses."""

    priority: Priority = Field(examples=["high"])


class DueIn(BaseModel):
    """When the next word is due, with its zone."""

    due_at: AwareDatetime = Field(examples=["2027-03-01T15:00:00+01:00"])


class SubjectIn(BaseModel):
    """What a ticket is about; what is null is not known."""

    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] | None = Field(default=None, examples=["RS"])
    sector: Short | None = Field(default=None, examples=["food"])
    competence: Short | None = Field(default=None, examples=["export"])


class MergeIn(BaseModel):
    """The ticket that goes on."""

    into: Id = Field(examples=[5])


class SplitIn(BaseModel):
    """The question of a ticket of its own, and the events of the old one that belong to it."""

    question: Words = Field(examples=["And how do I register a trade mark?"])
    events: list[Id] = Field(default=[], max_length=200, examples=[[41, 43]])


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


class FileOut(Out):
    """A file; its bytes are at `GET /api/files/{id}`."""

    id: int
    name: str = Field(examples=["annex-2.pdf"])
    media_type: str = Field(examples=["application/pdf"])
    size: int = Field(description="Bytes.", examples=[48213])


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


class DraftsOut(BaseModel):
    """What the caller was writing on a ticket."""

    drafts: dict[Writing, str] = Field(examples=[{"answer": "Dear colleague, …"}])


class DraftIn(BaseModel):
    """What is being written; nothing but space deletes the draft."""

    text: Annotated[Annotated[str, StringConstraints(max_length=MAX_ANSWER)], Typed] = Field(examples=["Dear coll"])


class SavedOut(BaseModel):
    """When it was kept."""

    saved_at: datetime


class PresenceIn(BaseModel):
    """That the caller has a ticket's page before them, and whether they write."""

    writing: bool = False


class PresentOut(BaseModel):
    """Who else has the page before them."""

    name: str
    writing: bool


class HereOut(BaseModel):
    """The others who have the page before them."""

    others: list[PresentOut]


class CannedIn(BaseModel):
    """A ready text; without a language or a competence it fits all of them. Texts for all are curators'."""

    title: Short = Field(examples=["Where to apply"])
    text: Words
    language: Short | None = Field(default=None, examples=["bg"])
    competence: Short | None = Field(default=None, examples=["export"])
    for_all: bool = False


class CannedOut(BaseModel):
    """A ready text; `mine` says that the caller wrote it for themselves."""

    id: int
    title: str
    text: str
    language: str | None
    competence: str | None
    mine: bool
