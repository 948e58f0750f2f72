"""The words for staff, in every language: a catalogue of their own, `desk.po` beside the asker's."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialogue.actions import StaffAct
from bot.wording.entries import term_label
from bot.wording.texts import country_name, language_name, moment
from knowledge.catalogues import catalogue
from knowledge.models import NoticeKind, Priority, TicketState
from knowledge.payloads import Suggestion
from knowledge.region import MIDDLE


def said(tag: str, text: str, **names: Any) -> str:
    """Return an English text of the catalogue in the language of `tag`, with names put in."""
    return catalogue("bot", "desk", tag).gettext(text).format(**names)


def _(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


CLAIM = _("Claim")
PASS_ON = _("Pass on")
PUT_BACK = _("Put back")
OPEN = _("Open")
NOTE = _("Note")
ASK = _("Ask for details")
CLOSE = _("Close")
MORE = _("Show all")

HEADS = {
    NoticeKind.NEW: _("New question {ticket}"),
    NoticeKind.HANDED: _("{ticket} was handed to you"),
    NoticeKind.MESSAGE: _("The asker of {ticket} wrote"),
    NoticeKind.REOPENED: _("The asker reopened {ticket}"),
    NoticeKind.WITHDRAWN: _("The asker withdrew {ticket}"),
    NoticeKind.RATED: _("{ticket} was rated {rating} of 5"),
    NoticeKind.REMINDED: _("{ticket} is due soon"),
    NoticeKind.ESCALATED: _("{ticket} is overdue"),
    NoticeKind.UNREACHABLE: _("What you wrote on {ticket} did not arrive"),
    NoticeKind.WATCHED: _("News on {ticket}"),
}
PRIORITIES = {Priority.URGENT: _("urgent"), Priority.HIGH: _("high priority"), Priority.LOW: _("low priority")}
DUE = _("due {moment}")
SUGGESTED = _("Suggested to you: {reasons}.")
SPEAKS = _("you speak {language}")
KNOWS = _("you know {subject}")
ELSEWHERE_TOO = _("It was sent to the asker another way.")
BLOCKED = _("The asker blocked the bot.")
GONE = _("The asker's account or chat is gone.")
REPLY = _("Reply to this message to answer.")

PROMPT_NOTE = _("Reply to this message with your note on {ticket}; only staff see it.")
PROMPT_ASK = _("Reply to this message with your question to the asker of {ticket}.")
PROMPT_CLOSE = _("Reply to this message with a last word to the asker of {ticket}, which is closed then.")
YOUR_NOTE = _("Your note")
YOUR_QUESTION = _("Your question")
YOUR_ANSWER = _("Your answer")
LAST_WORD = _("A last word")
WITHOUT_WORD = _("Close without a word")
PROMPTS: dict[StrEnum, tuple[str, str]] = {
    StaffAct.NOTE: (PROMPT_NOTE, YOUR_NOTE), StaffAct.ASK: (PROMPT_ASK, YOUR_QUESTION),
    StaffAct.CLOSE: (PROMPT_CLOSE, LAST_WORD),
}  # fmt: skip
"""The acts that need words: how they are asked for, and what stands in the empty field."""

FOUND = _("The bot had found: {titles}")
TO_WHOM = _("Who shall take {ticket}?")

CLAIMED = _("{ticket} is yours.")
ANSWERED = _("Your answer to {ticket} is on its way.")
NOTED = _("Your note on {ticket} is kept.")
ASKED = _("Your question on {ticket} is on its way.")
CLOSED = _("{ticket} is closed.")
HANDED = _("{ticket} was handed to {name}.")
RELEASED = _("{ticket} is free for others.")
NOTHING = _("Nothing is waiting.")
YOURS = _("In your hands:")
FREE = _("Waiting for somebody:")

LINKED = _("This chat now belongs to {name}. New tickets come here; /desk lists them, /unlink ends this.")
UNLINKED = _("This chat is no longer linked to the desk.")
WRONG_CODE = _("This code is wrong, used or too old. Make a new one in the console.")
STAFF_ONLY = _("This is for the desk's staff. Link this chat: /link and a code from the console.")
NO_TICKET = _("There is no such ticket.")
FORGOTTEN = _("The asker of {ticket} had their data deleted; nobody can be answered.")
CLOSED_ALREADY = _("{ticket} is closed already.")
HELD_BY = _("{name} holds {ticket}.")
NOT_YOURS = _("{ticket} is not yours: claim it first.")
WAITS = _("{ticket} waits for the asker.")
IS_ANSWERED = _("{ticket} is answered.")
STANDS = {
    TicketState.OPEN: RELEASED, TicketState.CLAIMED: CLAIMED, TicketState.WAITING: WAITS,
    TicketState.ANSWERED: IS_ANSWERED, TicketState.CLOSED: CLOSED,
}  # fmt: skip
"""What a notice says of its ticket when it stands otherwise than it did; a claimed one is its reader's own."""
FOR_THE_ASKER = _("If this was for the asker of {ticket}, reply to this message with it.")
NO_WORDS = _("There are no words in this.")

COMMANDS = {
    "desk": _("What is waiting for experts"), "unlink": _("End the link of this chat with the desk"),
}  # fmt: skip
"""What staff have in their menu before what everybody has."""


def facts(
    number: str,
    language: str,
    priority: Priority,
    due_at: datetime | None,
    zone: str | None,
    tag: str,
    about: Sequence[str] = (),
) -> str:
    """Return a ticket in a line: its number, language, what it is `about`, its priority, when it is due in `zone`."""
    parts = [number, language_name(language, tag), *about]
    if priority in PRIORITIES:
        parts.append(said(tag, PRIORITIES[priority]))
    if due_at is not None:
        parts.append(said(tag, DUE, moment=moment(due_at.astimezone(ZoneInfo(zone or MIDDLE)), tag)))
    return " · ".join(part for part in parts if part)


def subject(country: str | None, sector: str | None, competence: str | None, tag: str) -> list[str]:
    """Return the names of what a ticket is about, only of what is known."""
    return [
        country_name(country, tag) if country else "",
        term_label("sectors", sector, tag) if sector else "",
        term_label("competences", competence, tag) if competence else "",
    ]


def why_not(error: str, tag: str) -> str:
    """Return why a message did not arrive: in words where the channel's refusal is known, else as it came."""
    if "blocked by the user" in error:
        return said(tag, BLOCKED)
    return said(tag, GONE) if "deactivated" in error or "chat not found" in error else error


def reasons(suggestion: Suggestion, tag: str) -> str:
    """Return in words why a ticket was suggested to somebody; empty without a reason that is about them."""
    words = [_reason(code, about, tag) for code, about in suggestion.reasons]
    return said(tag, SUGGESTED, reasons=", ".join(word for word in words if word)) if any(words) else ""


def _reason(code: str, about: str, tag: str) -> str:
    match code:
        case "language" | "related":
            return said(tag, SPEAKS, language=language_name(about, tag))
        case "country":
            return said(tag, KNOWS, subject=country_name(about, tag))
        case "competence" | "sector":
            return said(tag, KNOWS, subject=term_label(f"{code}s", about, tag))
    return ""
