"""Entries in the asker's language: kind, status, facts and cards, with the entry's own words left as they are."""

from collections.abc import Callable, Sequence
from datetime import date
from gettext import NullTranslations

from bot.dialogue.state import Query
from bot.messages import Card, Quote
from bot.wording.texts import country_name, day, euros, language_name, moment, number, texts
from knowledge.entries.call_status import CallStatus, call_status, next_deadline
from knowledge.entries.markdown import plain_line, plain_text
from knowledge.entries.rich_text import Block, has_looks, plain
from knowledge.models import Entry, FacetName, Kind
from knowledge.taxonomy import vocabulary

CLOSING_SOON_DAYS = 14


def kind_label(kind: Kind, tag: str) -> str:
    """Return the name of a kind of entry."""
    _ = texts(tag).gettext
    return {
        Kind.BEST_PRACTICE: _("Best practice"),
        Kind.FUNDING_CALL: _("Funding call"),
        Kind.ORGANISATION: _("Organisation"),
        Kind.EXPERT: _("Expert"),
        Kind.FAQ: _("Frequent question"),
        Kind.EVENT: _("Event"),
        Kind.GUIDE: _("Guide"),
        Kind.INFRASTRUCTURE: _("System or service"),
    }[kind]


def status_label(status: CallStatus, tag: str) -> str:
    """Return the name of a call's status; an unknown one has none."""
    _ = texts(tag).gettext
    return {
        CallStatus.OPEN: _("open"),
        CallStatus.FORTHCOMING: _("opens soon"),
        CallStatus.CLOSED: _("closed"),
        CallStatus.UNKNOWN: "",
    }[status]


def term_label(vocabulary_name: str, code: str, tag: str) -> str:
    """Return the label of a code; a word that is no code of the vocabulary is its own label."""
    term = vocabulary(vocabulary_name).get(code)
    return term.label(tag) if term else code


def filter_labels(query: Query, tag: str) -> dict[str, str]:
    """Return what the query keeps to, a label a field, in the order shown."""
    label_of: dict[str, Callable[[str], str]] = {
        "kinds": lambda value: kind_label(Kind(value), tag),
        "statuses": lambda value: status_label(CallStatus(value), tag),
        "countries": lambda value: country_name(value, tag),
        "cities": lambda value: value,
        "sectors": lambda value: term_label("sectors", value, tag),
        "programmes": lambda value: term_label("programmes", value, tag),
        "organisation_types": lambda value: term_label("organisation_types", value, tag),
    }
    return {
        field: ", ".join([label_of[field](value) for value in getattr(query, field)]) for field in query.set_fields()
    }


def card(entry: Entry, position: int, tag: str, today: date) -> Card:
    """Return an entry at a glance; its facets and cut-offs must be loaded."""
    status, deadline = CallStatus.UNKNOWN, None
    if entry.kind is Kind.FUNDING_CALL:
        deadlines = [cut_off.on for cut_off in entry.deadlines]
        status = call_status(entry.opens_on, deadlines, today)
        deadline = next_deadline(deadlines, today)
    soon = status is CallStatus.OPEN and deadline is not None and (deadline - today).days <= CLOSING_SOON_DAYS
    countries = entry.values(FacetName.COUNTRY) or entry.values(FacetName.ELIGIBLE_COUNTRY)
    shown = [country_name(code, tag) for code in countries[:3]] + (["…"] if len(countries) > 3 else [])
    return Card(
        number=position,
        reference=entry.reference,
        title=plain_line(entry.title),
        language=entry.language,
        kind=kind_label(entry.kind, tag),
        countries=", ".join(shown),
        status=texts(tag).gettext("closes soon") if soon else status_label(status, tag),
        status_code="closing_soon" if soon else "" if status is CallStatus.UNKNOWN else str(status),
        deadline=day(deadline, tag) if deadline else "",
        url=entry.url,
    )


def quote(entry: Entry, words: Sequence[Block], *, as_of: date | None, by: str | None = None) -> Quote:
    """Return words of an entry with their source."""
    return Quote(
        text=plain(words),
        blocks=tuple(words) if has_looks(words) else (),
        title=plain_line(entry.title),
        url=entry.url,
        language=entry.language,
        as_of=as_of,
        by=by,
    )


def facts(entry: Entry, tag: str, today: date) -> list[str]:
    """Return an entry's facts as lines "label: value", only those that it has."""
    t = texts(tag)
    pairs = _FACTS[entry.kind](entry, t, tag, today) if entry.kind in _FACTS else []
    _ = t.gettext
    sectors = [term_label("sectors", code, tag) for code in entry.values(FacetName.SECTOR)]
    pairs.append((_("Sectors"), ", ".join(sectors)))
    pairs.append((_("Last checked"), day(entry.verified_on, tag) if entry.verified_on else ""))
    return [f"{label}: {value}" for label, value in pairs if value]


Pairs = list[tuple[str, str]]


def _call_facts(entry: Entry, t: NullTranslations, tag: str, today: date) -> Pairs:
    _ = t.gettext
    deadlines = [cut_off.on for cut_off in entry.deadlines]
    status = call_status(entry.opens_on, deadlines, today)
    still_to_come = [each for each in deadlines if each >= today] or deadlines[-1:]
    rate = f"{number(entry.cofinancing_rate, tag)} %" if entry.cofinancing_rate is not None else ""
    applicants = [term_label("applicants", code, tag) for code in entry.values(FacetName.APPLICANT)]
    countries = [country_name(code, tag) for code in entry.values(FacetName.ELIGIBLE_COUNTRY)]
    return [
        (_("Status"), status_label(status, tag)),
        (_("Programme"), term_label("programmes", entry.programme, tag) if entry.programme else ""),
        (_("Identifier"), entry.call_identifier or ""),
        (_("Opens"), day(entry.opens_on, tag) if entry.opens_on else ""),
        (_("Deadlines"), ", ".join([day(each, tag) for each in still_to_come])),
        (_("Budget"), euros(entry.budget_eur, tag) if entry.budget_eur is not None else ""),
        (_("Share of the costs that is paid"), rate),
        (_("Who may apply"), ", ".join(applicants)),
        (_("In which countries"), ", ".join(countries)),
    ]


def _practice_facts(entry: Entry, t: NullTranslations, tag: str, today: date) -> Pairs:
    _ = t.gettext
    return [
        (_("Problem"), plain_text(entry.problem or "")),
        (_("Solution"), plain_text(entry.solution or "")),
        (_("Result"), plain_text(entry.result or "")),
        (_("Lesson"), plain_text(entry.lesson or "")),
    ]


def _organisation_facts(entry: Entry, t: NullTranslations, tag: str, today: date) -> Pairs:
    _ = t.gettext
    type_ = term_label("organisation_types", entry.organisation_type, tag) if entry.organisation_type else ""
    return [
        (_("Type"), type_),
        (_("City"), entry.city or ""),
        (_("Offers"), plain_text(entry.offers or "")),
        (_("Looks for"), plain_text(entry.seeks or "")),
        (_("Competences"), _competences(entry, tag)),
    ]


def _expert_facts(entry: Entry, t: NullTranslations, tag: str, today: date) -> Pairs:
    _ = t.gettext
    return [
        (_("Organisation"), entry.organisation or ""),
        (_("Competences"), _competences(entry, tag)),
        (_("Languages"), ", ".join([language_name(each, tag) for each in entry.values(FacetName.SPEAKS)])),
    ]


def _event_facts(entry: Entry, t: NullTranslations, tag: str, today: date) -> Pairs:
    _ = t.gettext
    return [
        (_("Begins"), moment(entry.starts_at, tag) if entry.starts_at else ""),
        (_("Ends"), moment(entry.ends_at, tag) if entry.ends_at else ""),
        (_("Place"), ", ".join([part for part in (entry.place, entry.city) if part])),
    ]


def _infrastructure_facts(entry: Entry, t: NullTranslations, tag: str, today: date) -> Pairs:
    _ = t.gettext
    status = {"planned": _("planned"), "running": _("in use"), "ended": _("ended")}
    return [
        (_("Run by"), entry.operator or ""),
        (_("Status"), status[entry.operating_status] if entry.operating_status else ""),
    ]


def _competences(entry: Entry, tag: str) -> str:
    return ", ".join([term_label("competences", code, tag) for code in entry.values(FacetName.COMPETENCE)])


_FACTS: dict[Kind, Callable[[Entry, NullTranslations, str, date], Pairs]] = {
    Kind.FUNDING_CALL: _call_facts,
    Kind.BEST_PRACTICE: _practice_facts,
    Kind.ORGANISATION: _organisation_facts,
    Kind.EXPERT: _expert_facts,
    Kind.EVENT: _event_facts,
    Kind.INFRASTRUCTURE: _infrastructure_facts,
}
