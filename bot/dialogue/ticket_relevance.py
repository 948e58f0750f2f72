"""What a message is to the ticket that people have in hand: more about it, or a question of its own. Pure."""

import re
from functools import cache

from bot.dialogue.decisions import Search
from knowledge.languages import fold
from knowledge.packaged import packaged_yaml
from nlu.understanding import Intent, Understanding

RELATED = 0.4
"""From which likeness of meaning (a cosine) on a message is more about a ticket. Of 46 held-out pairs in all languages
none of the 19 new questions came so near; `tests/quality/joining.py` tells what becomes of each."""

FEWEST_WORDS = 4
"""A message with fewer words says nothing by itself, so it goes on with what is in hand."""

LONGEST_COMMAND = 4
CERTAIN = 0.95
"""How many words a command has, and how sure it must be beside a ticket when it has more."""

_NUMBER = re.compile(r"(?<!\w)[PpПпРр][-–‑ ]?([1-9]\d{0,8})(?!\w)")
_WORD = re.compile(r"[^\W_]+")


def named_ticket(text: str) -> int | None:
    """Return the ticket whose number ("P-12") is in `text`, or None."""
    found = _NUMBER.search(text)
    return int(found[1]) if found else None


def is_only_a_number(text: str) -> bool:
    """Say whether `text` is the number of a ticket and nothing else."""
    return _NUMBER.fullmatch(text.strip().rstrip("?!. ")) is not None


def goes_with(search: Search, likeness: float) -> bool:
    """Say whether a message is more about the ticket in hand."""
    if likeness >= RELATED:
        return True
    return not search.query.listing and len(_WORD.findall(search.query.text)) < FEWEST_WORDS


def tells(text: str, understanding: Understanding) -> bool:
    """Say whether a message beside a ticket may tell of it, though it was taken for a command or thanks.

    Commands are short; a longer message is one only when that is as good as certain, and never begins anew.
    """
    if is_short(text):
        return False
    return understanding.intent is Intent.RESTART or understanding.confidence < CERTAIN


def is_short(text: str) -> bool:
    """Say whether a message is as short as commands are."""
    return len(_WORD.findall(text)) <= LONGEST_COMMAND


def asks(search: Search) -> bool:
    """Say whether a message is plainly a question or a wish, rather than something told to an expert."""
    text = search.query.text.strip()
    if search.kind is not None or search.query.listing or text.endswith(("?", ";", "\N{GREEK QUESTION MARK}")):
        return True
    words = _WORD.findall(fold(text))
    return bool(words) and words[0] in _askers()


@cache
def _askers() -> frozenset[str]:
    raw = packaged_yaml("bot.dialogue", "followups.yaml")["asking"]
    return frozenset(fold(str(word)) for words in raw.values() for word in words)
