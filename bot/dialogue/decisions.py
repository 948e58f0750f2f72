"""Everything that the policy may decide, as plain values."""

from dataclasses import dataclass
from enum import StrEnum

from bot.dialogue.intake import Draft
from bot.dialogue.state import Query
from knowledge.models import Kind
from nlu.understanding import Intent


@dataclass(frozen=True)
class Answer:
    """Show what was found, from `first` on, after the best sentences of the passage, if one is named.

    `beside` is the number of the ticket that stays with people meanwhile.
    """

    query: Query
    found: tuple[int, ...]
    first: int = 0
    passage_id: int | None = None
    offer_person: bool = False
    beside: str = ""


@dataclass(frozen=True)
class NoMore:
    """Say that there are no further results; those that were shown can still be pointed at."""


@dataclass(frozen=True)
class Clarify:
    """Say that the desk is not sure and show what comes nearest."""

    query: Query
    found: tuple[int, ...]
    offer_person: bool = False


@dataclass(frozen=True)
class Decline:
    """Say that the desk does not know, and offer a person; `nothing_within` says that the filters left nothing.

    With `draft` the question is ready to go to people, as after several poor answers.
    """

    query: Query
    nothing_within: bool
    draft: Draft | None = None


@dataclass(frozen=True)
class Details:
    """Show one entry whole."""

    entry_id: int


class Wanted(StrEnum):
    """What the desk asks a person for."""

    LANGUAGE = "language"
    CONSENT_TO_DELETE = "consent_to_delete"
    WORDS = "words"
    ABOUT_FILE = "about_file"


@dataclass(frozen=True)
class AskFor:
    """Ask for something that is missing."""

    what: Wanted


@dataclass(frozen=True)
class Gather:
    """Ask for what a question lacks before it goes to people, at last for a yes to all of it."""

    draft: Draft


@dataclass(frozen=True)
class OpenTicket:
    """Hand a question to people, as its asker has confirmed it."""

    draft: Draft


@dataclass(frozen=True)
class JoinTicket:
    """Let the message join a ticket, which is opened again if it was closed.

    A `quiet` one, a thank-you, disturbs nobody. With `pressed` the message is the one that was asked about.
    """

    ticket_id: int
    quiet: bool = False
    pressed: bool = False


@dataclass(frozen=True)
class AskWhich:
    """Ask whether a message is about a ticket of before, which may be `closed`, or a new question."""

    query: Query
    ticket_id: int
    number: str
    about: str
    closed: bool = False


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
    TICKET = "ticket"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    RATE_TICKET = "rate_ticket"
    COMMENT = "comment"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    REDEEM = "redeem"
    EXPORT = "export"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Command:
    """Carry out a verb: on a ticket, with `stars` or `sure` of it, or with an argument of its own.

    The argument is a language's tag, a code, or a verdict; a thumb down may bring the `draft` of a question to people.
    """

    verb: Verb
    argument: str = ""
    ticket_id: int = 0
    stars: int = 0
    sure: bool = False
    query: Query | None = None
    text: str = ""
    draft: Draft | None = None


Decision = (
    Answer
    | NoMore
    | Clarify
    | Decline
    | Details
    | AskFor
    | Gather
    | OpenTicket
    | JoinTicket
    | AskWhich
    | SmallTalk
    | Command
)


@dataclass(frozen=True)
class Search:
    """Not a decision yet: the query must be searched first.

    `kind` is guessed from the intent and may be dropped; `off_topic` says that the intent looks like nothing the desk
    is for, which an answer that is found disproves; `goes_on` says that the message goes on with the desk's own answer;
    `instead` is what is done when there is no answer.
    """

    query: Query
    kind: Kind | None = None
    off_topic: bool = False
    goes_on: bool = False
    instead: Decision | None = None
