"""The vocabulary that is kept: of a quarter of a million pieces those that the region's texts use, and every letter.

A word whose piece is gone falls into smaller ones, at worst into its letters; none becomes unknown.
"""

import json
import unicodedata
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

MARKS = 4
"""The marks <s>, <pad>, </s> and <unk>, which stand first."""

_ALPHABETS = ("LATIN", "GREEK", "CYRILLIC")
_SIGNS_END = 0x2100
_SPACE = "▁"
_AT_ONCE = 5000


def counts(form: dict[str, Any], texts: Sequence[str]) -> NDArray[np.int64]:
    """Return how often each piece of a Unigram tokenizer is used in the texts; `form` is its tokenizer.json."""
    tokenizer = Tokenizer.from_str(json.dumps(form))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    found = np.zeros(len(form["model"]["vocab"]), np.int64)
    for start in range(0, len(texts), _AT_ONCE):
        encodings = tokenizer.encode_batch(list(texts[start : start + _AT_ONCE]), add_special_tokens=False)
        ids = np.fromiter(chain.from_iterable(each.ids for each in encodings), np.int64)
        found += np.bincount(ids, minlength=len(found))
    return found


def kept(pieces: Sequence[str], used: NDArray[np.int64], least: int) -> list[int]:
    """Return the places of the marks, of the pieces used at least `least` times, and of single letters and signs."""
    return [
        place
        for place, piece in enumerate(pieces)
        if place < MARKS or used[place] >= least or piece == _SPACE or (len(piece) == 1 and _known(piece))
    ]


def pruned(form: dict[str, Any], places: Sequence[int]) -> dict[str, Any]:
    """Return the tokenizer.json with the pieces at `places` alone, which neither cuts nor pads."""
    vocabulary = form["model"]["vocab"]
    return {
        **form,
        "truncation": None,
        "padding": None,
        "added_tokens": [token for token in form["added_tokens"] if token["id"] < MARKS],
        "model": {**form["model"], "vocab": [vocabulary[place] for place in places]},
    }


def _known(letter: str) -> bool:
    return ord(letter) < _SIGNS_END or unicodedata.name(letter, "").startswith(_ALPHABETS)
