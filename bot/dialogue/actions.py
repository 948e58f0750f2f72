"""What the buttons of a chat do: one small value each, and the one place where their strings are written and read.

A string comes back from whoever pressed, perhaps long after it was sent or forged, so those that were ever sent are
read for good. To add a button, give it a value here, and say in `bot.dialogue.buttons` what it asks for. Pure.
"""

import re
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import ClassVar

from bot.dialogue.intake import FIELDS, Step
from bot.dialogue.state import FILTERS
from bot.messages import Button

_MOST_DIGITS = 15
_WORD = re.compile("[!-~]{1,30}")


class Plain(Enum):
    """Buttons that need nothing beside their name.

    `own` says that a message is a question of its own, `aside` that the next one is; `sum` is the summary to confirm.
    """

    MORE = "more"
    UP = "up"
    DOWN = "down"
    PERSON = "person"
    UNHELPFUL = "person:unhelpful"
    SEND = "sum:ok"
    SKIP = "sum:skip"
    CANCEL = "sum:no"
    LANGUAGES = "languages"
    ASK_DELETE = "ask_delete"
    DELETE = "delete:yes"
    KEEP = "delete:no"
    TICKETS = "tickets"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    ASIDE = "aside"
    OWN = "own"
    NEW = "new"
    START = "start"
    HELP = "help"
    MINE = "mine"

    def encode(self) -> str:
        """Return the string that comes back when the button is pressed."""
        return self.value


class _Named:
    """An action that is its name and its fields, in their order."""

    NAME: ClassVar[str]

    def encode(self) -> str:
        """Return the string that comes back when the button is pressed."""
        return ":".join((self.NAME, *map(str, vars(self).values())))


@dataclass(frozen=True)
class Show(_Named):
    """Show an entry whole."""

    entry_id: int
    NAME: ClassVar = "card"


@dataclass(frozen=True)
class Drop(_Named):
    """Take a filter (one of `FILTERS`) off the last question."""

    field: str
    NAME: ClassVar = "drop"


@dataclass(frozen=True)
class Speak(_Named):
    """Speak the language of a tag, which may be none of the desk's."""

    tag: str
    NAME: ClassVar = "language"


@dataclass(frozen=True)
class Fix(_Named):
    """Say a part of the summary (one of `FIELDS`) anew."""

    step: Step
    NAME: ClassVar = "sum"
    PART: ClassVar = "fix"

    def encode(self) -> str:
        """Return the string that comes back when the button is pressed."""
        return f"{self.NAME}:{self.PART}:{self.step}"


@dataclass(frozen=True)
class Redeem(_Named):
    """Follow the ticket of a one-time code."""

    code: str
    NAME: ClassVar = "redeem"


class TicketAct(StrEnum):
    """What an asker does with a ticket; `about` says that a message belongs to it."""

    ABOUT = "about"
    SHOW = "ticket"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class OnTicket:
    """Do something with a ticket of one's own; what cannot be taken back is asked about unless one is `sure`."""

    act: TicketAct
    ticket_id: int
    sure: bool = False
    SURELY: ClassVar = "yes"

    def encode(self) -> str:
        """Return the string that comes back when the button is pressed."""
        return f"{self.act}:{self.ticket_id}" + (f":{self.SURELY}" if self.sure else "")


@dataclass(frozen=True)
class Rate(_Named):
    """Say how much a ticket's answer helped, from 1 to 5."""

    ticket_id: int
    stars: int
    NAME: ClassVar = "rate"
    STARS: ClassVar = range(1, 6)


class StaffAct(StrEnum):
    """What staff do with a ticket; `end` closes it without a word, `open` opens its page, to `answer` needs words."""

    ANSWER = "answer"
    CLAIM = "claim"
    PASS = "pass"
    GROUP = "group"
    BACK = "back"
    ASK = "ask"
    NOTE = "note"
    CLOSE = "close"
    END = "end"
    MORE = "more"
    OPEN = "open"


@dataclass(frozen=True)
class OnDesk(_Named):
    """Work on a ticket; `to` is the id of the colleague or the group that gets it, 0 for nobody."""

    act: StaffAct
    ticket_id: int
    to: int = 0
    NAME: ClassVar = "t"

    def encode(self) -> str:
        """Return the string that comes back when the button is pressed."""
        return f"{self.NAME}:{self.act}:{self.ticket_id}" + (f":{self.to}" if self.to else "")


Action = Plain | Show | Drop | Speak | Fix | Redeem | OnTicket | Rate | OnDesk


def button(label: str, action: Action, *, url: str | None = None) -> Button:
    """Return a button that does `action`; one with a `url` opens that page instead."""
    return Button(label=label, action=action.encode(), url=url)


def parse(text: str) -> Action | None:
    """Return the action that a string stands for, or None when no button of ours says that."""
    name, *words = text.split(":")
    match name, words:
        case (Show.NAME, [entry]) if _is_id(entry):
            return Show(int(entry))
        case (Drop.NAME, [field]) if field in FILTERS:
            return Drop(field)
        case (Speak.NAME, [tag]) if _is_word(tag):
            return Speak(tag)
        case (Fix.NAME, [Fix.PART, step]) if step in FIELDS:
            return Fix(Step(step))
        case (Redeem.NAME, [code]) if _is_word(code):
            return Redeem(code)
        case (Rate.NAME, [ticket, stars]) if _is_id(ticket) and stars in map(str, Rate.STARS):
            return Rate(int(ticket), int(stars))
        case (OnDesk.NAME, [act, ticket, *to]) if (
            act in tuple(StaffAct) and len(to) < 2 and all(map(_is_id, words[1:]))
        ):
            return OnDesk(StaffAct(act), int(ticket), int(to[0]) if to else 0)
        case (TicketAct.WITHDRAW, [ticket, OnTicket.SURELY]) if _is_id(ticket):
            return OnTicket(TicketAct.WITHDRAW, int(ticket), sure=True)
        case (act, [ticket]) if act in tuple(TicketAct) and _is_id(ticket):
            return OnTicket(TicketAct(act), int(ticket))
    return _plain(text)


def _plain(text: str) -> Plain | None:
    """Return a button by its whole string; what is no clear yes to a deletion keeps everything."""
    if text in _PLAIN:
        return _PLAIN[text]
    return Plain.KEEP if text.partition(":")[0] == Plain.KEEP.value.partition(":")[0] else None


_PLAIN = {each.value: each for each in Plain}


def _is_id(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= _MOST_DIGITS


def _is_word(word: str) -> bool:
    return _WORD.fullmatch(word) is not None
