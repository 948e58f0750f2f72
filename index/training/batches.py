"""The batches of a round: sentences drawn by weight, some in English or mistyped, those of a length together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from tokenizers import Tokenizer

from index.training.data.examples import Examples
from index.training.pieces.vocabulary import SPECIAL
from index.training.recipe import Recipe
from index.typos import typed


@dataclass(frozen=True)
class Batch:
    """Ids with the marks at both ends, what each should land on, and a bank of others to stay away from.

    Targets and bank are rows of the teacher's vectors.
    """

    pieces: list[list[int]]
    targets: np.ndarray
    bank: np.ndarray


def batches(examples: Examples, tokenizer: Tokenizer, recipe: Recipe, number: int) -> list[Batch]:
    """Return the batches of round `number`, in the order in which they are learned; only the seed and it decide."""
    chance = np.random.default_rng([recipe.seed, number])
    size = min(recipe.round, len(examples))
    drawn = chance.choice(len(examples), size=size, p=examples.weights, replace=False)
    sentences = _written(examples, drawn, tokenizer, recipe, chance, Random(f"{recipe.seed} {number}"))
    # Of sentences of like length, which share a batch is left to chance.
    order = np.argsort([len(sentence) for sentence in sentences] + 2 * chance.random(size))
    made = [
        Batch(
            pieces=[sentences[place] for place in places],
            targets=examples.targets[drawn[places]],
            bank=chance.integers(len(examples.vectors), size=recipe.bank),
        )
        for places in _cut(order, sentences, recipe)
    ]
    return [made[place] for place in chance.permutation(len(made))]


def _written(
    examples: Examples,
    drawn: np.ndarray,
    tokenizer: Tokenizer,
    recipe: Recipe,
    chance: np.random.Generator,
    keys: Random,
) -> list[list[int]]:
    """Return the ids of what is read for each drawn example: its English, what somebody mistyped, or itself."""
    english = chance.random(len(drawn)) < recipe.english
    noisy = ~english & (chance.random(len(drawn)) < recipe.noise)
    first, last = SPECIAL.index("[CLS]"), SPECIAL.index("[SEP]")
    sentences = [examples.pieces[place].tolist() for place in drawn]
    texts = {}
    for at, place in enumerate(drawn):
        if english[at]:
            texts[at] = examples.english[examples.targets[place]]
        elif noisy[at]:
            texts[at] = typed(examples.pairs[place].text, examples.pairs[place].language, keys)
    encodings = tokenizer.encode_batch(list(texts.values()), add_special_tokens=False)
    for at, encoding in zip(texts, encodings, strict=True):
        sentences[at] = encoding.ids[: examples.longest]
    return [[first, *sentence, last] for sentence in sentences]


def _cut(order: np.ndarray, sentences: Sequence[list[int]], recipe: Recipe) -> Iterator[np.ndarray]:
    start, longest = 0, 0
    for end, place in enumerate(order):
        longest = max(longest, len(sentences[place]))
        count = end - start + 1
        if end > start and (count * longest > recipe.tokens or count > recipe.batch):
            yield order[start:end]
            start, longest = end, len(sentences[place])
    yield order[start:]
