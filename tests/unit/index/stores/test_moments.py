"""Moments: how near all rows are to a vector, known without looking at them."""

import numpy as np
import pytest

from index.stores.flat import FaissStore
from index.stores.moments import SAMPLE, Moments, spread

CHANCE = np.random.default_rng(4)


def rows(count: int) -> np.ndarray:
    found = CHANCE.normal(size=(count, 8)).astype(np.float32) + np.float32(0.5)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def store(vectors: np.ndarray) -> FaissStore:
    made = FaissStore(8)
    made.add(np.arange(len(vectors)), vectors)
    return made


def moments_of(vectors: np.ndarray) -> Moments:
    return Moments.of(store(vectors), np.arange(len(vectors)))


def test_the_spread_of_stores_together_is_that_of_all_their_rows() -> None:
    few, many, asked = rows(7), rows(300), rows(1)[0]
    every = np.concatenate([few, many]) @ asked
    found = spread([moments_of(few), moments_of(many)], asked)
    assert found == pytest.approx((every.mean(), every.std()), abs=1e-5)


def test_a_sample_stands_for_a_large_store() -> None:
    many, asked = rows(3 * SAMPLE), rows(1)[0]
    every = many @ asked
    assert spread([moments_of(many)], asked) == pytest.approx((every.mean(), every.std()), abs=0.02)


def test_nothing_has_no_spread() -> None:
    assert spread([], rows(1)[0]) == (0, 0)
    assert spread([moments_of(rows(0))], rows(1)[0]) == (0, 0)
