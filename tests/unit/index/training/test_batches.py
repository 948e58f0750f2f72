"""Batches: the seed and the round decide, a budget bounds them, and held-out sentences are in none."""

from dataclasses import replace

import numpy as np
import pytest

from index.training.batches import batches
from index.training.data.corpus import Pair
from index.training.data.examples import LONGEST, gather, sentence_held_out
from index.training.data.sentences import ids
from tests.unit.index.training.conftest import RECIPE, MakeBench


def test_a_round_is_the_same_for_the_same_seed_only(make_bench: MakeBench) -> None:
    bench = make_bench("drawn")

    def drawn(seed: int, number: int) -> list[tuple[list[list[int]], list[int], list[int]]]:
        made = batches(bench.examples, bench.tokenizer, replace(RECIPE, seed=seed, noise=0.5), number)
        return [(batch.pieces, batch.targets.tolist(), batch.bank.tolist()) for batch in made]

    assert drawn(0, 3) == drawn(0, 3)
    assert drawn(0, 3) != drawn(0, 4)
    assert drawn(0, 3) != drawn(1, 3)


def test_a_batch_keeps_to_its_budget_and_a_round_loses_nothing(make_bench: MakeBench) -> None:
    bench = make_bench("bounded")
    made = batches(bench.examples, bench.tokenizer, replace(RECIPE, round=1000, english=0, noise=0), 0)
    for batch in made:
        longest = max(map(len, batch.pieces))
        assert len(batch.pieces) == 1 or len(batch.pieces) * longest <= RECIPE.tokens
        assert all(pieces[0] == 2 and pieces[-1] == 3 for pieces in batch.pieces)
        assert len(batch.bank) == RECIPE.bank
    learned = sorted(
        (tuple(pieces[1:-1]), int(target))
        for batch in made
        for pieces, target in zip(batch.pieces, batch.targets, strict=True)
    )
    examples = bench.examples
    assert learned == sorted(
        (tuple(p.tolist()), int(t)) for p, t in zip(examples.pieces, examples.targets, strict=True)
    )


def test_english_is_read_in_its_share(make_bench: MakeBench) -> None:
    bench = make_bench("english")
    (batch,) = batches(bench.examples, bench.tokenizer, replace(RECIPE, english=1, tokens=100_000), 0)
    for pieces, target in zip(batch.pieces, batch.targets, strict=True):
        assert bench.tokenizer.encode(bench.examples.english[target]).ids == pieces


def test_sentences_that_are_held_out_empty_or_long_are_no_examples(make_bench: MakeBench) -> None:
    bench = make_bench("gathered")
    held = next(text for text in (f"sentence number {number}" for number in range(10_000)) if sentence_held_out(text))
    english = [held, "a long one", "an empty one", "good"]
    texts = ["firma", "a " * (LONGEST + 1), "\u200b", "orașul"]
    pairs = [Pair("sq", text, said, "ntrex") for text, said in zip(texts, english, strict=True)]
    vectors = np.eye(4, dtype=np.float32)
    examples = gather(
        [*pairs, Pair("ro", "firma", "good", "wordnet")], texts, english, ids(bench.tokenizer, texts), vectors
    )
    assert [pair.text for pair in examples.pairs] == ["orașul", "firma"]
    assert examples.targets.tolist() == [3, 3]
    assert examples.weights == pytest.approx([5.6 / 6.1, 0.5 / 6.1])
