"""Everything that the policy may decide, as plain values."""

from dataclasses import dataclass
from enum import StrEnum

from bot.state import Query
from knowledge.models import Kind
from nlu.understanding import Intent


@dataclass(frozen=True)
class Answer:
    """Show what was found, from `first` on, after the best sentences of the passage, if one is named."""

    query: Query
    found: tuple[int, ...]
    first: int = 0
    passage_id: int | None = None
    offer_person: bool = False


@dataclass(frozen=True)
class NoMore:
    """Say that there are no further results; those that were shown can still be pointed at."""


@dataclass(frozen=True)
class Clarify:
    """Say that the desk is not sure and show what comes nearest."""

    query: Query
    found: tuple[int, ...]


@dataclass(frozen=True)
class Decline:
    """Say that the desk does not know, and offer a person; `nothing_within` says that the filters left nothing."""

    query: Query
    nothing_within: bool


@dataclass(frozen=True)
class Details:
    """Show one entry whole."""

    entry_id: int


class Wanted(StrEnum):
    """What the desk asks a person for."""

    QUESTION = "question"
    LANGUAGE = "language"
    CONSENT_TO_DELETE = "consent_to_delete"
    WORDS = "words"


@dataclass(frozen=True)
class AskFor:
    """Ask for something that is missing."""

    what: Wanted


@dataclass(frozen=True)
class OpenTicket:
    """Hand the question to people."""

    question: str
    reason: str


@dataclass(frozen=True)
class JoinTicket:
    """Let the message join the ticket that a person has in hand."""


@dataclass(frozen=True)
class SmallTalk:
    """Greet, thank, help, or say what the desk is not for; `about` is the question that it is not for."""

    intent: Intent
    about: str = ""


class Verb(StrEnum):
    """What a command does."""

    LANGUAGE = "language"
    TICKETS = "tickets"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    RATE = "rate"
    RESTART = "restart"
    DELETE = "delete"
    KEEP = "keep"
    ASIDE = "aside"


@dataclass(frozen=True)
class Command:
    """Carry out a verb with its argument."""

    verb: Verb
    argument: str = ""
    query: Query | None = None


Decision = Answer | NoMore | Clarify | Decline | Details | AskFor | OpenTicket | JoinTicket | SmallTalk | Command


@dataclass(frozen=True)
class Search:
    """Not a decision yet: the query must be searched first.

    `kind` is guessed from the intent and may be dropped; `off_topic` says that the intent looks like nothing the desk
    is for, which an answer that is found disproves.
    """

    query: Query
    kind: Kind | None = None
    off_topic: bool = False
