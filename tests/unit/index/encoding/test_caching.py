from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from index.encoding.caching import CachingEncoder
from index.encoding.encoder import HashingEncoder
from index.model import Vectors


class Counting(HashingEncoder):
    """Records what it was asked to encode."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.asked.extend(texts)
        return super().encode(texts)


def test_what_is_remembered_is_not_encoded_again() -> None:
    counting = Counting()
    encoder = CachingEncoder(counting, remembered=10)
    first = encoder.encode(["grants", "fairs", "grants"])
    again = encoder.encode(["fairs", "loans", "grants"])
    assert counting.asked == ["grants", "fairs", "loans"]
    assert np.array_equal(first, HashingEncoder().encode(["grants", "fairs", "grants"]))
    assert np.array_equal(again, HashingEncoder().encode(["fairs", "loans", "grants"]))


def test_what_was_asked_longest_ago_is_forgotten() -> None:
    counting = Counting()
    encoder = CachingEncoder(counting, remembered=2)
    encoder.encode(["a", "b"])
    encoder.encode(["a", "c"])
    counting.asked.clear()
    encoder.encode(["a", "c"])
    assert counting.asked == []
    encoder.encode(["b"])
    assert counting.asked == ["b"]


def test_more_than_is_remembered_may_be_asked_at_once() -> None:
    texts = [f"text {number}" for number in range(20)]
    assert np.array_equal(CachingEncoder(HashingEncoder(), 3).encode(texts), HashingEncoder().encode(texts))


def test_many_threads_may_ask() -> None:
    encoder = CachingEncoder(HashingEncoder(), remembered=5)
    batches = [[f"text {number % 9}", f"text {number % 7}"] for number in range(200)]
    with ThreadPoolExecutor(8) as threads:
        for texts, rows in zip(batches, threads.map(encoder.encode, batches), strict=True):
            assert np.array_equal(rows, HashingEncoder().encode(texts))
