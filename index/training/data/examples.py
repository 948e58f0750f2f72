"""The examples that the student learns from: which sentences, how often each, and which are held out to measure by."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.model import Vectors
from index.training.data.corpus import Pair
from index.training.data.sentences import PieceIds

LONGEST = 100
"""Pieces of a sentence; longer ones are left out."""

SOURCES = {
    "ms-d365-docs": 0.6, "wordnet": 0.5, "osm-id-tags": 0.4, "eu-eforms": 0.7, "evolution": 0.7, "ntrex": 4,
    "opensource-guide": 2, "mozilla-www": 2, "ro-sts-train": 5, "alaveteli": 1.5, "pkp": 1.2, "wordpress": 1.2,
}  # fmt: skip
"""How often a sentence of a source is drawn, against one of the others: full sentences more, repetitive lists less."""

LANGUAGES = {"sq": 1.4, "mk": 1.4, "bs": 1.4, "tr": 1.2, "el": 1.1}
"""How often a sentence of a language is drawn, against one of the others: more where there are few."""


def sentence_held_out(english: str) -> bool:
    """Return whether an English sentence is kept to measure by: one of 150 of those with three to ten words."""
    if not 3 <= len(english.split()) <= 10:
        return False
    # A choice of the sentences once and for all, so that no training sees them; it protects nothing.
    return int(hashlib.md5(english.encode(), usedforsecurity=False).hexdigest(), 16) % 150 == 0


@dataclass(frozen=True)
class Examples:
    """Sentences of the region with what they should land on: `vectors[targets[i]]` is example i's."""

    pairs: Sequence[Pair]
    pieces: Sequence[np.ndarray]
    targets: np.ndarray
    weights: np.ndarray
    vectors: Vectors
    english: Sequence[str]
    longest: int = LONGEST

    def __len__(self) -> int:
        return len(self.pairs)


def gather(
    pairs: Sequence[Pair], texts: Sequence[str], english: Sequence[str], ids: PieceIds, vectors: Vectors
) -> Examples:
    """Return the examples among the pairs: not held out, and neither empty nor too long.

    `ids` are those of `texts`, `vectors` the teacher's of `english`; each text is distinct.
    """
    text_at = {text: place for place, text in enumerate(texts)}
    english_at = {text: place for place, text in enumerate(english)}
    lengths = ids.lengths
    kept = [
        pair for pair in pairs if not sentence_held_out(pair.english) and 0 < lengths[text_at[pair.text]] <= LONGEST
    ]
    weights = np.array([SOURCES.get(pair.source, 1.0) * LANGUAGES.get(pair.language, 1.0) for pair in kept])
    return Examples(
        pairs=kept,
        pieces=[ids[text_at[pair.text]] for pair in kept],
        targets=np.array([english_at[pair.english] for pair in kept], dtype=np.int64),
        weights=weights / weights.sum(),
        vectors=vectors,
        english=english,
    )
