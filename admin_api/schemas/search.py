"""The shapes of what the desk would find."""

from pydantic import BaseModel

from knowledge.choices import Kind


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
