"""Word alignment by expectation maximisation: which English pieces a piece of the region's words stands for.

IBM Model 1 (Brown et al. 1993): every English piece of a sentence was brought forth by some piece of its translation.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numba import njit
from scipy.sparse import csr_matrix

ITERATIONS = 4


def align(
    pieces: Sequence[np.ndarray],
    english: Sequence[np.ndarray],
    sizes: tuple[int, int],
    *,
    iterations: int = ITERATIONS,
    told: Callable[[int], None] = lambda _: None,
) -> csr_matrix:
    """Return how often each piece (row) brought forth each English piece (column), as expected counts.

    `pieces[i]` and `english[i]` are the ids of sentence i in the two vocabularies, whose `sizes` bound them.
    `told` hears the number of each iteration when it is done.
    """
    left, left_starts = _flat(pieces)
    right, right_starts = _flat(english)
    keys = _keys(left, left_starts, right, right_starts, sizes[1])
    distinct, places = np.unique(keys, return_inverse=True)
    places = places.astype(np.int32)
    del keys
    rows, columns = distinct // sizes[1], distinct % sizes[1]
    chances = np.ones(len(distinct), dtype=np.float64)
    counts = chances
    for iteration in range(iterations):
        counts = _expect(places, left_starts, right_starts, chances)
        totals = np.bincount(rows, weights=counts, minlength=sizes[0])
        chances = counts / totals[rows]
        told(iteration + 1)
    return csr_matrix((counts, (rows, columns)), shape=sizes)


def _flat(sentences: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    starts = np.zeros(len(sentences) + 1, dtype=np.int64)
    np.cumsum([len(sentence) for sentence in sentences], out=starts[1:])
    return np.concatenate(sentences).astype(np.int64), starts


@njit(cache=False)
def _keys(left, left_starts, right, right_starts, width):  # type: ignore[no-untyped-def]
    total = 0
    for i in range(len(left_starts) - 1):
        total += (left_starts[i + 1] - left_starts[i]) * (right_starts[i + 1] - right_starts[i])
    keys = np.empty(total, dtype=np.int64)
    at = 0
    for i in range(len(left_starts) - 1):
        for e in range(right_starts[i], right_starts[i + 1]):
            for f in range(left_starts[i], left_starts[i + 1]):
                keys[at] = left[f] * width + right[e]
                at += 1
    return keys


@njit(cache=False)
def _expect(places, left_starts, right_starts, chances):  # type: ignore[no-untyped-def]
    counts = np.zeros(len(chances), dtype=np.float64)
    at = 0
    for i in range(len(left_starts) - 1):
        width = left_starts[i + 1] - left_starts[i]
        for _ in range(right_starts[i], right_starts[i + 1]):
            total = 0.0
            for k in range(at, at + width):
                total += chances[places[k]]
            for k in range(at, at + width):
                counts[places[k]] += chances[places[k]] / total
            at += width
    return counts
