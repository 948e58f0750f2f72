"""The fields of the entry form: which kinds have them, and how they are typed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from admin_api.wording.locale import N_, gettext, language_names, tag_spoken
from admin_api.wording.names import operating_states
from knowledge.entries.draft import EntryDraft
from knowledge.models import Kind
from knowledge.taxonomy import vocabulary


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
    """One field: its name in `EntryDraft`, its label, its input, the kinds that have it, a hint and its options.

    Label and hint are English texts of the catalogue.
    """

    name: str
    label: str
    input: Input = Input.LINE
    kinds: tuple[Kind, ...] = tuple(Kind)
    hint: str = ""
    options: str = ""


FIELDS: tuple[Field, ...] = (
    Field("title", N_("Title"), hint=N_("Of a question and answer: the question itself.")),
    Field(
        "text",
        N_("Text"),
        Input.PROSE,
        hint=N_(
            "Paragraphs, with Markdown: ## begins a heading, - or 1. an item of a list, **bold**, "
            "[words](address) for a link."
        ),
    ),
    Field("problem", N_("Problem"), Input.PROSE, (Kind.BEST_PRACTICE,)),
    Field("solution", N_("Solution"), Input.PROSE, (Kind.BEST_PRACTICE,)),
    Field("result", N_("Result"), Input.PROSE, (Kind.BEST_PRACTICE,)),
    Field("lesson", N_("Lesson"), Input.PROSE, (Kind.BEST_PRACTICE,)),
    Field("opens", N_("Opens on"), Input.DATE, (Kind.FUNDING_CALL,)),
    Field(
        "deadlines",
        N_("Deadlines"),
        Input.DATES,
        (Kind.FUNDING_CALL,),
        N_("Every cut-off, written as 2027-03-31; 2027-09-30"),
    ),
    Field(
        "call_identifier",
        N_("Call identifier"),
        Input.LINE,
        (Kind.FUNDING_CALL,),
        N_("The funder's own name for it."),
    ),
    Field("budget", N_("Budget in EUR"), Input.NUMBER, (Kind.FUNDING_CALL,)),
    Field("cofinancing_rate", N_("Co-financing rate, per cent"), Input.NUMBER, (Kind.FUNDING_CALL,)),
    Field("applicants", N_("Who may apply"), Input.CHOICES, (Kind.FUNDING_CALL,), options="applicants"),
    Field(
        "eligible_countries",
        N_("Eligible countries"),
        Input.LIST,
        (Kind.FUNDING_CALL,),
        N_("ISO codes, written as RS; RO; BG"),
    ),
    Field(
        "organisation_type",
        N_("Type of organisation"),
        Input.CHOICE,
        (Kind.ORGANISATION,),
        options="organisation_types",
    ),
    Field("organisation", N_("Organisation"), Input.LINE, (Kind.EXPERT, Kind.FAQ), N_("Of an answer: whose it is.")),
    Field("speaks", N_("Languages of the answers"), Input.CHOICES, (Kind.EXPERT,), options="languages"),
    Field("starts", N_("Starts"), Input.LINE, (Kind.EVENT,), N_("Written as 2027-03-31 or 2027-03-31T09:00+02:00")),
    Field("ends", N_("Ends"), Input.LINE, (Kind.EVENT,)),
    Field("city", N_("City"), Input.LINE, (Kind.ORGANISATION, Kind.EVENT)),
    Field("place", N_("Place"), Input.LINE, (Kind.EVENT,)),
    Field("offers", N_("Offers"), Input.PROSE, (Kind.ORGANISATION,)),
    Field("seeks", N_("Looks for"), Input.PROSE, (Kind.ORGANISATION,)),
    Field("operator", N_("Operator"), Input.LINE, (Kind.INFRASTRUCTURE,)),
    Field("status", N_("In use"), Input.CHOICE, (Kind.INFRASTRUCTURE,), options="statuses"),
    Field("url", N_("Source link"), hint=N_("Where the facts come from; https://…")),
    Field(
        "countries",
        N_("Countries"),
        Input.LIST,
        hint=N_("ISO codes, written as RS; RO; BG. Kosovo is XK, Greece GR, the European Union EU."),
    ),
    Field("sectors", N_("Sectors"), Input.CHOICES, options="sectors"),
    Field("competences", N_("Competences"), Input.CHOICES, options="competences"),
    Field("directions", N_("Directions"), Input.CHOICES, options="directions"),
    Field("programme", N_("Programme"), options="programmes"),
    Field("published", N_("Published on"), Input.DATE),
    Field("verified", N_("Checked against the source on"), Input.DATE),
    Field("expires", N_("Holds until"), Input.DATE, hint=N_("The last day; it is withdrawn the day after.")),
)


def field_label(name: str) -> str:
    """Return what a field is called in the form; one that the form lacks is its own."""
    return next((gettext(field.label) for field in FIELDS if field.name == name), name)


def options(name: str) -> Mapping[str, str]:
    """Return what a field may be chosen from: labels in the spoken language by value."""
    if name == "languages":
        return language_names()
    if name == "statuses":
        return operating_states()
    return {code: term.label(tag_spoken()) for code, term in vocabulary(name).items()} if name else {}


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
