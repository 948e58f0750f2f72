"""One message's whole way: understand, find, decide, and carry out in one transaction."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Protocol
from weakref import WeakValueDictionary

from pydantic import ValidationError
from sqlalchemy.orm import Session

from bot import policy, replies
from bot.commands import carry_out
from bot.decisions import Answer, AskFor, Clarify, Decision, Decline, Details, NoMore, Search, SmallTalk, Wanted
from bot.followups import asks_for_more, named_ordinal
from bot.messages import MAX_INCOMING_CHARS, IncomingMessage, OutgoingMessage, Quote
from bot.policy import PAGE, Thresholds
from bot.shelf import Shelf
from bot.state import DialogueState, Query
from bot.texts import tag_of_hint
from index.model import Filters, SearchResult, Vectors
from index.quoting import best_sentences
from knowledge import conversations
from knowledge.database import Database
from knowledge.models import Author, Entry, Message, TicketState
from knowledge.tickets import ticket_with_people
from nlu.understanding import Intent, Understander

FOUND = 30
"""How many entries a search brings, for "more" to page through."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


_SENTENCE = re.compile(r"[.!?…;:][\W_]*$")


class Finder(Protocol):
    """Finds entries by meaning and words."""

    @property
    def revision(self) -> int:
        """The revision of the knowledge base that is searched; below 0 while changes are taken in."""

    async def encode(self, text: str) -> Vectors: ...

    async def search(
        self,
        question: str,
        filters: Filters,
        *,
        language: str | None,
        today: date,
        limit: int = 10,
        vector: Vectors | None = None,
    ) -> SearchResult: ...


class Quoting(Protocol):
    """Picks the sentences of a passage that answer a question best, given the question's vector too."""

    def __call__(self, question: str, passage_text: str, *, vector: Vectors | None = None) -> list[str]: ...


class Detector(Protocol):
    """Tells the language of a message."""

    def detect(self, text: str, history: Sequence[str] = (), chosen: str | None = None) -> str: ...


@dataclass(frozen=True)
class Context:
    """What the desk knew when a message came."""

    state: DialogueState
    language: str | None
    language_chosen: bool
    history: tuple[str, ...]
    ticket: TicketState | None


class Conversation:
    """The desk's side of every conversation; the messages of one address are handled in the order they came."""

    def __init__(
        self,
        database: Database,
        understander: Understander,
        detector: Detector,
        finder: Finder,
        limits: Thresholds,
        *,
        quote: Quoting = best_sentences,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._understander = understander
        self._detector = detector
        self._finder = finder
        self._shelf = Shelf(database, lambda: finder.revision)
        self._limits = limits
        self._quote = quote
        self._clock = clock
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def handle(self, incoming: IncomingMessage) -> list[int]:
        """Answer a message; return the ids of the messages now owed, none for a message that was handled before."""
        async with self._turn(incoming):
            text = clean(incoming.text)
            action = incoming.action or policy.slash(text)
            # The vector takes longest, so it is begun before anything is known of the conversation.
            encoding = asyncio.create_task(self._finder.encode(text)) if text and action is None else None
            try:
                context = await asyncio.to_thread(self._load, incoming)
                tag = self._language(incoming, text, context)
                decision = await self._decide(action, text, tag, context, encoding)
                vector = await self._vector(decision)
            finally:
                if encoding is not None:
                    encoding.cancel()
            return await asyncio.to_thread(self._finish, incoming, text, tag, decision, vector, context)

    @asynccontextmanager
    async def _turn(self, incoming: IncomingMessage) -> AsyncIterator[None]:
        lock = self._turns.setdefault((incoming.channel, incoming.address), asyncio.Lock())
        async with lock:
            yield

    def _load(self, incoming: IncomingMessage) -> Context:
        with self._database.reading() as session:
            conversation = conversations.find_conversation(session, incoming.channel, incoming.address)
            if conversation is None:
                return Context(DialogueState(), None, False, (), None)
            ticket = ticket_with_people(session, conversation.id)
            chosen = conversation.language_chosen
            return Context(
                state=_state(conversation.state),
                language=conversation.language,
                language_chosen=chosen,
                history=() if chosen else tuple(conversations.recent_words(session, conversation.id)),
                ticket=ticket.state if ticket else None,
            )

    def _language(self, incoming: IncomingMessage, text: str, context: Context) -> str:
        if context.language_chosen and context.language:
            return context.language
        if context.language and (asks_for_more(text) or named_ordinal(text)):
            return context.language
        fallback = context.language or tag_of_hint(incoming.language_hint)
        if incoming.action or not text or text.startswith("/"):
            return fallback or "en"
        return self._detector.detect(text, context.history, fallback)

    async def _decide(
        self, action: str | None, text: str, tag: str, context: Context, encoding: asyncio.Task[Vectors] | None
    ) -> Decision:
        if action is not None:
            pressed = policy.press(action, context.state)
            if pressed is None:
                return SmallTalk(Intent.HELP)
            if not isinstance(pressed, Search):
                return pressed
            return await self._searched(pressed, None, tag, replace(context, ticket=None))
        if encoding is None:
            return AskFor(Wanted.WORDS)
        understanding = await self._understander.understand(text, tag)
        wanted = policy.read(text, understanding, context.state, context.ticket, self._limits)
        if not isinstance(wanted, Search):
            return wanted
        vector = await encoding
        return await self._searched(wanted, vector if wanted.query.text == text else None, tag, context)

    async def _searched(self, search: Search, vector: Vectors | None, tag: str, context: Context) -> Decision:
        narrow = policy.with_kind(search)
        result = await self._find(narrow.query, vector, tag)
        if search.kind is not None and result.probability < self._limits.answer:
            wide = await self._find(search.query, vector, tag)
            if policy.wider_is_better(search, result, wide, self._limits):
                narrow, result = search, wide
        return policy.decide(narrow, result, context.state, context.ticket, self._limits)

    async def _find(self, query: Query, vector: Vectors | None, tag: str) -> SearchResult:
        return await self._finder.search(
            query.text, query.filters(), language=tag, today=self._clock().date(), limit=FOUND, vector=vector
        )

    async def _vector(self, decision: Decision) -> Vectors | None:
        """Return the vector of what was asked, if it is to be quoted for."""
        if not isinstance(decision, Answer) or decision.passage_id is None:
            return None
        # The finder remembers what it just searched for, so this costs nothing.
        return await self._finder.encode(decision.query.text)

    def _finish(
        self,
        incoming: IncomingMessage,
        text: str,
        tag: str,
        decision: Decision,
        vector: Vectors | None,
        context: Context,
    ) -> list[int]:
        reply = self._compose(decision, vector, tag)
        if reply and len(incoming.text) > MAX_INCOMING_CHARS:
            reply = reply.model_copy(update={"text": f"{replies.cut_short(tag)}\n{reply.text}"})
        with self._database.transaction() as session:
            conversation = conversations.open_conversation(session, incoming.channel, incoming.address)
            if incoming.external_id and conversations.already_received(session, conversation, incoming.external_id):
                return []
            conversation.language = tag
            conversation.state = policy.after(context.state, decision).model_dump(mode="json", exclude_defaults=True)
            label = _label(session, conversation.id, incoming) if incoming.action else text
            received = conversations.receive_message(
                session,
                conversation,
                label,
                external_id=incoming.external_id,
                kind="text" if incoming.action is None else "action",
            )
            if reply is None:
                conversation, reply = carry_out(session, conversation, decision, received, incoming.on_message, tag)
            if incoming.on_message and _takes_its_place(incoming.action):
                reply = reply.model_copy(update={"replaces": incoming.on_message})
            sent = conversations.send_message(
                session, conversation, reply.text, author=Author.BOT, kind="reply", data=reply.model_dump(mode="json")
            )
            return [sent.id]

    def _compose(self, decision: Decision, vector: Vectors | None, tag: str) -> OutgoingMessage | None:
        """Put a decision that changes nothing into words; None for one that must be carried out."""
        today = self._clock().date()
        match decision:
            case SmallTalk(intent=intent):
                return replies.small_talk(intent, tag)
            case AskFor(what=what):
                return replies.ask_for(what, tag)
            case Decline():
                return replies.decline(decision, tag)
            case NoMore():
                return replies.no_more(tag)
            case Details(entry_id=entry_id):
                shown = self._shelf.entries([entry_id])
                return replies.details(shown[0], tag, today) if shown else replies.gone(tag)
            case Clarify(found=found):
                return replies.clarify(decision, self._shelf.entries(found[:PAGE]), tag, today)
            case Answer(found=found, first=first):
                entries = self._shelf.entries(found[first : first + PAGE])
                return replies.answer(decision, entries, self._quotes(decision, entries, vector), tag, today)
        return None

    def _quotes(self, decision: Answer, entries: Sequence[Entry], vector: Vectors | None) -> list[Quote]:
        if decision.passage_id is None or not entries:
            return []
        passage = self._shelf.passage(decision.passage_id)
        if passage is None or not passage.text or passage.entry_id != entries[0].id:
            return []
        first = entries[0]
        # A line of facts, such as a city or an identifier, ends without a stop and says nothing as a quote.
        best = self._quote(decision.query.text, passage.text, vector=vector)
        sentences = [each for each in best if _SENTENCE.search(each)]
        as_of = first.verified_on or first.published_on
        quote = Quote(text=" ".join(sentences), title=first.title, url=first.url, language=first.language, as_of=as_of)
        return [quote] if sentences else []


def _state(stored: dict[str, Any]) -> DialogueState:
    """Return the stored state; one that an older version wrote and this one cannot read is begun anew."""
    try:
        return DialogueState.model_validate(stored)
    except ValidationError:
        return DialogueState()


def clean(text: str) -> str:
    """Return what is read of a message: no control or direction characters, at most `MAX_INCOMING_CHARS` long."""
    return _UNPRINTABLE.sub("", text[: 2 * MAX_INCOMING_CHARS].replace("\r\n", "\n")).strip()[:MAX_INCOMING_CHARS]


def _takes_its_place(action: str | None) -> bool:
    verb = (action or "").partition(":")[0]
    return verb in {"drop", "language", "delete"}


def _label(session: Session, conversation_id: int, incoming: IncomingMessage) -> str:
    """Return what the pressed button said, for the record of the conversation."""
    message = session.get(Message, incoming.on_message) if incoming.on_message else None
    if message is not None and message.conversation_id == conversation_id:
        for row in message.data.get("buttons", ()):
            for button in row:
                if button.get("action") == incoming.action:
                    return str(button["label"])
    return incoming.action or ""
