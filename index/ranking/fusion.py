"""Fuses the two halves of a search: the weighted sum of their z-scores over all passages. Pure.

Words that few passages share lie many deviations from the mean, so theirs are bounded, or they would drown meaning.
How much words say depends on the languages: within one they say much, between relatives less, between strangers
little. So the weights know what a passage's language is to the question's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from index.arrays import Scores
from knowledge.languages import base, script
from knowledge.region import read_alike, share_words

Kins = NDArray[np.int8]


class Kinship(IntEnum):
    """What a passage's language is to the question's."""

    ENGLISH = 0
    """Both are English."""
    SAME = 1
    """One language, or two whose speakers read each other without effort."""
    NEAR = 2
    """Slavic languages, which share most of their words once they are folded."""
    TO_ENGLISH = 3
    """An English passage for somebody who asks in another language."""
    FAR = 4


def kinship(question: str, passage: str) -> Kinship:
    """Return what one language is to another, given their tags; an unknown language is far from all."""
    if base(passage) == "en":
        return Kinship.ENGLISH if base(question) == "en" else Kinship.TO_ENGLISH
    if read_alike(question, passage):
        return Kinship.SAME
    return Kinship.NEAR if share_words(question, passage) else Kinship.FAR


def kinships(question: str, languages: Sequence[str]) -> Kins:
    """Return the kinship of each of `languages` to the question's, n."""
    return np.array([kinship(question, language) for language in languages], np.int8)


def readable(kins: Kins) -> NDArray[np.bool_]:
    """Return which passages are in the asker's language or in English, n."""
    return np.isin(kins, (Kinship.ENGLISH, Kinship.SAME, Kinship.TO_ENGLISH))


def spoken(question: str, language: str | None) -> str:
    """Return the language of a question, or where it is not known the commonest one of its script."""
    return language or {"Cyrl": "bg", "Grek": "el"}.get(script(question), "en")


@dataclass(frozen=True)
class Weights:
    """How much each half counts."""

    dense: float
    lexical: float


Blend = Mapping[Kinship, Weights]
"""The weights for every kinship."""

MOST = 4.0
"""The most that words can say, in deviations from the mean."""

EVEN: Blend = {kin: Weights(0.5, 0.5) for kin in Kinship}


def normalise(scores: Scores, mean: float, spread: float, most: float = np.inf) -> Scores:
    """Return z-scores, at most `most`; where all are equal they say nothing and become zeros."""
    if spread < 1e-9:
        return np.zeros_like(scores)
    return np.asarray(np.minimum((scores - mean) / spread, most), np.float32)


def fuse(dense: Scores, lexical: Scores, kins: Kins, blend: Blend) -> Scores:
    """Return the fused score of each candidate, n, from the z-scores of both halves and their kinships, each of n."""
    table = np.array([[blend[kin].dense, blend[kin].lexical] for kin in Kinship], np.float32)
    weights = table[kins]
    return np.asarray(weights[:, 0] * dense + weights[:, 1] * lexical, np.float32)
