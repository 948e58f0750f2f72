"""What all shapes of the admin API share: what people type is cleaned of control characters."""

import unicodedata
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

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


class Out(BaseModel):
    """A shape that is read off a record."""

    model_config = ConfigDict(from_attributes=True)


class Done(BaseModel):
    """It was done, and there is no more to say."""

    done: bool = True


class Problem(BaseModel):
    """An error: `error` for programs, `message` and `detail` for people, `fields` by the name of what is wrong."""

    error: str = Field(examples=["conflict"])
    message: str = Field(examples=["Somebody else was faster; load the record again and repeat what is still needed."])
    detail: str = Field(default="", examples=["ticket P-7 is claimed and not yours"])
    fields: dict[str, str] = Field(default={}, examples=[{}])
