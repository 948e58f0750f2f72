"""Puts a decision that changes nothing into words, with the entries and sentences that it shows."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from bot.dialogue.decisions import Answer, AskFor, AskWhich, Clarify, Decision, Decline, Details, NoMore, SmallTalk
from bot.dialogue.state import PAGE
from bot.messages import OutgoingMessage, Quote
from bot.turns.entry_cache import EntryCache
from bot.wording import replies, ticket_replies
from bot.wording.entries import quote
from index.model import Vectors
from knowledge.entries.markdown import parse
from knowledge.entries.rich_text import Block, excerpt, lines
from knowledge.entries.sentences import is_item
from knowledge.models import Entry, Passage

_SENTENCE = re.compile(r"[.!?…;:][\W_]*$")


class Quoting(Protocol):
    """Picks the sentences of a passage that answer a question best, given the question's vector too."""

    def __call__(self, question: str, passage_text: str, *, vector: Vectors | None = None) -> list[str]: ...


class Composer:
    """Words for decisions; `today` says for which day the status of a call is told."""

    def __init__(self, cache: EntryCache, quote: Quoting, today: Callable[[], date]) -> None:
        self._cache = cache
        self._quote = quote
        self._today = today

    def compose(self, decision: Decision, vector: Vectors | None, tag: str) -> OutgoingMessage | None:
        """Return what the desk says, or None for a decision that must be carried out first."""
        today = self._today()
        match decision:
            case SmallTalk(intent=intent):
                return replies.small_talk(intent, tag)
            case AskFor(what=what):
                return replies.ask_for(what, tag)
            case AskWhich():
                return ticket_replies.which(decision, tag)
            case Decline():
                return replies.decline(decision, tag)
            case NoMore():
                return replies.no_more(tag)
            case Details(entry_id=entry_id):
                shown = self._cache.entries([entry_id])
                return replies.details(shown[0], tag, today) if shown else replies.gone(tag)
            case Clarify(found=found):
                return replies.clarify(decision, self._cache.entries(found[:PAGE]), tag, today)
            case Answer(found=found, first=first):
                entries = self._cache.entries(found[first : first + PAGE])
                return replies.answer(decision, entries, self._quotes(decision, entries, vector), tag, today)
        return None

    def _quotes(self, decision: Answer, entries: Sequence[Entry], vector: Vectors | None) -> list[Quote]:
        if decision.passage_id is None or not entries:
            return []
        passage = self._cache.passage(decision.passage_id)
        if passage is None or not passage.text or passage.entry_id != entries[0].id:
            return []
        first, question = entries[0], decision.query.text
        words = self._words(question, passage, vector)
        if not words and (leading := self._cache.leading(first.id)) is not None:
            words = self._words(question, leading, vector)
        if not words:
            return []
        by = first.organisation if first.ticket_id is not None else None
        return [quote(first, words, as_of=first.verified_on or first.published_on, by=by)]

    def _words(self, question: str, passage: Passage, vector: Vectors | None) -> tuple[Block, ...]:
        """Return the best sentences and items of a passage; a line of facts, as a city, has no stop and is neither."""
        blocks = parse(passage.text)
        sentences = self._quote(question, lines(blocks), vector=vector)
        return excerpt(blocks, [each for each in sentences if _SENTENCE.search(each) or is_item(each)])
