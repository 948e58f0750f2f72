"""What the desk did and why, in words for the staff in the language that is spoken."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from admin_api.wording.locale import country_name, day, gettext, language_name, pgettext, weekdays
from admin_api.wording.names import call_states, channel_name, kind_names, label, priority_name, ticket_states
from knowledge.choices import EventKind
from knowledge.payloads import (
    Handed,
    Linked,
    Prioritised,
    Rated,
    Released,
    Routed,
    Suggestion,
    Unreachable,
    Watched,
    read_event,
)
from knowledge.taxonomy import NAMES
from knowledge.tickets.timeline import CHAT


def routing_in_words(suggestion: Suggestion) -> str | None:
    """Return whom the desk suggested for a ticket and why, None when it suggested nobody."""
    if not suggestion.name:
        return None
    reasons = [_reason(code, about) for code, about in suggestion.reasons]
    said = "; ".join(reason for reason in reasons if reason)
    if not said:
        return gettext("Suggested to %(name)s.", name=suggestion.name)
    return gettext("Suggested to %(name)s: %(reasons)s.", name=suggestion.name, reasons=said)


def _reason(code: str, about: str) -> str:
    if code in ("competence", "sector"):
        subject = label("competences" if code == "competence" else "sectors", about)
        return gettext("knows %(subject)s", subject=subject.lower())
    if code == "country":
        return gettext("knows %(subject)s", subject=country_name(about))
    if code == "language":
        return gettext("answers in %(language)s", language=language_name(about))
    if code == "related":
        return gettext("reads it through %(language)s, which is near", language=language_name(about))
    if code == "works_now":
        return gettext("is at work now")
    if code == "load":
        held, _, capacity = about.partition("/")
        return gettext("holds %(held)s of %(capacity)s tickets", held=held, capacity=capacity)
    return ""


def title_of(kind: str, data: Mapping[str, Any]) -> str:
    """Return what happened in a moment of a ticket's story, to be read after the name of who did it."""
    if kind not in tuple(EventKind):
        return "" if kind == CHAT else kind
    match read_event(EventKind(kind), data):
        case Routed() as routed:
            return _routed(routed)
        case Handed(to=name):
            # L10n: Each of these follows a name and a colon: “Ana: handed the ticket to Mila”.
            return gettext("handed the ticket to %(name)s", name=name)
        case Prioritised(to=priority):
            return gettext("set the priority to %(priority)s", priority=priority_name(str(priority)))
        case Released(group=str(group)) if group:
            return gettext("took the ticket from the group %(group)s, which is no more", group=group)
        case Watched(on=on):
            return gettext("watches the ticket") if on else gettext("no longer watches the ticket")
        case Linked(kind=EventKind.MERGED) as merged:
            if merged.into:
                return gettext("joined it into %(ticket)s", ticket=f"P-{merged.into}")
            return gettext("joined %(ticket)s into it", ticket=f"P-{merged.from_}")
        case Linked() as split:
            if split.into:
                return gettext("split %(ticket)s from it", ticket=f"P-{split.into}")
            return gettext("split it from %(ticket)s", ticket=f"P-{split.from_}")
        case Unreachable() as unreachable:
            return _unreachable(unreachable)
        case Rated(rating=int(rating)):
            return gettext("rated the answer: %(rating)s of 5", rating=rating)
        case payload:
            return _titles()[payload.kind]


def _titles() -> Mapping[EventKind, str]:
    return {
        EventKind.OPENED: gettext("asked for an expert"),
        EventKind.MESSAGE: gettext("wrote"),
        EventKind.CLAIMED: gettext("took the ticket"),
        EventKind.RELEASED: gettext("put the ticket back"),
        EventKind.DUE: gettext("set when the next word is due"),
        EventKind.NOTE: gettext("noted"),
        EventKind.ANSWER: pgettext("expert", "answered"),
        EventKind.ASKED: gettext("asked for details"),
        EventKind.REOPENED: gettext("opened the ticket again"),
        EventKind.WITHDRAWN: gettext("withdrew the question"),
        EventKind.RATED: gettext("rated the answer"),
        EventKind.REMINDED: gettext("reminded: the next word is due"),
        EventKind.ESCALATED: gettext("called an admin: nobody acted in time"),
        EventKind.DRAFTED: gettext("made a draft entry of it"),
        EventKind.RETURNED: gettext("sent the draft entry back"),
        EventKind.FOLLOWED: gettext("now also follows from another chat"),
        EventKind.CLOSED: gettext("closed the ticket"),
    }


def _routed(routed: Routed) -> str:
    if suggested := (routing_in_words(routed) or "").rstrip("."):
        return suggested[:1].lower() + suggested[1:]
    subject = (
        country_name(routed.country) if routed.country else "",
        label("sectors", routed.sector),
        label("competences", routed.competence),
    )
    return gettext("set what it is about: %(subject)s", subject=listed(subject) or gettext("nothing known"))


def _unreachable(told: Unreachable) -> str:
    channel = channel_name(str(told.channel))
    if told.elsewhere:
        return gettext(
            "could not reach the asker on %(channel)s (%(error)s); it goes by %(elsewhere)s instead",
            channel=channel, error=told.error, elsewhere=channel_name(told.elsewhere),
        )  # fmt: skip
    return gettext(
        "could not reach the asker on %(channel)s (%(error)s); there is no other way", channel=channel, error=told.error
    )


def listed(parts: Sequence[str | None]) -> str:
    """Return the parts that say something, in one line."""
    return " · ".join(part for part in parts if part)


def reason_asked(code: str) -> str:
    """Return why a question went to people."""
    return {
        "asked": gettext("The asker wished for a person."),
        "declined": gettext("The desk did not know the answer."),
        "unhelpful": gettext("The asker said that the desk's answer did not help."),
    }.get(code, "")


def decision(code: str) -> str:
    """Return what the desk made of a question."""
    return {
        "answered": gettext("The desk answered."),
        "clarified": gettext("The desk asked what was meant."),
        "declined": gettext("The desk declined to answer."),
    }.get(code, code)


def limit_in_words(name: str, value: str) -> str:
    """Return what a part of an address limits a list of tickets to."""
    flags = {
        "unassigned": gettext("Nobody's"),
        "overdue": pgettext("tickets", "Overdue"),
        "escalated": pgettext("tickets", "Escalated"),
        "unreachable": gettext("Asker not reached"),
        "answered": pgettext("tickets", "Answered"),
    }
    if name in flags:
        return flags[name]
    names = {
        "state": gettext("State"),
        "channel": gettext("Channel"),
        "rating": gettext("Rating"),
        "assignee": gettext("Holder (number)"),
        "group": gettext("Group (number)"),
        "watcher": gettext("Watcher (number)"),
        "opened_from": gettext("Opened from"),
        "opened_until": gettext("Opened until"),
        "closed_from": gettext("Closed from"),
        "closed_until": gettext("Closed until"),
        "weekday": gettext("Weekday"),
        "hour": gettext("Hour (UTC)"),
    }
    return f"{names.get(name, name)}: {_limit(name, value)}"


def _limit(name: str, value: str) -> str:
    if name == "state":
        return ticket_states().get(value, value)
    if name == "channel":
        return channel_name(value)
    if name == "rating":
        return gettext("%(rating)s of 5", rating=value)
    if name == "weekday" and value in "1234567":
        return weekdays()[int(value) - 1]
    if name.startswith(("opened_", "closed_")):
        return day(date.fromisoformat(value))
    return value


def filter_in_words(field: str, values: str | Sequence[str]) -> str:
    """Return a facet by which the desk searched."""
    names = {
        "kinds": gettext("Kind"), "countries": gettext("Country"), "sectors": gettext("Sector"),
        "competences": gettext("Competence"), "directions": gettext("Direction"),
        "programmes": gettext("Programme"), "organisation_types": gettext("Type of organisation"),
        "cities": gettext("City"), "statuses": gettext("State"),
    }  # fmt: skip
    shown = [_facet(field, value) for value in ([values] if isinstance(values, str) else values)]
    return f"{names.get(field, field)}: {', '.join(shown)}"


def _facet(field: str, value: str) -> str:
    if field == "countries":
        return country_name(value)
    if field in NAMES:
        return label(field, value)
    return {"kinds": kind_names(), "statuses": call_states()}.get(field, {}).get(value, value)
