"""What a message means: the seam between words and the desk's policy."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

LONGEST_TEXT = 2000
"""How many characters of a message are read; the rest says nothing new about its meaning."""


class Intent(StrEnum):
    """What the person wants."""

    ASK = "ask_question"
    FIND_CALL = "find_funding_call"
    FIND_PRACTICE = "find_best_practice"
    FIND_PARTNER = "find_partner"
    FIND_EXPERT = "find_expert"
    PERSON = "talk_to_person"
    TICKET = "check_ticket"
    SUBSCRIBE = "subscribe"
    LANGUAGE = "change_language"
    FEEDBACK = "feedback"
    GREET = "greet"
    THANKS = "thanks"
    HELP = "help"
    RESTART = "start_over"
    DELETE = "delete_my_data"
    OUT_OF_SCOPE = "out_of_scope"


class EntityKind(StrEnum):
    """What a part of the message names."""

    COUNTRY = "country"
    CITY = "city"
    SECTOR = "sector"
    COMPETENCE = "competence"
    PROGRAMME = "programme"
    ORGANISATION_TYPE = "organisation_type"
    AMOUNT = "amount"
    DATE = "date"
    STATUS = "status"
    LANGUAGE = "language"


@dataclass(frozen=True)
class Entity:
    """A part of the message.

    `value` is canonical: an ISO country code, a city's English name, a code of a vocabulary, whole EUR, an ISO date,
    `open`/`forthcoming`/`closed`, or a language tag. `start` and `end` are offsets of `text` in the message.
    """

    kind: EntityKind
    value: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Understanding:
    """An intent with its confidence (0 to 1), the entities, and who understood it (`rasa` or `keywords`)."""

    intent: Intent
    confidence: float
    entities: tuple[Entity, ...] = ()
    by: str = "keywords"


class Understander(Protocol):
    """Turns a message into its meaning; never raises for what a person may type."""

    async def understand(self, text: str, language: str) -> Understanding: ...

    async def close(self) -> None: ...
