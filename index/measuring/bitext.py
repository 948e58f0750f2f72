"""Whether a sentence's translation is the nearest of all: bitext retrieval between each language and English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import SampleInvalid
from index.measuring.encoding import Vectoriser
from index.measuring.files import read_lines, read_rows
from knowledge.languages import parse_tag

PIVOT = "en"

_THREE_LETTERS = {
    "bos": "bs", "bul": "bg", "ell": "el", "hrv": "hr", "mkd": "mk", "ron": "ro", "slv": "sl", "sqi": "sq",
    "srp": "sr", "tur": "tr", "ukr": "uk",
}  # fmt: skip


@dataclass(frozen=True)
class Bitext:
    """Sentences of a language, and beside each its English translation."""

    sentences: Sequence[str]
    english: Sequence[str]


def read_aligned(folder: Path) -> dict[str, Bitext]:
    """Return the bitexts of a folder of `LANGUAGE.tsv` with the columns `index_id` and `text`, as SIB-200 has them.

    The sentences that `en.tsv` has too are paired by `index_id`. Raises `SampleInvalid`.
    """
    english = read_sentences(folder / f"{PIVOT}.tsv")
    bitexts = {}
    for path in sorted(folder.glob("*.tsv")):
        if path.stem == PIVOT:
            continue
        own = read_sentences(path)
        shared = [number for number in own if number in english]
        if not shared:
            raise SampleInvalid(f"{path}: no `index_id` of {PIVOT}.tsv in it")
        bitexts[parse_tag(path.stem) or path.stem] = Bitext(
            [own[number] for number in shared], [english[number] for number in shared]
        )
    if not bitexts:
        raise SampleInvalid(f"{folder}: nothing beside {PIVOT}.tsv")
    return bitexts


def read_tatoeba(folder: Path) -> dict[str, Bitext]:
    """Return the bitexts of a folder of `tatoeba.XXX-eng.XXX` beside `tatoeba.XXX-eng.eng`, paired by line.

    Raises `SampleInvalid`.
    """
    bitexts = {}
    for path in sorted(folder.glob("tatoeba.*-eng.eng")):
        code = path.name.split(".")[1].removesuffix("-eng")
        own = read_lines(path.with_name(f"tatoeba.{code}-eng.{code}"))
        english = read_lines(path)
        if len(own) != len(english) or not own:
            raise SampleInvalid(f"{path}: {len(english)} lines beside {len(own)} of {code}")
        bitexts[_THREE_LETTERS.get(code, code)] = Bitext(own, english)
    return bitexts


def accuracies(bitexts: Mapping[str, Bitext], vectoriser: Vectoriser) -> dict[str, Any]:
    """Return, by language and as their mean, how often the translation is nearest: 0 to 1, into and out of English."""
    languages = {language: _accuracy(bitext, vectoriser) for language, bitext in bitexts.items()}
    mean = {
        name: round(float(np.mean([figures[name] for figures in languages.values()])), 4)
        for name in ("to_english", "from_english")
    }
    return {"languages": languages, "mean": mean}


def _accuracy(bitext: Bitext, vectoriser: Vectoriser) -> dict[str, int | float]:
    rows = vectoriser.encode([*bitext.sentences, *bitext.english])
    nearness = rows[: len(bitext.sentences)] @ rows[len(bitext.sentences) :].T
    return {
        "sentences": len(bitext.sentences),
        "to_english": _right(bitext.english, nearness.argmax(axis=1).tolist()),
        "from_english": _right(bitext.sentences, nearness.argmax(axis=0).tolist()),
    }


def _right(texts: Sequence[str], nearest: Sequence[int]) -> float:
    """Return how often the nearest text says what was looked for, in its place or another."""
    return round(float(np.mean([texts[place] == text for place, text in zip(nearest, texts, strict=True)])), 4)


def read_sentences(path: Path) -> dict[str, str]:
    """Return the sentences of a file with the columns `index_id` and `text` by the first; raises `SampleInvalid`."""
    sentences = dict[str, str]()
    for where, row in read_rows(path, ("index_id", "text")):
        if row["index_id"] in sentences:
            raise SampleInvalid(f"{where}: the `index_id` {row['index_id']} stands there twice")
        sentences[row["index_id"]] = row["text"]
    if not sentences:
        raise SampleInvalid(f"{path}: no sentences in it")
    return sentences
