"""What the desk remembers of a conversation between two messages; stored as JSON with the conversation."""

from typing import Self

from pydantic import BaseModel, ConfigDict

from bot.dialogue.intake import Draft, Step
from bot.dialogue.subjects import competence_in
from index.model import Filters
from knowledge.entries.call_status import CallStatus
from knowledge.models import Kind
from nlu.understanding import Entity, EntityKind

POOR_ANSWERS_BEFORE_PERSON = 2
"""After how many poor answers in a row the desk itself brings a person in."""

PAGE = 3
"""How many cards an answer shows."""

FIELD_OF = {
    EntityKind.COUNTRY: "countries",
    EntityKind.CITY: "cities",
    EntityKind.SECTOR: "sectors",
    EntityKind.PROGRAMME: "programmes",
    EntityKind.ORGANISATION_TYPE: "organisation_types",
    EntityKind.STATUS: "statuses",
}
"""Which field of the filters an entity fills; amounts, dates and languages fill none."""

FILTERS = ("kinds", "statuses", "countries", "cities", "sectors", "programmes", "organisation_types")
"""The fields of a query that filter, in the order in which they are shown."""

_STATUSES = frozenset(CallStatus)


class Query(BaseModel):
    """A question with its filters; `spoken` keeps the words that said each filter, so that they can be unsaid.

    `asked` is what the asker wrote, with every follow-up, once `text` differs from it: for people to read.
    `listing` says that the asker wants whatever the filters leave, rather than the answer to a question. `competence`
    is the one that the question names; it filters nothing, and goes with the question to people.
    """

    model_config = ConfigDict(frozen=True)

    text: str = ""
    asked: str = ""
    listing: bool = False
    kinds: tuple[Kind, ...] = ()
    countries: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    organisation_types: tuple[str, ...] = ()
    statuses: tuple[CallStatus, ...] = ()
    competence: str | None = None
    spoken: dict[str, tuple[str, ...]] = {}

    @classmethod
    def new(cls, text: str, entities: tuple[Entity, ...]) -> Self:
        """Return the query that a fresh question makes."""
        return cls(text=text, competence=competence_in(entities))._with(entities)

    def refined(self, entities: tuple[Entity, ...], words: str) -> Self:
        """Return this query with what a follow-up named in place of what was named before of the same kind."""
        named = {FIELD_OF[entity.kind] for entity in entities if entity.kind in FIELD_OF}
        query = self
        for field in named:
            query = query.without(field)
        asked = f"{self.asked or self.text} / {words}"
        return query._with(entities).model_copy(update={"asked": asked})

    def without(self, field: str) -> Self:
        """Return this query without one field's filter and without the words that said it."""
        text = self.text
        for words in self.spoken.get(field, ()):
            text = " ".join(text.replace(words, " ").split())
        spoken = {name: words for name, words in self.spoken.items() if name != field}
        asked = self.asked or self.text
        return self.model_copy(update={field: (), "spoken": spoken, "text": text or self.text, "asked": asked})

    def filters(self) -> Filters:
        """Return what the index is to keep to."""
        return Filters(
            kinds=self.kinds,
            countries=self.countries,
            cities=self.cities,
            sectors=self.sectors,
            programmes=self.programmes,
            organisation_types=self.organisation_types,
            statuses=self.statuses,
        )

    def set_fields(self) -> list[str]:
        """Return the names of the fields that filter, in the order in which they are shown."""
        return [field for field in FILTERS if getattr(self, field)]

    def _with(self, entities: tuple[Entity, ...]) -> Self:
        values: dict[str, tuple[str, ...]] = {}
        spoken = dict(self.spoken)
        for entity in entities:
            if (field := FIELD_OF.get(entity.kind)) is None:
                continue
            if field == "statuses" and entity.value not in _STATUSES:
                continue
            value = CallStatus(entity.value) if field == "statuses" else entity.value
            values[field] = (*(known for known in values.get(field, ()) if known != value), value)
            spoken[field] = (*spoken.get(field, ()), *filter(str.strip, [entity.text]))
        return self.model_copy(update={**values, "spoken": spoken})


class Findings(BaseModel):
    """What the desk found for a question and made of it; `hits` are the ids of entries with their scores."""

    model_config = ConfigDict(frozen=True)

    decision: str
    intent: str
    confidence: float
    probability: float
    filters: dict[str, tuple[str, ...]] = {}
    hits: tuple[tuple[int, float], ...] = ()


class DialogueState(BaseModel):
    """The state of one conversation.

    `found` holds the entry ids of the last search, best first, of which `shown` were shown; `cards` are those that
    carry the numbers people may refer to. `poor_answers` counts those in a row, the last one not while it is `unrated`:
    it was an answer, and only a thumb down makes it a poor one. `offered` says that a person was offered after them.
    `awaiting` is what the desk has just asked for: `intake` (what `draft`
    lacks), `comment:7` (on how ticket 7 went) or nothing. `aside` lets the next message go to the desk although a
    ticket is with a person. `files` are attachments that wait for a question, `findings` what the last search brought.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    query: Query | None = None
    found: tuple[int, ...] = ()
    shown: int = 0
    cards: tuple[int, ...] = ()
    poor_answers: int = 0
    unrated: bool = False
    offered: bool = False
    awaiting: str | None = None
    aside: bool = False
    draft: Draft | None = None
    files: tuple[int, ...] = ()
    findings: Findings | None = None

    def awaits_a_detail(self) -> bool:
        """Say whether the next words fill in what a question lacks, and tell nothing of their writer's language."""
        if self.awaiting != "intake" or self.draft is None:
            return False
        return self.draft.step() not in (Step.QUESTION, Step.CONFIRM)

    def going_on(self) -> Self:
        """Return the state at the next question: an answer that nobody rated down was good enough."""
        return self.model_copy(update={"poor_answers": 0, "unrated": False, "offered": False}) if self.unrated else self

    def one_more_is_enough(self) -> bool:
        """Say whether a person is to be offered, once, if the next answer is poor too."""
        return not self.offered and self.poor_answers + 1 >= POOR_ANSWERS_BEFORE_PERSON
