"""The shapes of what is done with a ticket."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from admin_api.schemas.base import MAX_ANSWER, Id, Short, Typed, Words
from knowledge.choices import Priority

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
