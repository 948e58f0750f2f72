"""The offline twin: Rasa's own examples and lookups, understood by weighing keywords; no network, no model file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

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


@dataclass(frozen=True)
class _Bayes:
    """The logarithms of how likely each keyword is under each intent, keywords x intents; `rows` are the keywords'."""

    intents: tuple[Intent, ...]
    rows: Mapping[str, int]
    likelihoods: NDArray[np.float64]


def _likeliest(folded: str) -> tuple[Intent, float]:
    bayes = _bayes()
    known = [bayes.rows[keyword] for keyword in _keywords(folded) if keyword in bayes.rows]
    if not known:
        # Words that no example has: a question about something, unless there is no word at all.
        return (Intent.ASK, 0.1) if _WORDS.search(folded) else (Intent.OUT_OF_SCOPE, 0.0)
    scores = bayes.likelihoods[known].sum(axis=0)
    best = int(scores.argmax())
    # Stems, pairs and pieces repeat one another's evidence, so it is softened before it is called a probability.
    return bayes.intents[best], float(1 / np.exp((scores - scores[best]) / 2).sum())


def _keywords(folded: str) -> set[str]:
    words = _WORDS.findall(folded)
    stems = [word[:_STEM] for word in words]
    pairs = {f"{first} {second}" for first, second in zip(["^", *stems], [*stems, "$"], strict=False)}
    pieces = {f"~{word[start : start + 4]}" for word in words for start in range(len(word) - 3) if len(word) > 4}
    return {*stems, *words, *pairs, *pieces}


@cache
def _bayes() -> _Bayes:
    # Imported late: it takes a second to load, and most commands understand no message.
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.naive_bayes import MultinomialNB

    examples = [(text, str(intent)) for intent, texts in folded_examples().items() for text in texts]
    texts, intents = zip(*examples, strict=True)
    counter = CountVectorizer(analyzer=_keywords, binary=True)
    fitted = MultinomialNB(alpha=_SMOOTHING, fit_prior=False).fit(counter.fit_transform(texts), intents)
    return _Bayes(tuple(map(Intent, fitted.classes_)), counter.vocabulary_, fitted.feature_log_prob_.T.copy())
