"""The shapes of messages that reached nobody."""

from datetime import datetime

from pydantic import BaseModel, Field

from knowledge.choices import MessageKind


class LetterOut(BaseModel):
    """A message that reached nobody."""

    id: int
    ticket_id: int | None
    ticket: str | None = Field(examples=["P-7"])
    channel: str
    kind: str = Field(examples=[MessageKind.TICKET_ANSWER.value])
    text: str
    attempts: int
    resent: int
    error: str | None
    failed_at: datetime | None


class LetterPage(BaseModel):
    """A page of dead letters, newest first."""

    letters: list[LetterOut]
    cursor: str | None
