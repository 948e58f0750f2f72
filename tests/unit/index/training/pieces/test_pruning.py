"""Pruning: what the texts use stays as it was, what nobody uses goes, and no letter becomes unknown."""

import json
from typing import Any

import pytest
from tokenizers import Tokenizer

from index.training.pieces import pruning
from tests.unit.index.training.conftest import LETTERS, MARKS, PIECES, unigram

TEXTS = ["the firma caută", "firma", "град"]
MASK = [*PIECES, "<mask>"]
UNKNOWN = MARKS.index("<unk>")


@pytest.fixture
def form() -> dict[str, Any]:
    tokenizer = unigram(MASK)
    tokenizer.add_special_tokens(["<mask>"])
    tokenizer.enable_truncation(2)
    form: dict[str, Any] = json.loads(tokenizer.to_str())
    return form


def small(form: dict[str, Any], least: int) -> Tokenizer:
    places = pruning.kept(MASK, pruning.counts(form, TEXTS), least)
    return Tokenizer.from_str(json.dumps(pruning.pruned(form, places)))


def test_pieces_are_counted_in_whole_texts(form: dict[str, Any]) -> None:
    used = pruning.counts(form, TEXTS)
    counted = {MASK[place]: int(used[place]) for place in used.nonzero()[0]}
    assert counted == {"▁the": 1, "▁firma": 2, "▁caută": 1, "▁град": 1}


def test_what_is_used_often_enough_is_kept(form: dict[str, Any]) -> None:
    kept = small(form, 2).get_vocab()
    assert set(kept) == {*MARKS, "▁", *LETTERS, "▁firma"}
    assert "▁caută" in small(form, 1).get_vocab()
    assert [piece for piece, _ in sorted(kept.items(), key=lambda each: each[1])][:4] == MARKS


def test_what_is_kept_is_read_as_before(form: dict[str, Any]) -> None:
    before, after = Tokenizer.from_str(json.dumps(form)), small(form, 1)
    before.no_truncation()
    for text in TEXTS:
        assert after.encode(text).tokens == before.encode(text).tokens
    assert after.encode("the firma caută град").tokens[0] == "<s>"


def test_a_word_without_its_piece_falls_into_letters_and_none_is_unknown(form: dict[str, Any]) -> None:
    tokenizer = small(form, 100)
    for letter in LETTERS:
        assert UNKNOWN not in tokenizer.encode(f"{letter} a{letter}").ids
    assert tokenizer.encode("град", add_special_tokens=False).tokens == ["▁", "г", "р", "а", "д"]
    assert UNKNOWN in tokenizer.encode("稣").ids
