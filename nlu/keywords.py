"""The offline twin: Rasa's own examples and lookups, understood by weighing keywords; no network, no model file."""

import math
import re
from collections import Counter
from functools import cache

from knowledge import clock
from nlu.extraction import gazetteer
from nlu.extraction.folding import fold_with_offsets
from nlu.extraction.gazetteer import Today
from nlu.training_data import folded_examples
from nlu.understanding import LONGEST_TEXT, Intent, Understanding

_WORDS = re.compile(r"\w+")
_STEM = 5
_SMOOTHING = 0.2


class KeywordUnderstander:
    """Weighs a message's keywords by how much each speaks for an intent in the training examples (naive Bayes)."""

    def __init__(self, *, today: Today = clock.today) -> None:
        self._today = today

    async def understand(self, text: str, language: str) -> Understanding:
        """Return the meaning of `text`; never raises."""
        folded = fold_with_offsets(text[:LONGEST_TEXT])
        intent, confidence = _likeliest(folded.text)
        entities = gazetteer.settle(folded, gazetteer.find(folded), intent, self._today, language=language)
        return Understanding(intent, confidence, entities, by="keywords")

    async def close(self) -> None:
        """Nothing is held."""


def _likeliest(folded: str) -> tuple[Intent, float]:
    weights = _weights()
    known = [keyword for keyword in _keywords(folded) if keyword in weights]
    if not known:
        # Words that no example has: a question about something, unless there is no word at all.
        return (Intent.ASK, 0.1) if _WORDS.search(folded) else (Intent.OUT_OF_SCOPE, 0.0)
    scores = {intent: sum(weights[keyword][intent] for keyword in known) for intent in Intent}
    best = max(scores, key=lambda intent: scores[intent])
    # Stems, pairs and pieces repeat one another's evidence, so it is softened before it is called a probability.
    total = sum(math.exp((score - scores[best]) / 2) for score in scores.values())
    return best, 1 / total


def _keywords(folded: str) -> set[str]:
    words = _WORDS.findall(folded)
    stems = [word[:_STEM] for word in words]
    pairs = {f"{first} {second}" for first, second in zip(["^", *stems], [*stems, "$"], strict=False)}
    pieces = {f"~{word[start : start + 4]}" for word in words for start in range(len(word) - 3) if len(word) > 4}
    return {*stems, *words, *pairs, *pieces}


@cache
def _weights() -> dict[str, dict[Intent, float]]:
    """Return for each keyword the logarithm of its likelihood under each intent."""
    counts = {
        intent: Counter(keyword for text in texts for keyword in _keywords(text))
        for intent, texts in folded_examples().items()
    }
    totals = {intent: len(texts) for intent, texts in folded_examples().items()}
    known = {keyword for counter in counts.values() for keyword in counter}
    return {
        keyword: {
            intent: math.log((counter[keyword] + _SMOOTHING) / (totals[intent] + 2 * _SMOOTHING))
            for intent, counter in counts.items()
        }
        for keyword in known
    }
