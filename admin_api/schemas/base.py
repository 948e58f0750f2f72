"""What all shapes of the admin API share: what people type is cleaned."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from knowledge.cleaning import clean_text

MAX_ANSWER = 8_000
MAX_ID = 2**31 - 1


def _typed(value: object) -> object:
    return clean_text(value) if isinstance(value, str) else value


Typed = BeforeValidator(_typed)
Words = Annotated[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_ANSWER)], Typed]
Short = Annotated[Annotated[str, StringConstraints(strip_whitespace=True, max_length=254)], Typed]
Secret = Annotated[Annotated[str, StringConstraints(min_length=1, max_length=200)], Typed]
Id = Annotated[int, Field(ge=1, le=MAX_ID)]


class Out(BaseModel):
    """A shape that is read off a record."""

    model_config = ConfigDict(from_attributes=True)


class Done(BaseModel):
    """It was done, and there is no more to say."""

    done: bool = True


class Problem(BaseModel):
    """An error: `error` for programs, `message` and `detail` for people, `fields` by the name of what is wrong.

    `error` is `invalid_entry` for an entry that was refused, `invalid_request` for anything else that is wrong in what
    was sent: a field, a query, a cursor, a password, a file.
    """

    error: str = Field(examples=["conflict"])
    message: str = Field(examples=["Somebody else was faster; load the record again and repeat what is still needed."])
    detail: str = Field(default="", examples=["ticket P-7 is claimed and not yours"])
    fields: dict[str, str] = Field(default={}, examples=[{}])
