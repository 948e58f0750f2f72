"""What the desk does next: pure functions from what it knows to a decision; no clock, no database, no network."""

from dataclasses import dataclass, replace

from bot.decisions import (
    Answer,
    AskFor,
    Clarify,
    Command,
    Decision,
    Decline,
    Details,
    JoinTicket,
    NoMore,
    OpenTicket,
    Search,
    SmallTalk,
    Verb,
    Wanted,
)
from bot.followups import asks_for_a_list, asks_for_more, asks_to_stop, named_ordinal, only_refines
from bot.state import DialogueState, Query
from index.model import SearchResult
from knowledge.models import Kind, TicketState
from nlu.understanding import EntityKind, Intent, Understanding

KIND_OF = {
    Intent.FIND_CALL: Kind.FUNDING_CALL,
    Intent.FIND_PRACTICE: Kind.BEST_PRACTICE,
    Intent.FIND_PARTNER: Kind.ORGANISATION,
    Intent.FIND_EXPERT: Kind.EXPERT,
}
QUESTIONS = frozenset({Intent.ASK, *KIND_OF})
_ALWAYS = frozenset({EntityKind.COUNTRY, EntityKind.PROGRAMME, EntityKind.STATUS})
_LISTS = _ALWAYS | {EntityKind.SECTOR}
_WHO_IS_WHO = _LISTS | {EntityKind.CITY, EntityKind.ORGANISATION_TYPE}
FILTERING = {
    Intent.ASK: _ALWAYS,
    Intent.FIND_CALL: _LISTS,
    Intent.FIND_PRACTICE: _LISTS,
    Intent.FIND_PARTNER: _WHO_IS_WHO,
    Intent.FIND_EXPERT: _WHO_IS_WHO,
}
"""Which named things limit what is searched: "my firm in Varna" tells who asks, unless it is a firm that is sought."""

PAGE = 3
"""How many cards an answer shows."""

POOR_ANSWERS_BEFORE_PERSON = 2


@dataclass(frozen=True)
class Thresholds:
    """Probabilities of the first answer: from `answer` on the desk answers, from `clarify` on it asks back."""

    answer: float
    clarify: float
    intent: float = 0.6
    """How sure the understanding of small talk and commands must be; a doubtful one is treated as a question."""


def read(
    text: str, understanding: Understanding, state: DialogueState, ticket: TicketState | None, limits: Thresholds
) -> Decision | Search:
    """Return what a typed message asks for: a decision, or a query that must be searched before deciding."""
    sure = understanding.confidence >= limits.intent
    intent = understanding.intent if sure or understanding.intent in QUESTIONS else Intent.ASK
    if not any(letter.isalnum() for letter in text):
        return AskFor(Wanted.WORDS)
    if state.awaiting == Wanted.QUESTION and intent not in (Intent.RESTART, Intent.DELETE, Intent.HELP):
        return OpenTicket(text, reason="asked")
    if ticket is TicketState.CLAIMED and not state.aside and intent in QUESTIONS | {Intent.THANKS, Intent.OUT_OF_SCOPE}:
        return JoinTicket()
    if state.query and asks_for_more(text):
        return more(state)
    if state.found and (number := named_ordinal(text)):
        entry_id = _card(number, state)
        return NoMore() if entry_id is None else Details(entry_id)
    if asks_to_stop(text, news_meant=intent is Intent.SUBSCRIBE):
        return Command(Verb.UNSUBSCRIBE)
    if (state.query or intent in QUESTIONS) and only_refines(text, understanding.entities):
        return Search(_refined(text, understanding, state))
    if intent is Intent.OUT_OF_SCOPE:
        return Search(Query(text=text), off_topic=True)
    if intent not in QUESTIONS:
        return _command(text, understanding, state)
    entities = tuple(entity for entity in understanding.entities if entity.kind in FILTERING[intent])
    query = Query.new(text, entities)
    kind = KIND_OF.get(intent)
    if kind and sure and asks_for_a_list(text, entities):
        query = query.model_copy(update={"listing": True})
    return Search(query, kind)


def decide(
    search: Search, result: SearchResult, state: DialogueState, ticket: TicketState | None, limits: Thresholds
) -> Answer | Clarify | Decline | JoinTicket | SmallTalk:
    """Return what to do with what a search found; the probability of the answer decides, never the intent's.

    What the desk cannot answer while a ticket waits is taken as more about that ticket.
    """
    found = tuple(hit.entry_id for hit in result.hits)
    answers = result.probability >= limits.answer or (search.query.listing and result.hits)
    if ticket is not None and not state.aside and not answers:
        return JoinTicket()
    if search.off_topic and not answers:
        return SmallTalk(Intent.OUT_OF_SCOPE, about=search.query.text)
    if not found:
        return Decline(search.query, nothing_within=bool(search.query.set_fields()))
    offer_person = state.poor_answers >= POOR_ANSWERS_BEFORE_PERSON
    if result.probability >= limits.answer:
        return Answer(search.query, found, passage_id=result.hits[0].passage_id, offer_person=offer_person)
    if search.query.listing:
        return Answer(search.query, found, offer_person=offer_person)
    if result.probability >= limits.clarify:
        return Clarify(search.query, found)
    return Decline(search.query, nothing_within=False)


def wider_is_better(search: Search, narrow: SearchResult, wide: SearchResult, limits: Thresholds) -> bool:
    """Say whether the guessed kind of `search` is dropped: it was not said, so it may not hide an answer."""
    if narrow.probability >= limits.answer or (search.query.listing and narrow.hits):
        return False
    return bool(wide.hits) and (not narrow.hits or wide.probability > narrow.probability)


def more(state: DialogueState) -> Decision:
    """Return the next page of what was found."""
    if state.query is None:
        return SmallTalk(Intent.HELP)
    if state.shown >= len(state.found):
        return NoMore()
    return Answer(state.query, state.found, first=state.shown)


def press(action: str, state: DialogueState) -> Decision | Search | None:
    """Return what a button's action asks for, or None when no button of ours says that."""
    verb, _, argument = action.partition(":")
    match verb:
        case "more":
            return more(state)
        case "card" if argument.isascii() and argument.isdigit() and len(argument) < 16:
            return Details(int(argument))
        case "drop" if state.query and argument in Query.model_fields and argument in state.query.set_fields():
            return Search(state.query.without(argument))
        case "person":
            return person(state)
        case "up" | "down":
            return Command(Verb.RATE, verb)
        case "languages":
            return AskFor(Wanted.LANGUAGE)
        case "language":
            return Command(Verb.LANGUAGE, argument)
        case "ask_delete":
            return AskFor(Wanted.CONSENT_TO_DELETE)
        case "delete":
            return Command(Verb.DELETE) if argument == "yes" else Command(Verb.KEEP)
        case "tickets":
            return Command(Verb.TICKETS)
        case "subscribe":
            return Command(Verb.SUBSCRIBE, query=state.query)
        case "unsubscribe":
            return Command(Verb.UNSUBSCRIBE)
        case "aside":
            return Command(Verb.ASIDE)
        case "new":
            return Command(Verb.RESTART)
        case "start":
            return SmallTalk(Intent.GREET)
        case "help":
            return SmallTalk(Intent.HELP)
    return None


def person(state: DialogueState) -> Decision:
    """Return how a person is brought in: with the last question, or by asking for one."""
    if state.query and state.query.text:
        return OpenTicket(state.query.asked or state.query.text, reason="declined" if not state.found else "asked")
    return AskFor(Wanted.QUESTION)


def slash(text: str) -> str | None:
    """Return the action that a `/command` stands for, or None when `text` is not one we know."""
    name = text.split()[0].partition("@")[0].removeprefix("/").lower() if text.startswith("/") and len(text) > 1 else ""
    known = {
        "start": "start", "help": "help", "language": "languages", "lang": "languages", "ticket": "tickets",
        "tickets": "tickets", "person": "person", "delete": "ask_delete", "new": "new", "subscribe": "subscribe",
        "more": "more",
    }  # fmt: skip
    return known.get(name)


def _card(number: int, state: DialogueState) -> int | None:
    """Return the entry of a card by the number it carries, else by its place among those shown last or among all."""
    first = state.shown - len(state.cards) + 1
    if number < first and number <= len(state.cards):
        return state.cards[number - 1]
    return state.found[number - 1] if number <= len(state.found) else None


def _refined(text: str, understanding: Understanding, state: DialogueState) -> Query:
    """Return the query of before with the filters that were named; without one, whatever they leave is listed."""
    if state.query and not _seeks_others(understanding, state.query):
        return state.query.refined(understanding.entities, text)
    return Query.new(text, understanding.entities).model_copy(update={"listing": True})


def _seeks_others(understanding: Understanding, query: Query) -> bool:
    """Say whether a type of organisation is named after a question that was about something else."""
    named = any(entity.kind is EntityKind.ORGANISATION_TYPE for entity in understanding.entities)
    return named and not query.organisation_types and query.kinds not in ((), (Kind.ORGANISATION,))


def _command(text: str, understanding: Understanding, state: DialogueState) -> Decision:
    match understanding.intent:
        case Intent.PERSON:
            return _person_in_words(text, understanding, state)
        case Intent.TICKET:
            return Command(Verb.TICKETS)
        case Intent.SUBSCRIBE:
            named = Query.new(text, understanding.entities)
            listed = state.query if state.query and state.query.listing else None
            return Command(Verb.SUBSCRIBE, query=named if named.set_fields() else listed)
        case Intent.LANGUAGE:
            named_tags = [entity.value for entity in understanding.entities if entity.kind == EntityKind.LANGUAGE]
            return Command(Verb.LANGUAGE, named_tags[0]) if named_tags else AskFor(Wanted.LANGUAGE)
        case Intent.FEEDBACK:
            return Command(Verb.RATE, "words")
        case Intent.RESTART:
            return Command(Verb.RESTART)
        case Intent.DELETE:
            return AskFor(Wanted.CONSENT_TO_DELETE)
    return SmallTalk(understanding.intent)


def _person_in_words(text: str, understanding: Understanding, state: DialogueState) -> Decision:
    """A long request for a person, or one that names a subject, holds the question itself."""
    subjects = (EntityKind.SECTOR, EntityKind.PROGRAMME)
    if len(text.split()) > 10 or any(entity.kind in subjects for entity in understanding.entities):
        return OpenTicket(text, reason="asked")
    return person(state)


def after(state: DialogueState, decision: Decision) -> DialogueState:
    """Return the state once a decision was carried out."""
    base = state.model_copy(update={"awaiting": None, "aside": False})
    match decision:
        case Answer(query=query, found=found, first=first):
            cards = found[first : first + PAGE]
            return base.model_copy(
                update={"query": query, "found": found, "shown": first + len(cards), "cards": cards, "poor_answers": 0}
            )
        case Clarify(query=query, found=found):
            cards = found[:PAGE]
            return base.model_copy(
                update={
                    "query": query, "found": found, "shown": len(cards), "cards": cards,
                    "poor_answers": state.poor_answers + 1,
                }
            )  # fmt: skip
        case Decline(query=query):
            return base.model_copy(
                update={"query": query, "found": (), "shown": 0, "cards": (), "poor_answers": state.poor_answers + 1}
            )
        case AskFor(what=Wanted.WORDS) | NoMore():
            return state
        case SmallTalk(about=about) if about:
            return base.model_copy(update={"query": Query(text=about), "found": (), "shown": 0, "cards": ()})
        case AskFor(what=Wanted.QUESTION):
            return base.model_copy(update={"awaiting": str(Wanted.QUESTION)})
        case OpenTicket():
            return base.model_copy(update={"poor_answers": 0})
        case Command(verb=Verb.RESTART):
            return DialogueState()
        case Command(verb=Verb.ASIDE):
            return base.model_copy(update={"aside": True})
        case Command(verb=Verb.RATE, argument="down"):
            return base.model_copy(update={"poor_answers": state.poor_answers + 1})
    return base


def with_kind(search: Search) -> Search:
    """Return the search within the kind guessed from the intent."""
    if search.kind is None:
        return search
    return replace(search, query=search.query.model_copy(update={"kinds": (search.kind,)}), kind=None)
