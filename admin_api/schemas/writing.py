"""The shapes of what experts write with: drafts, who else is at a ticket, and ready texts."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from admin_api.schemas.base import MAX_ANSWER, Short, Typed, Words
from knowledge.choices import Words as Writing


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
