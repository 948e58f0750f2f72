"""What the codes of the desk stand for: their names in the language that is spoken."""

from collections.abc import Mapping

from admin_api.wording.locale import gettext, pgettext, tag_spoken
from knowledge.choices import MessageKind
from knowledge.taxonomy import vocabulary


def label(vocabulary_name: str, code: str | None) -> str:
    """Return the label of a code of a taxonomy; one that the taxonomy lacks is its own."""
    term = vocabulary(vocabulary_name).get(code or "")
    return term.label(tag_spoken()) if term else code or ""


def kind_names() -> Mapping[str, str]:
    """Return the names of the kinds of entries."""
    return {
        "best_practice": gettext("Best practice"),
        "funding_call": gettext("Funding call"),
        "organisation": gettext("Organisation"),
        "expert": gettext("Expert"),
        "faq": gettext("Question and answer"),
        "event": gettext("Event"),
        "guide": gettext("Guide"),
        "infrastructure": gettext("Infrastructure"),
    }


def ticket_states() -> Mapping[str, str]:
    """Return what is said of one ticket by its state."""
    return {
        "open": pgettext("ticket", "open"),
        "claimed": pgettext("ticket", "in work"),
        "waiting": pgettext("ticket", "waiting for the asker"),
        "answered": pgettext("ticket", "answered"),
        "closed": pgettext("ticket", "closed"),
    }


def ticket_tabs() -> Mapping[str, str]:
    """Return the names of the lists of tickets."""
    return {
        "open": pgettext("tickets", "Open"),
        "mine": pgettext("tickets", "Mine"),
        "overdue": pgettext("tickets", "Overdue"),
        "escalated": pgettext("tickets", "Escalated"),
        "watched": pgettext("tickets", "Watched"),
        "claimed": pgettext("tickets", "In work"),
        "waiting": pgettext("tickets", "Waiting"),
        "answered": pgettext("tickets", "Answered"),
        "closed": pgettext("tickets", "Closed"),
    }


def notice_names() -> Mapping[str, str]:
    """Return what members of staff can be told of."""
    return {
        "new": gettext("A new question"),
        "handed": gettext("A ticket is handed to me"),
        "message": gettext("The asker wrote"),
        "reopened": gettext("The asker reopened a ticket"),
        "withdrawn": gettext("The asker withdrew a question"),
        "rated": gettext("The asker rated an answer"),
        "reminded": gettext("A ticket is due soon"),
        "escalated": gettext("A ticket is overdue"),
        "unreachable": gettext("A message did not arrive"),
        "watched": gettext("There is news on a ticket that I watch"),
    }


def entry_states() -> Mapping[str, str]:
    """Return what is said of one entry by its state."""
    return {
        "draft": pgettext("entry", "draft"),
        "published": pgettext("entry", "published"),
        "withdrawn": pgettext("entry", "withdrawn"),
    }


def call_states() -> Mapping[str, str]:
    """Return what is said of one funding call by its dates."""
    return {
        "forthcoming": pgettext("funding call", "forthcoming"),
        "open": pgettext("funding call", "open"),
        "closed": pgettext("funding call", "closed"),
        "unknown": pgettext("funding call", "dates unknown"),
    }


def operating_states() -> Mapping[str, str]:
    """Return what is said of an existing system."""
    return {
        "planned": pgettext("system", "planned"),
        "running": pgettext("system", "running"),
        "ended": pgettext("system", "ended"),
    }


def priority_names() -> Mapping[str, str]:
    """Return the names of the priorities, the least first."""
    return {
        "low": pgettext("priority", "low"),
        "normal": pgettext("priority", "normal"),
        "high": pgettext("priority", "high"),
        "urgent": pgettext("priority", "urgent"),
    }


def priority_name(code: str) -> str:
    """Return the name of a priority; an unknown one is its own."""
    return priority_names().get(code, code)


def role_names() -> Mapping[str, str]:
    """Return the names of the roles, the least first."""
    return {
        "expert": pgettext("role", "expert"),
        "curator": pgettext("role", "curator"),
        "admin": pgettext("role", "admin"),
    }


def channel_name(code: str) -> str:
    """Return the name of a channel; an unknown one is its own."""
    return {"telegram": "Telegram", "web": gettext("web chat"), "email": gettext("e-mail")}.get(code, code)


def message_kind_name(code: str) -> str:
    """Return what a message of the desk is about."""
    kind = MessageKind(code)
    if kind.is_for_staff:
        return gettext("notice to staff")
    return {
        MessageKind.TICKET_ANSWER: gettext("answer of an expert"),
        MessageKind.TICKET_ASKED: gettext("request for details"),
        MessageKind.TICKET_CLOSED: gettext("closing of the ticket"),
        MessageKind.TICKET_MERGED: gettext("joining of tickets"),
    }.get(kind, gettext("message of the desk"))


def intent_name(code: str) -> str:
    """Return what a person wanted, as the desk understood it; an unknown one is its own."""
    return {
        "ask_question": gettext("a question"),
        "find_funding_call": gettext("search for a funding call"),
        "find_best_practice": gettext("search for a best practice"),
        "find_partner": gettext("search for a partner"),
        "find_expert": gettext("search for an expert"),
        "talk_to_person": gettext("wish for a person"),
        "out_of_scope": gettext("not the desk's business"),
    }.get(code, code.replace("_", " "))
