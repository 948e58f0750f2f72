"""Alignment: the words of a small corpus find the English words that they stand for."""

import numpy as np
import pytest

from index.training.pieces.alignment import align
from tests.unit.index.training.conftest import LANGUAGES, SENTENCES, WORDS

ENGLISH = ["the", *WORDS]
OTHERS = sorted({word for words in WORDS.values() for word in words})


def numbers(words: list[str], vocabulary: list[str]) -> np.ndarray:
    return np.array([vocabulary.index(word) for word in words], dtype=np.int32)


def test_each_word_finds_its_translation() -> None:
    pairs = [(sentence, place) for sentence in SENTENCES for place in range(len(LANGUAGES))]
    heard: list[int] = []
    counts = align(
        [numbers([WORDS[word][place] for word in words], OTHERS) for words, place in pairs],
        [numbers(["the", *words], ENGLISH) for words, _ in pairs],
        (len(OTHERS), len(ENGLISH)),
        iterations=8,
        told=heard.append,
    ).toarray()
    assert heard == list(range(1, 9))
    # "The" is in every sentence, so that it stands for nothing in particular.
    best = counts[:, 1:].argmax(axis=1) + 1
    for english, words in WORDS.items():
        for word in words:
            assert ENGLISH[best[OTHERS.index(word)]] == english
    assert counts.sum() == pytest.approx(sum(len(words) + 1 for words, _ in pairs))
