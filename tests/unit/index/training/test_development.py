"""The figures of development: an encoder of spellings finds what is spelt alike, and nothing else."""

from pathlib import Path

import pytest

from index.encoding.encoder import HashingEncoder
from index.training.data.corpus import Pair
from index.training.data.examples import sentence_held_out
from index.training.development import bitext, likeness, twins
from index.training.errors import DataMissing

ENGLISH = ("a bridge over the river", "funding for tourism", "the statute of a cluster")


def test_sentences_find_their_english_twins(tmp_path: Path) -> None:
    files = {"en": ENGLISH, "hr": tuple(f"{text}!" for text in ENGLISH), "el": (ENGLISH[1], ENGLISH[2], ENGLISH[0])}
    for name, texts in files.items():
        rows = ["index_id\ttext", *(f"{number}\t{text}" for number, text in enumerate(texts))]
        (tmp_path / f"{name}.tsv").write_text("\n".join(rows), encoding="utf-8")
    assert bitext(HashingEncoder(), tmp_path) == {"el": 0.0, "hr": 100.0}
    with pytest.raises(DataMissing, match="nowhere"):
        bitext(HashingEncoder(), tmp_path / "nowhere")


def test_likeness_is_compared_with_peoples(tmp_path: Path) -> None:
    path = tmp_path / "dev.tsv"
    rows = [("5", "a bridge", "a bridge"), ("3", "a bridge", "a bridle"), ("0", "a bridge", "tourism")]
    lines = ["score\tro_1\tro_2\ten_1\ten_2", *("\t".join((s, b, a, a, b)) for s, a, b in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert likeness(HashingEncoder(), path) == {"en": 1.0, "ro": 1.0}


def test_held_out_sentences_find_their_english() -> None:
    held = [text for text in (f"sentence number {number}" for number in range(2000)) if sentence_held_out(text)]
    pairs = [Pair("sq", text, text, "x") for text in held] + [Pair("ro", "altceva", "not held out", "x")]
    assert twins(HashingEncoder(), pairs) == {"sq": 100.0}
    assert twins(HashingEncoder(), pairs[-1:]) == {}
