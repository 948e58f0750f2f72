"""The figures of development: an encoder of spellings finds what is spelt alike, and nothing else."""

from pathlib import Path

import pytest

from index.encoding.encoder import HashingEncoder
from index.errors import SampleInvalid
from index.measuring.encoding import Vectoriser
from index.training.data.corpus import Pair
from index.training.data.sentences import sentence_held_out
from index.training.development import figures, twins

ENGLISH = ("a bridge over the river", "funding for tourism", "the statute of a cluster")


@pytest.fixture
def vectoriser() -> Vectoriser:
    return Vectoriser(HashingEncoder())


def test_a_folder_for_development_is_measured(tmp_path: Path, vectoriser: Vectoriser) -> None:
    (tmp_path / "sib200").mkdir()
    for name, texts in {"en": ENGLISH, "hr": tuple(f"{text}!" for text in ENGLISH)}.items():
        rows = ["index_id\ttext", *(f"{number}\t{text}" for number, text in enumerate(texts))]
        (tmp_path / "sib200" / f"{name}.tsv").write_text("\n".join(rows), encoding="utf-8")
    rated = [("5", "a bridge", "a bridge"), ("3", "a bridge", "a bridle"), ("0", "a bridge", "tourism")]
    lines = ["score\tro_1\tro_2\ten_1\ten_2", *("\t".join((s, b, a, a, b)) for s, a, b in rated)]
    (tmp_path / "stsb_ro_en").mkdir()
    (tmp_path / "stsb_ro_en" / "dev.tsv").write_text("\n".join(lines), encoding="utf-8")
    measured = figures(vectoriser, [], tmp_path)
    assert measured["held_out"] == {}
    assert measured["bitext"]["languages"]["hr"] == {"sentences": 3, "to_english": 1.0, "from_english": 1.0}
    assert (measured["similarity"]["en"], measured["similarity"]["ro"]) == (1.0, 1.0)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, vectoriser: Vectoriser) -> None:
    with pytest.raises(SampleInvalid, match="sib200"):
        figures(vectoriser, [], tmp_path)


def test_held_out_sentences_find_their_english(vectoriser: Vectoriser) -> None:
    held = [text for text in (f"sentence number {number}" for number in range(2000)) if sentence_held_out(text)]
    pairs = [Pair("sq", text, text, "x") for text in held] + [Pair("ro", "altceva", "not held out", "x")]
    assert twins(vectoriser, pairs) == {"sq": 1.0}
    assert twins(vectoriser, pairs[-1:]) == {}
