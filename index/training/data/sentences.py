"""The parallel sentences that the student learns from: how often each, and which are held out to measure by."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from index.training.data.corpus import Pair

SOURCES = {
    "eu-eforms": 0.35, "osm-id-tags": 0.35, "wordnet": 0.35, "alaveteli": 3, "mozilla-www": 3, "ntrex": 3,
    "opensource-guide": 3,
}  # fmt: skip
"""How often a sentence of a source is drawn, against one of the others: full sentences more, repetitive lists less."""

LANGUAGES = {
    "sq": 1.6, "el": 1.4, "sl": 1.4, "mk": 1.3, "tr": 1.2, "uk": 1.2, "bg": 1.1, "sr": 1.1, "sr-Latn": 0.9, "bs": 0.7,
}  # fmt: skip
"""How often a language is drawn, against one of the others: more where less is known of it."""

_LONGEST = 300
_FULL = 10


def sentence_held_out(english: str) -> bool:
    """Return whether an English sentence is kept to measure by: one of 150 of those with three to ten words."""
    if not 3 <= len(english.split()) <= 10:
        return False
    # A choice of the sentences once and for all, so that no training sees them; it protects nothing.
    return int(hashlib.md5(english.encode(), usedforsecurity=False).hexdigest(), 16) % 150 == 0


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in a language of the region, its English, and how often it is drawn within its language."""

    language: str
    text: str
    english: str
    weight: float


def learned(pairs: Iterable[Pair]) -> list[Sentence]:
    """Return the sentences that may be learned from: not held out, and of at most three hundred characters."""
    return [
        Sentence(pair.language, pair.text, pair.english, _weight(pair))
        for pair in pairs
        if len(pair.text) <= _LONGEST and not sentence_held_out(pair.english)
    ]


def chosen(sentences: Sequence[Sentence], count: int, seed: int) -> list[str]:
    """Return at most `count` English sentences, sorted: what is drawn often is likely among them."""
    weights: dict[str, float] = {}
    for each in sentences:
        weights[each.english] = weights.get(each.english, 0) + each.weight * LANGUAGES.get(each.language, 1.0)
    chance = Random(f"english {seed}")
    # Drawn by weight and without repetition (Efraimidis and Spirakis 2006).
    drawn = sorted(weights, key=lambda text: -(chance.random() ** (1 / weights[text])))
    return sorted(drawn[:count])


def _weight(pair: Pair) -> float:
    words = max(1, min(len(pair.english.split()), _FULL))
    return words / _FULL * SOURCES.get(pair.source, 1.0)
