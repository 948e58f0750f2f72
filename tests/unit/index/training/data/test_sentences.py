"""The sentences that are learned from: none held out or very long, full ones more often, and a sample by weight."""

import pytest

from index.training.data.corpus import Pair
from index.training.data.sentences import Sentence, chosen, learned, sentence_held_out


def test_what_is_held_out_or_long_is_left_out_and_lists_weigh_less() -> None:
    held = next(text for text in (f"sentence number {number}" for number in range(10_000)) if sentence_held_out(text))
    pairs = [
        Pair("ro", "oraș", "a fine city", "odoo"), Pair("ro", "ținut", held, "odoo"),
        Pair("ro", "a" * 301, "a", "odoo"), Pair("sq", "qytet", "a fine city", "wordnet"),
        Pair("sq", "fjalë", " ".join(["word"] * 40), "ntrex"),
    ]  # fmt: skip
    found = learned(pairs)
    assert [(each.language, each.text) for each in found] == [("ro", "oraș"), ("sq", "qytet"), ("sq", "fjalë")]
    assert [each.weight for each in found] == pytest.approx([0.3, 0.105, 3.0])


def test_a_sample_is_the_same_for_its_seed_and_holds_what_weighs_most() -> None:
    sentences = [Sentence("ro", f"t {number}", f"e {number:03}", 1e-3) for number in range(300)]
    heavy = [Sentence("ro", f"h {number}", f"heavy {number}", 50.0) for number in range(20)]
    first = chosen([*sentences, *heavy], 40, 0)
    assert first == chosen([*sentences, *heavy], 40, 0) == sorted(first)
    assert first != chosen([*sentences, *heavy], 40, 1)
    assert len(set(first)) == 40
    assert {each.english for each in heavy} <= set(first)
    assert len(chosen(sentences, 1000, 0)) == 300
