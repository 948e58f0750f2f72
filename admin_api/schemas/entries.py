"""The shapes of entries, and of what a ticket would make of one."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from admin_api.schemas.base import Words
from knowledge.choices import EntryState, Kind
from knowledge.entries.call_status import CallStatus
from knowledge.entries.draft import EntryDraft


class EntrySummary(BaseModel):
    """An entry in a list."""

    reference: str
    kind: Kind
    state: EntryState
    language: str
    title: str
    countries: list[str]
    sectors: list[str]
    url: str | None
    status: CallStatus | None = Field(description="Of a call, by its dates today.")
    updated_at: datetime


class EntryPage(BaseModel):
    """A page of entries and how many there are in all."""

    total: int
    entries: list[EntrySummary]


class EntryOut(BaseModel):
    """An entry: its fields as they came in, and what the desk knows of it."""

    entry: EntryDraft
    state: EntryState
    source: str
    revision: int
    status: CallStatus | None
    created_at: datetime
    updated_at: datetime


class EntryIn(BaseModel):
    """An entry's fields, as in `knowledge/starter/FORMAT.md`; fields that are not known are kept in `extra`.

    Without `id` one is made from the title, without `language` it is detected. With `revision` a change is refused
    when the entry was changed since.
    """

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "id": "faq-vat-threshold",
                    "kind": "faq",
                    "language": "en",
                    "title": "When must I register for VAT in Serbia?",
                    "text": "When turnover passes 8 million dinars in twelve months.",
                    "countries": ["RS"],
                    "competences": ["accounting_tax"],
                    "state": "draft",
                }
            ]
        },
    )

    state: EntryState = EntryState.DRAFT
    revision: int | None = None

    def record(self) -> dict[str, Any]:
        """Return the entry's own fields."""
        return dict(self.model_extra or {})


class ReturnIn(BaseModel):
    """What an expert should mend in a draft."""

    text: Words = Field(examples=["Please name the form, and say since when this holds."])


class PersonalOut(BaseModel):
    """Personal data that was found in a field and taken out of it."""

    field: str = Field(examples=["text"])
    kind: str = Field(examples=["phone"])
    text: str = Field(examples=["+381 64 123 4567"])


class HarvestOut(BaseModel):
    """The entry that a ticket would make: its fields without personal data, and the personal data that was found."""

    fields: dict[str, Any]
    found: list[PersonalOut]
