"""How good an encoder is at what it is trained for, measured on sets for development: no training reads them.

DEV is a folder with `sib200/<language>.tsv`, the same sentences in every language, and `stsb_ro_en/*.tsv`, pairs of
sentences with how alike they are.
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from index.model import Encoder
from index.training.data.corpus import Pair
from index.training.data.examples import sentence_held_out
from index.training.errors import DataMissing


def bitext(encoder: Encoder, folder: Path) -> dict[str, float]:
    """Return, by language, how many per cent of `folder/<language>.tsv` find their English twin, and are found by it.

    Raises `DataMissing`.
    """
    texts = {path.stem: {row["index_id"]: row["text"] for row in _rows(path)} for path in sorted(folder.glob("*.tsv"))}
    if "en" not in texts:
        raise DataMissing(f"there is no {folder}/en.tsv")
    names = sorted(texts["en"])
    english = encoder.encode([texts["en"][name] for name in names])
    found = {}
    for language in texts.keys() - {"en"}:
        alike = encoder.encode([texts[language][name] for name in names]) @ english.T
        right = [np.mean(alike.argmax(axis) == np.arange(len(names))) for axis in (0, 1)]
        found[language] = round(100 * float(np.mean(right)), 1)
    return dict(sorted(found.items()))


def likeness(encoder: Encoder, file: Path) -> dict[str, float]:
    """Return, for English and Romanian, Spearman's correlation of the encoder's likenesses with people's."""
    rows = _rows(file)
    people = [float(row["score"]) for row in rows]
    found = {}
    for language in ("en", "ro"):
        first, second = (encoder.encode([row[f"{language}_{side}"] for row in rows]) for side in (1, 2))
        found[language] = round(float(spearmanr((first * second).sum(axis=1), people)[0]), 3)
    return found


def twins(encoder: Encoder, pairs: Sequence[Pair]) -> dict[str, float]:
    """Return, by language, how many per cent of the held-out sentences find their English among all held-out ones."""
    held = [pair for pair in pairs if sentence_held_out(pair.english)]
    if not held:
        return {}
    places = {english: place for place, english in enumerate(sorted({pair.english for pair in held}))}
    nearest = (encoder.encode([pair.text for pair in held]) @ encoder.encode(list(places)).T).argmax(axis=1)
    right: dict[str, list[bool]] = {}
    for pair, place in zip(held, nearest, strict=True):
        right.setdefault(pair.language, []).append(places[pair.english] == int(place))
    return {language: round(100 * float(np.mean(those)), 1) for language, those in sorted(right.items())}


def _rows(path: Path) -> list[Mapping[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
