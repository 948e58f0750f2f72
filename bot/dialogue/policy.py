"""What the desk does next: pure functions from what it knows to a decision; no clock, no database, no network."""

from dataclasses import dataclass, replace

from bot.dialogue.awaited import QUESTIONS, TOLD, commenting, gathering
from bot.dialogue.buttons import draft_of, more, person, ready
from bot.dialogue.decisions import (
    Answer,
    AskFor,
    AskWhich,
    Clarify,
    Command,
    Decision,
    Decline,
    Details,
    Gather,
    JoinTicket,
    NoMore,
    Search,
    SmallTalk,
    Verb,
    Wanted,
)
from bot.dialogue.followups import asks_for_a_list, asks_for_more, asks_to_stop, named_ordinal, only_refines
from bot.dialogue.intake import Draft
from bot.dialogue.state import POOR_ANSWERS_BEFORE_PERSON, DialogueState, Query
from bot.dialogue.subjects import competence_in
from bot.dialogue.ticket_relevance import RELATED, asks, goes_with, is_only_a_number, is_short, named_ticket, tells
from index.model import SearchResult
from knowledge.models import Kind, TicketState
from knowledge.tickets.for_asker import InHand
from nlu.understanding import EntityKind, Intent, Understanding

KIND_OF = {
    Intent.FIND_CALL: Kind.FUNDING_CALL,
    Intent.FIND_PRACTICE: Kind.BEST_PRACTICE,
    Intent.FIND_PARTNER: Kind.ORGANISATION,
    Intent.FIND_EXPERT: Kind.EXPERT,
}
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

_MISTAKEN = frozenset({Intent.DELETE, Intent.RESTART, Intent.LANGUAGE, Intent.THANKS, Intent.GREET})
"""Commands and courtesies that longer questions are taken for."""

_SUBJECTS = (EntityKind.SECTOR, EntityKind.COMPETENCE, EntityKind.PROGRAMME)
_WITH_PEOPLE = (TicketState.OPEN, TicketState.CLAIMED, TicketState.WAITING)


@dataclass(frozen=True)
class Thresholds:
    """Probabilities of the first answer: from `answer` on the desk answers, from `clarify` on it asks back."""

    answer: float
    clarify: float
    intent: float = 0.6
    """How sure the understanding of small talk and commands must be; a doubtful one is treated as a question."""


def read(
    text: str,
    understanding: Understanding,
    state: DialogueState,
    ticket: InHand | None,
    limits: Thresholds,
    *,
    meant: int | None = None,
) -> Decision | Search:
    """Return what a typed message asks for: a decision, or a query that must be searched before deciding.

    `ticket` is the one that people have in hand, `meant` the one that the message replies to or names.
    """
    sure = understanding.confidence >= limits.intent
    intent = understanding.intent if sure or understanding.intent in QUESTIONS else Intent.ASK
    if ticket is not None and intent not in QUESTIONS and tells(text, understanding):
        intent = Intent.ASK
    if not any(letter.isalnum() for letter in text):
        return AskFor(Wanted.WORDS)
    if awaited := gathering(text, understanding, intent, state) or commenting(text, intent, state):
        return awaited
    if is_only_a_number(text):
        return Command(Verb.TICKET, ticket_id=named_ticket(text) or 0)
    if (joining := _joining(intent, state, ticket, meant)) is not None:
        return joining
    if state.query and asks_for_more(text):
        return more(state)
    if state.found and (number := named_ordinal(text)):
        entry_id = _card(number, state)
        return NoMore() if entry_id is None else Details(entry_id)
    if asks_to_stop(text, news_meant=intent is Intent.SUBSCRIBE):
        return Command(Verb.UNSUBSCRIBE)
    if (state.query or intent in QUESTIONS) and only_refines(text, understanding.entities):
        refined = _refined(text, understanding, state)
        return Search(refined, goes_on=bool(refined.asked))
    if intent is Intent.OUT_OF_SCOPE:
        return Search(Query(text=text), off_topic=True)
    if intent not in QUESTIONS:
        command = _command(text, understanding, state)
        return _doubted(text, understanding, command) if intent in _MISTAKEN else command
    entities = tuple(entity for entity in understanding.entities if entity.kind in FILTERING[intent])
    query = Query.new(text, entities).model_copy(update={"competence": competence_in(understanding.entities)})
    kind = KIND_OF.get(intent)
    if intent is Intent.FIND_EXPERT and sure and query.competence:
        return Search(_who_is_who(query))
    if kind and sure and asks_for_a_list(text, entities):
        query = query.model_copy(update={"listing": True})
    return Search(query, kind)


def _joining(intent: Intent, state: DialogueState, ticket: InHand | None, meant: int | None) -> JoinTicket | None:
    """Return that a message joins a ticket whatever it says: it names it, thanks for it, or was asked for by it."""
    if meant is not None and intent in TOLD:
        return JoinTicket(meant, quiet=intent is Intent.THANKS)
    if ticket is None or state.aside:
        return None
    if intent is Intent.THANKS:
        return JoinTicket(ticket.ticket_id, quiet=True)
    asked = ticket.state is TicketState.WAITING and intent in QUESTIONS | {Intent.OUT_OF_SCOPE}
    return JoinTicket(ticket.ticket_id) if asked else None


def with_files(text: str, ticket: InHand | None, meant: int | None) -> JoinTicket | AskFor | None:
    """Return what is done with a message of files: it joins a ticket, or waits for the question that it belongs to."""
    joined = meant if meant is not None else ticket.ticket_id if ticket is not None else None
    if joined is not None:
        return JoinTicket(joined)
    return None if text else AskFor(Wanted.ABOUT_FILE)


def decide(
    search: Search,
    result: SearchResult,
    state: DialogueState,
    ticket: InHand | None,
    limits: Thresholds,
    likeness: float = 0.0,
) -> Decision:
    """Return what to do with what a search found; the probability of the answer decides, never the intent's.

    `ticket` is the one in hand, else one that was closed lately, and `likeness` how near the message is to it: what is
    about it joins it, as does what asks nothing and has no answer here; a question of its own is answered beside it,
    and where neither is plain the asker is asked.
    """
    found = tuple(hit.entry_id for hit in result.hits)
    answers = result.probability >= limits.answer or (search.query.listing and bool(result.hits))
    if search.instead is not None and not answers:
        return search.instead
    beside = ""
    if ticket is not None and not state.aside and not search.goes_on:
        if (apart := _apart(search, ticket, answers, likeness)) is not None:
            return apart
        beside = ticket.number if ticket.state in _WITH_PEOPLE else ""
    if search.off_topic and not answers:
        return SmallTalk(Intent.OUT_OF_SCOPE, about=search.query.text)
    state = state.going_on()
    if not found:
        return _declined(search.query, state, nothing_within=bool(search.query.set_fields()))
    offer_person = state.poor_answers >= POOR_ANSWERS_BEFORE_PERSON
    if result.probability >= limits.answer:
        passage_id = result.hits[0].passage_id
        return Answer(search.query, found, passage_id=passage_id, offer_person=offer_person, beside=beside)
    if search.query.listing:
        return Answer(search.query, found, offer_person=offer_person, beside=beside)
    if result.probability >= limits.clarify:
        return Clarify(search.query, found, offer_person=state.poor_answers + 1 >= POOR_ANSWERS_BEFORE_PERSON)
    return _declined(search.query, state, nothing_within=False)


def _declined(query: Query, state: DialogueState, *, nothing_within: bool) -> Decline:
    draft = ready(draft_of(query, "declined")) if state.one_more_is_enough() else None
    return Decline(query, nothing_within, draft)


def _apart(search: Search, ticket: InHand, answers: bool, likeness: float) -> JoinTicket | AskWhich | None:
    """Return what a message is to the ticket, or None for a question of its own that the desk answers."""
    which = AskWhich(search.query, ticket.ticket_id, ticket.number, ticket.question)
    if ticket.state is TicketState.CLOSED:
        # After closing only what is plainly about the ticket, and has no answer here, may open it again.
        return replace(which, closed=True) if likeness >= RELATED and not answers else None
    if goes_with(search, likeness) or not (answers or asks(search)):
        return JoinTicket(ticket.ticket_id)
    return None if answers and asks(search) else which


def wider_is_better(search: Search, narrow: SearchResult, wide: SearchResult, limits: Thresholds) -> bool:
    """Say whether the guessed kind of `search` is dropped: it was not said, so it may not hide an answer."""
    if narrow.probability >= limits.answer or (search.query.listing and narrow.hits):
        return False
    return bool(wide.hits) and (not narrow.hits or wide.probability > narrow.probability)


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


def _doubted(text: str, understanding: Understanding, command: Decision | Search) -> Decision | Search:
    """Return a command, to be followed only if what is asked in so many words has no answer."""
    named = tuple(entity for entity in understanding.entities if entity.kind in _ALWAYS)
    search = Search(Query.new(text, named))
    if isinstance(command, Search) or is_short(text) or not asks(search):
        return command
    return replace(search, instead=command)


def _command(text: str, understanding: Understanding, state: DialogueState) -> Decision | Search:
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


def _who_is_who(query: Query) -> Query:
    """Return the query for whoever knows about it: experts and organisations, however unsure the answer is."""
    return query.model_copy(update={"kinds": (Kind.EXPERT, Kind.ORGANISATION), "listing": True})


def _person_in_words(text: str, understanding: Understanding, state: DialogueState) -> Decision | Search:
    """Whoever asks who knows a subject is shown who does; a long wish for a person holds the question itself."""
    subject = any(entity.kind in _SUBJECTS for entity in understanding.entities)
    query = Query.new(text, tuple(entity for entity in understanding.entities if entity.kind in _ALWAYS))
    if subject and asks(Search(query)):
        return Search(_who_is_who(query))
    if subject or len(text.split()) > 10:
        return Gather(Draft(question=text).knowing(understanding.entities))
    return person(state)


def with_kind(search: Search) -> Search:
    """Return the search within the kind guessed from the intent."""
    if search.kind is None:
        return search
    return replace(search, query=search.query.model_copy(update={"kinds": (search.kind,)}), kind=None)
