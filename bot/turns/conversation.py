"""One message's whole way: understand, find, decide, and carry out in one transaction."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from weakref import WeakValueDictionary

from sqlalchemy.orm import Session

from bot.dialogue import policy, transitions
from bot.dialogue.actions import Action, Plain, parse
from bot.dialogue.buttons import press, takes_its_place
from bot.dialogue.decisions import Answer, AskFor, Decision, JoinTicket, Search, SmallTalk, Wanted
from bot.dialogue.followups import asks_for_more, named_ordinal
from bot.dialogue.policy import Thresholds
from bot.dialogue.slash_commands import slash
from bot.dialogue.state import Query
from bot.messages import MAX_INCOMING_CHARS, IncomingMessage, OutgoingMessage
from bot.ports import Handled, Owed, Received
from bot.turns import attachments, question_log
from bot.turns.attachments import Fetched
from bot.turns.commands import carry_out
from bot.turns.composing import Composer, Quoting
from bot.turns.context import Context, context_of, tickets_at_hand
from bot.turns.entry_cache import EntryCache
from bot.turns.follow_links import FollowLinks
from bot.turns.ports import Detector, LiveFinder
from bot.turns.turn import Outcome, Turn
from bot.wording import replies
from bot.wording.rendering import files_of, outgoing_of
from bot.wording.texts import tag_of_hint
from index.model import SearchResult, Vectors
from index.ranking.quoting import best_sentences
from knowledge.cleaning import clean_text
from knowledge.conversations import messages
from knowledge.conversations.files import attach
from knowledge.database import Database
from knowledge.models import Author, Message, MessageKind
from knowledge.models import Conversation as Kept
from knowledge.tickets.for_asker import InHand
from nlu.understanding import Intent, Understander, Understanding

FOUND = 30
"""How many entries a search brings, for "more" to page through."""

COMPARED = 600
"""How much of what was said on a ticket a message is compared with."""

_ADDRESS = re.compile(r"\S+@\S+|(https?://|www\.)\S+")


@dataclass(frozen=True)
class Thought:
    """A decision with what it rests on, so that it can be taken anew once the ticket is locked.

    `alone` says that it is about no ticket, whatever people do with one.
    """

    decision: Decision
    search: Search | None = None
    result: SearchResult | None = None
    likeness: float = 0.0
    vector: Vectors | None = None
    understanding: Understanding | None = None
    alone: bool = False


class AskerConversation:
    """The desk's side of every conversation; the messages of one address are handled in the order they came."""

    def __init__(
        self,
        database: Database,
        understander: Understander,
        detector: Detector,
        finder: LiveFinder,
        limits: Thresholds,
        *,
        quote: Quoting = best_sentences,
        follow_links: FollowLinks | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._understander = understander
        self._detector = detector
        self._finder = finder
        self._composer = Composer(EntryCache(database, lambda: finder.revision), quote, lambda: clock().date())
        self._limits = limits
        self._follow_links = follow_links or FollowLinks()
        self._clock = clock
        self._turns: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def handle(self, incoming: IncomingMessage) -> Handled:
        """Answer a message; one that was handled before is answered with nothing."""
        async with self._turn(incoming):
            text = clean_text(incoming.text, MAX_INCOMING_CHARS).strip()
            action = _action(incoming) or slash(text)
            # The vector takes longest, so it is begun before anything is known of the conversation.
            encoding = asyncio.create_task(self._finder.encode(text)) if text and action is None else None
            try:
                files = await attachments.fetch(incoming.files) if incoming.files else []
                context = await asyncio.to_thread(self._load, incoming, text)
                tag = self._language(incoming, text, context)
                thought = await self._think(incoming, action, text, tag, context, encoding)
            finally:
                if encoding is not None:
                    encoding.cancel()
            return await asyncio.to_thread(self._finish, incoming, text, tag, thought, context, files)

    @asynccontextmanager
    async def _turn(self, incoming: IncomingMessage) -> AsyncIterator[None]:
        lock = self._turns.setdefault((incoming.channel, incoming.address), asyncio.Lock())
        async with lock:
            yield

    def _load(self, incoming: IncomingMessage, text: str) -> Context:
        with self._database.reading() as session:
            return context_of(session, incoming, text)

    def _language(self, incoming: IncomingMessage, text: str, context: Context) -> str:
        if context.language_chosen and context.language:
            return context.language
        kept = asks_for_more(text) or named_ordinal(text) or context.state.awaits_a_detail()
        if context.language and kept:
            return context.language
        fallback = context.language or tag_of_hint(incoming.language_hint)
        wordless = not any(letter.isalpha() for letter in _ADDRESS.sub("", text))
        if incoming.action or wordless or text.startswith("/"):
            return fallback or "en"
        return self._detector.detect(text, context.history, fallback)

    async def _think(
        self,
        incoming: IncomingMessage,
        action: Action | None,
        text: str,
        tag: str,
        context: Context,
        encoding: asyncio.Task[Vectors] | None,
    ) -> Thought:
        if action is Plain.OWN and context.asked:
            vector = await self._finder.encode(context.asked)
            return await self._read(context.asked, tag, context.without_tickets(), vector)
        if action is not None:
            pressed = press(action, context.state, context.about)
            if pressed is None:
                return Thought(SmallTalk(Intent.HELP))
            if isinstance(pressed, Search):
                return await self._searched(pressed, None, tag, context.without_tickets())
            return Thought(pressed, vector=await self._vector(pressed))
        if incoming.files and (taken := policy.with_files(text, context.ticket, context.meant)) is not None:
            return Thought(taken)
        if encoding is None:
            return Thought(AskFor(Wanted.WORDS))
        return await self._read(text, tag, context, await encoding)

    async def _read(self, text: str, tag: str, context: Context, vector: Vectors) -> Thought:
        understanding = await self._understander.understand(text, tag)
        wanted = policy.read(text, understanding, context.state, context.ticket, self._limits, meant=context.meant)
        if not isinstance(wanted, Search):
            return Thought(wanted, vector=await self._vector(wanted), understanding=understanding)
        same = vector if wanted.query.text == text else None
        thought = await self._searched(wanted, same, tag, context, await self._likeness(vector, context.at_hand))
        return replace(thought, understanding=understanding)

    async def _searched(
        self, search: Search, vector: Vectors | None, tag: str, context: Context, likeness: float = 0.0
    ) -> Thought:
        narrow = policy.with_kind(search)
        result = await self._find(narrow.query, vector, tag)
        if search.kind is not None and result.probability < self._limits.answer:
            wide = await self._find(search.query, vector, tag)
            if policy.wider_is_better(search, result, wide, self._limits):
                narrow, result = search, wide
        # The guessed kind is in the query now, or dropped; that the message was a wish is still known.
        narrow = replace(narrow, kind=search.kind)
        decision = policy.decide(narrow, result, context.state, context.at_hand, self._limits, likeness)
        return Thought(decision, narrow, result, likeness, await self._vector(decision), alone=context.alone)

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

    async def _likeness(self, vector: Vectors, ticket: InHand | None) -> float:
        """Return how near a message is to what was said on a ticket, a cosine."""
        if ticket is None:
            return 0.0
        said = dict.fromkeys(filter(None, (ticket.question, ticket.asked, ticket.last_words)))
        others = [await self._finder.encode(each[:COMPARED]) for each in said]
        return max(float(vector.ravel() @ other.ravel()) for other in others)

    def _finish(
        self,
        incoming: IncomingMessage,
        text: str,
        tag: str,
        thought: Thought,
        context: Context,
        fetched: Sequence[Fetched],
    ) -> Handled:
        with self._database.transaction() as session:
            conversation = messages.open_conversation(session, incoming.channel, incoming.address)
            if incoming.external_id and messages.already_received(session, conversation, incoming.external_id):
                return Handled()
            follows = messages.newest_id(session, conversation.id)
            conversation.language = tag
            decision = self._settled(session, conversation, thought, context)
            files, refused = attachments.keep(session, fetched) if fetched else ((), [])
            if refused and not files and not text:
                decision = AskFor(Wanted.WORDS)  # Nothing of it can join a ticket, or wait for a question.
            state = question_log.noted(
                transitions.after(context.state, decision), decision, thought.understanding, thought.result
            )
            if files and not isinstance(decision, JoinTicket):
                state = state.model_copy(update={"files": (*state.files, *files)})
            conversation.state = state.model_dump(mode="json", exclude_defaults=True)
            received = messages.receive_message(
                session,
                conversation,
                _label(session, conversation.id, incoming, tag) if incoming.action else text,
                external_id=incoming.external_id,
                kind=MessageKind.TEXT if incoming.action is None else MessageKind.ACTION,
            )
            turn = Turn(
                session, conversation, received, incoming.on_message, tag, context.state, self._clock(), files,
                self._follow_links,
            )  # fmt: skip
            outcome = self._done(turn, decision, thought.vector)
            if files and not isinstance(decision, JoinTicket):
                attach(session, files, message=received)
            question_log.note(session, outcome, decision, thought.result)
            lines = [replies.cut_short(tag)] if len(incoming.text) > MAX_INCOMING_CHARS else []
            lines += [replies.refused(refused, tag)] if refused else []
            reply = outcome.reply.model_copy(update={"text": "\n".join([*lines, outcome.reply.text])})
            if incoming.on_message and takes_its_place(_action(incoming)):
                reply = reply.model_copy(update={"replaces": incoming.on_message})
            sent = Owed.of(_send(session, outcome, reply), reply)
            # A deletion puts another row in the place of the one that was received.
            received = session.get_one(Message, received.id)
            shown = files_of(session, [received.id]).get(received.id, ()) if files else ()
            return Handled(Received.of(received, shown), (sent,), follows)

    def _settled(self, session: Session, conversation: Kept, thought: Thought, context: Context) -> Decision:
        """Return the decision, taken anew if people have done something with the ticket since it was taken."""
        if thought.search is None or thought.result is None or thought.alone:
            return thought.decision
        ticket, closed = tickets_at_hand(session, conversation.id, context.meant)
        if (ticket or closed) == context.at_hand:
            return thought.decision
        return policy.decide(
            thought.search, thought.result, context.state, ticket or closed, self._limits, thought.likeness
        )

    def _done(self, turn: Turn, decision: Decision, vector: Vectors | None) -> Outcome:
        reply = self._composer.compose(decision, vector, turn.tag)
        return carry_out(turn, decision) if reply is None else Outcome(turn.conversation, reply)


def _send(session: Session, outcome: Outcome, reply: OutgoingMessage) -> Message:
    """Owe the asker a reply; one about a ticket says so, by which deletion finds it."""
    sent = messages.send_message(
        session,
        outcome.conversation,
        reply.text,
        author=Author.BOT,
        payload=reply.as_reply(),
        ticket_id=outcome.ticket_id,
    )
    if outcome.files:
        attach(session, outcome.files, message=sent)
    if outcome.awaiting is not None:
        outcome.conversation.state = {**outcome.conversation.state, "awaiting": outcome.awaiting}
    return sent


def _action(incoming: IncomingMessage) -> Action | None:
    """Return what was pressed; a button that is none of ours asks for help."""
    return (parse(incoming.action) or Plain.HELP) if incoming.action else None


def _label(session: Session, conversation_id: int, incoming: IncomingMessage, tag: str) -> str:
    """Return what the pressed button said, for the record of the conversation; what had no words has none there."""
    message = session.get(Message, incoming.on_message) if incoming.on_message else None
    if message is not None and message.conversation_id == conversation_id:
        for row in outgoing_of(message, tag).buttons:
            for button in row:
                if button.action == incoming.action:
                    return button.label
    return ""
