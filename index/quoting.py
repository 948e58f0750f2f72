"""The sentences of a passage that answer a question best, to be quoted as they stand."""

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from index.grams import terms
from index.model import Encoder, Vectors
from knowledge.languages import fold
from knowledge.passages import sentences

MIN_SHARE = 0.2
"""Of the question's weight: a sentence that holds less says nothing of it, as when the languages differ."""

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
    in meaning does where no sentence shares enough, as across languages; without them the leading sentences stand.
    A sentence that cannot stand alone takes its neighbour along.
    """
    found = list(dict.fromkeys(sentences(passage_text)))
    if len(found) <= limit or limit < 1:
        return found[: max(limit, 0)]
    shares = _shares(question, found)
    if max(shares) < MIN_SHARE:
        if encoder is None or vector is None:
            return found[:limit]
        shares = (encoder.encode(found) @ vector).tolist()
    best = max(range(len(found)), key=lambda place: shares[place])
    chosen = [best]
    if limit > 1 and (neighbour := _neighbour(found, best)) is not None:
        chosen.append(neighbour)
    # A second sentence earns its place by saying nearly as much as the first.
    for place in sorted(range(len(found)), key=lambda place: -shares[place]):
        if len(chosen) < limit and place not in chosen and shares[place] >= 0.6 * shares[best]:
            chosen.append(place)
    return [found[place] for place in sorted(chosen)]


def _shares(question: str, found: Sequence[str]) -> list[float]:
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


def _neighbour(found: Sequence[str], place: int) -> int | None:
    """Return the sentence without which that of `place` is not understood, if any."""
    sentence = found[place]
    if place > 0 and _POINTS_BACK.match(fold(sentence)):
        return place - 1
    if place + 1 < len(found) and (len(sentence) < LONE_CHARS or sentence.endswith((":", "?"))):
        return place + 1
    return None
