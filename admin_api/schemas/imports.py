"""The shapes of what became of a file of entries."""

from pydantic import BaseModel, Field

from admin_api.schemas.base import Out
from knowledge.choices import RowOutcome


class RowOut(Out):
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
