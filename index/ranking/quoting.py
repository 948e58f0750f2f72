"""The sentences of a passage that answer a question best, to be quoted as they stand."""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from index.encoding.caching import CachingEncoder
from index.model import Encoder, Vectors
from index.segments.grams import terms
from knowledge.entries.sentences import thoughts
from knowledge.languages import fold

MIN_SHARE = 0.2
"""Of the question's weight: a sentence that holds less says nothing of it, as when the languages differ."""

CLEAR_LEAD = 0.2
"""Of the question's weight: words that put one sentence so far ahead of the rest need no encoder beside them."""

MEANING = 0.7
"""How much the cosine counts in the sum with the share of words: where nothing is shared, it decides alone.

Measured with `python -m index.measuring.hidden`: 0.5 to 0.8 hardly differ, within a language and across, so neither
languages nor scripts need be known.
"""

SECOND = 0.6
"""Of the best sentence's score: what a second one must reach to be quoted too."""

LONE_CHARS = 60
"""A sentence shorter than this seldom stands alone."""

# Words that point back at the sentence before, folded, in the desk's languages.
_POINTS_BACK = re.compile(
    r"(it|its|this|that|these|those|they|their|such|he|she|however|therefore|thus|also|but|and|then"
    r"|acesta|aceasta|acestea|acestia|ele|ei|insa|astfel|dar"
    r"|tova|toi|tia|te|tezi|sasto|ova|ove|ovi|taj|ona|oni|ali|takodie|takodier|medutim|zato"
    r"|ovoi|ovaa|tie|isto|vendar|tudi"
    r"|auto|autos|autes|auta|omos|episis|aito|aitos|aites|aita|avto|avtos|avti|avtes|avta"
    r"|kio|keto|kito|ata|ato|gitastu"
    r"|bu|bunlar|aiica|ancak|voni|vona|vin|tomu|takoz|ale)\b"
)


def best_sentences(
    question: str, passage_text: str, limit: int = 2, *, encoder: Encoder | None = None, vector: Vectors | None = None
) -> list[str]:
    """Return at most `limit` sentences of a passage, in its order, that answer `question` best.

    Words shared with the question decide, rare ones more. With `encoder` and the question's `vector` (d,), nearness
    in meaning counts beside them unless the words are clear; without, the leading sentences stand where no sentence
    shares enough, as across languages. A sentence that cannot stand alone takes its neighbour along.
    """
    found = list(dict.fromkeys(thoughts(passage_text)))
    if len(found) <= limit or limit < 1:
        return found[: max(limit, 0)]
    if encoder is None or vector is None:
        scored = word_shares(question, found)
        if max(scored) < MIN_SHARE:
            return found[:limit]
    else:
        scored = scores(question, found, lambda: encoder.encode(found) @ vector)
    best = max(range(len(found)), key=lambda place: scored[place])
    chosen = [best]
    if limit > 1 and (neighbour := _neighbour(found, best)) is not None:
        chosen.append(neighbour)
    # A second sentence earns its place by saying nearly as much as the first.
    for place in sorted(range(len(found)), key=lambda place: -scored[place]):
        if len(chosen) < limit and place not in chosen and scored[place] >= SECOND * scored[best]:
            chosen.append(place)
    return [found[place] for place in sorted(chosen)]


def scores(question: str, found: Sequence[str], cosines: Callable[[], Vectors]) -> list[float]:
    """Return how well each of n sentences answers; `cosines` gives their nearness to the question, n, if asked for."""
    shares = word_shares(question, found)
    first, second = sorted(shares, reverse=True)[:2] if len(shares) > 1 else (1.0, 0.0)
    if first - second >= CLEAR_LEAD:
        return shares
    nearness = cosines().tolist()
    return [MEANING * near + (1 - MEANING) * share for near, share in zip(nearness, shares, strict=True)]


def word_shares(question: str, found: Sequence[str]) -> list[float]:
    """Return how much of the question's weight each sentence holds, 0 to 1; long ones are held back a little."""
    codes, owners = terms([question, *found])
    wanted = set(codes[owners == 0].tolist())
    held = [set(codes[owners == place].tolist()) for place in range(1, len(found) + 1)]
    frequency = Counter(code for sentence in held for code in sentence & wanted)
    weights = {code: math.log(1 + (len(found) + 1) / (1 + frequency[code])) for code in wanted}
    total = sum(weights.values()) or 1.0
    mean = float(np.mean([len(sentence) for sentence in held])) or 1.0
    return [
        sum(weights[code] for code in sentence & wanted) / total / (0.8 + 0.2 * max(1.0, len(sentence) / mean))
        for sentence in held
    ]


class Quoter:
    """Quotes with an encoder, and keeps the vectors of the sentences it saw last: people ask about the same entries."""

    def __init__(self, encoder: Encoder, *, remembered: int = 5000) -> None:
        self._encoder = CachingEncoder(encoder, remembered)

    def quote(self, question: str, passage_text: str, limit: int = 2, *, vector: Vectors | None = None) -> list[str]:
        """Return what `best_sentences` does; safe to call from many threads."""
        return best_sentences(question, passage_text, limit, encoder=self._encoder, vector=vector)


def _neighbour(found: Sequence[str], place: int) -> int | None:
    """Return the sentence without which that of `place` is not understood, if any."""
    sentence = found[place]
    if place > 0 and _POINTS_BACK.match(fold(sentence)):
        return place - 1
    if place + 1 < len(found) and (len(sentence) < LONE_CHARS or sentence.endswith((":", "?"))):
        return place + 1
    return None
