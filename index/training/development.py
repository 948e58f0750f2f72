"""How good an encoder is at what it is trained for, measured on sets for development: no training reads them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.measuring import bitext, similarity
from index.measuring.encoding import Vectoriser
from index.training.data.corpus import Pair
from index.training.data.sentences import sentence_held_out


def figures(vectoriser: Vectoriser, pairs: Sequence[Pair], folder: Path) -> dict[str, Any]:
    """Return the figures of the held-out pairs and of a folder with `sib200/LANGUAGE.tsv` and `stsb_ro_en/dev.tsv`.

    See `twins`, `index.measuring.bitext` and `index.measuring.similarity` for them. Raises `SampleInvalid`.
    """
    return {
        "held_out": twins(vectoriser, pairs),
        "bitext": bitext.accuracies(bitext.read_aligned(folder / "sib200"), vectoriser),
        "similarity": similarity.correlations(similarity.read_rated(folder / "stsb_ro_en" / "dev.tsv"), vectoriser),
    }


def twins(vectoriser: Vectoriser, pairs: Sequence[Pair]) -> dict[str, float]:
    """Return, by language, how often a held-out sentence finds its English among all held-out ones: 0 to 1."""
    held = [pair for pair in pairs if sentence_held_out(pair.english)]
    if not held:
        return {}
    places = {english: place for place, english in enumerate(sorted({pair.english for pair in held}))}
    nearest = (vectoriser.encode([pair.text for pair in held]) @ vectoriser.encode(list(places)).T).argmax(axis=1)
    right: dict[str, list[bool]] = {}
    for pair, place in zip(held, nearest, strict=True):
        right.setdefault(pair.language, []).append(places[pair.english] == int(place))
    return {language: round(float(np.mean(those)), 4) for language, those in sorted(right.items())}
