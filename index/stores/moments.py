"""How the vectors of a store lie: enough to know how near they are to any question on the whole."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.model import Ids, Vectors, VectorStore

SAMPLE = 4096
"""Rows, evenly spread, that stand for all of a larger store; ten times the dimension."""


@dataclass(frozen=True)
class Moments:
    """How many rows there are, their mean (d,) and the mean of their outer products (d x d)."""

    rows: int
    mean: Vectors
    outer: Vectors

    @classmethod
    def of(cls, store: VectorStore, ids: Ids) -> "Moments":
        """Return the moments of the rows of `ids`; no rows have none but zeros."""
        chosen = np.unique(np.linspace(0, max(len(ids) - 1, 0), min(len(ids), SAMPLE)).astype(np.int64))
        rows = store.vectors(ids[chosen])
        count = max(len(rows), 1)
        return cls(len(ids), rows.sum(axis=0) / np.float32(count), rows.T @ rows / np.float32(count))


def spread(parts: Sequence[Moments], vector: Vectors) -> tuple[float, float]:
    """Return the mean and the standard deviation of all rows' products with `vector` (d,)."""
    total = max(sum(part.rows for part in parts), 1)
    mean = float(sum(part.rows * (part.mean @ vector) for part in parts)) / total
    square = float(sum(part.rows * (vector @ part.outer @ vector) for part in parts)) / total
    return mean, max(square - mean * mean, 0.0) ** 0.5
