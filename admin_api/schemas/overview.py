"""The shapes of the desk's overview and readiness."""

from pydantic import BaseModel, Field

from knowledge.choices import EntryState, Kind, TicketState


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
