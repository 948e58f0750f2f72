"""The fields of the entry form: which kinds have them, and how they are typed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from admin_api.wording import LANGUAGE_NAMES
from knowledge.drafts import EntryDraft
from knowledge.languages import TAGS
from knowledge.models import Kind, OperatingStatus
from knowledge.taxonomy import vocabulary

KIND_NAMES = {kind: kind.replace("_", " ").capitalize() for kind in Kind} | {Kind.FAQ: "Question and answer"}


class Input(StrEnum):
    """How a field is typed in."""

    LINE = "line"
    PROSE = "prose"
    LIST = "list"
    DATE = "date"
    DATES = "dates"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"


@dataclass(frozen=True)
class Field:
    """One field: its name in `EntryDraft`, its label, its input, the kinds that have it, a hint and its options."""

    name: str
    label: str
    input: Input = Input.LINE
    kinds: tuple[Kind, ...] = tuple(Kind)
    hint: str = ""
    options: str = ""


FIELDS: tuple[Field, ...] = (
    Field("title", "Title", hint="Of a question and answer: the question itself."),
    Field("text", "Text", Input.PROSE, hint="Plain paragraphs; lines that begin with ## are headings."),
    Field("problem", "Problem", Input.PROSE, (Kind.BEST_PRACTICE,)),
    Field("solution", "Solution", Input.PROSE, (Kind.BEST_PRACTICE,)),
    Field("result", "Result", Input.PROSE, (Kind.BEST_PRACTICE,)),
    Field("lesson", "Lesson", Input.PROSE, (Kind.BEST_PRACTICE,)),
    Field("opens", "Opens", Input.DATE, (Kind.FUNDING_CALL,)),
    Field("deadlines", "Deadlines", Input.DATES, (Kind.FUNDING_CALL,), "Every cut-off, as 2027-03-31; 2027-09-30"),
    Field("call_identifier", "Call identifier", Input.LINE, (Kind.FUNDING_CALL,), "The funder's own name for it."),
    Field("budget", "Budget in EUR", Input.NUMBER, (Kind.FUNDING_CALL,)),
    Field("cofinancing_rate", "Co-financing rate, %", Input.NUMBER, (Kind.FUNDING_CALL,)),
    Field("applicants", "Who may apply", Input.CHOICES, (Kind.FUNDING_CALL,), options="applicants"),
    Field("eligible_countries", "Eligible countries", Input.LIST, (Kind.FUNDING_CALL,), "ISO codes, as RS; RO; BG"),
    Field(
        "organisation_type", "Type of organisation", Input.CHOICE, (Kind.ORGANISATION,), options="organisation_types"
    ),
    Field("organisation", "Organisation", Input.LINE, (Kind.EXPERT, Kind.FAQ), "Of an answer: whose it is."),
    Field("speaks", "Answers in", Input.CHOICES, (Kind.EXPERT,), options="languages"),
    Field("starts", "Starts", Input.LINE, (Kind.EVENT,), "2027-03-31 or 2027-03-31T09:00+02:00"),
    Field("ends", "Ends", Input.LINE, (Kind.EVENT,)),
    Field("city", "City", Input.LINE, (Kind.ORGANISATION, Kind.EVENT)),
    Field("place", "Place", Input.LINE, (Kind.EVENT,)),
    Field("offers", "Offers", Input.PROSE, (Kind.ORGANISATION,)),
    Field("seeks", "Looks for", Input.PROSE, (Kind.ORGANISATION,)),
    Field("operator", "Operator", Input.LINE, (Kind.INFRASTRUCTURE,)),
    Field("status", "In use", Input.CHOICE, (Kind.INFRASTRUCTURE,), options="statuses"),
    Field("url", "Source link", hint="Where the facts come from; https://…"),
    Field("countries", "Countries", Input.LIST, hint="ISO codes, as RS; RO; BG. Kosovo XK, Greece GR, the Union EU."),
    Field("sectors", "Sectors", Input.CHOICES, options="sectors"),
    Field("competences", "Competences", Input.CHOICES, options="competences"),
    Field("directions", "Directions", Input.CHOICES, options="directions"),
    Field("programme", "Programme", options="programmes"),
    Field("published", "Published", Input.DATE),
    Field("verified", "Checked against the source", Input.DATE),
    Field("expires", "Holds until", Input.DATE, hint="The last day; it is withdrawn the day after."),
)


@cache
def options(name: str) -> Mapping[str, str]:
    """Return what a field may be chosen from: labels in English by value."""
    if name == "languages":
        return {tag: LANGUAGE_NAMES[tag] for tag in TAGS}
    if name == "statuses":
        return {str(status): str(status) for status in OperatingStatus}
    return {code: term.label("en") for code, term in vocabulary(name).items()} if name else {}


def values_of(draft: EntryDraft | None) -> dict[str, str | Sequence[str]]:
    """Return what stands in each field for an entry: a text, or a list for fields with choices."""
    if draft is None:
        return {}
    return shown_values(draft.model_dump(mode="json"))


def shown_values(plain: Mapping[str, Any]) -> dict[str, str | Sequence[str]]:
    """Return what stands in each field for the plain values of an entry."""
    shown: dict[str, str | Sequence[str]] = {}
    for field in FIELDS:
        value = plain.get(field.name)
        if field.input is Input.CHOICES:
            shown[field.name] = value or []
        elif isinstance(value, list):
            shown[field.name] = "; ".join(value)
        else:
            shown[field.name] = "" if value is None else str(value)
    return shown
