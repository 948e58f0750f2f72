"""The twin of the vector stores that says what is right: a matrix product."""

import numpy as np

from index.arrays import Mask
from index.model import Ids, Vectors


class NumpyStore:
    """Exact search by a matrix product."""

    def __init__(self, dimension: int) -> None:
        self._ids: Ids = np.zeros(0, np.int64)
        self._rows: Vectors = np.zeros((0, dimension), np.float32)

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add rows under new `ids`, n and n x d."""
        self._ids = np.concatenate([self._ids, np.asarray(ids, np.int64)])
        self._rows = np.concatenate([self._rows, np.asarray(vectors, np.float32)])

    def remove(self, ids: Ids) -> None:
        """Take away the rows of `ids`; unknown ones do no harm."""
        kept = ~np.isin(self._ids, ids)
        self._ids, self._rows = self._ids[kept], self._rows[kept]

    def vectors(self, ids: Ids) -> Vectors:
        """Return the rows of `ids`, n x d; raises `RuntimeError` for an unknown one."""
        positions = {int(number): position for position, number in enumerate(self._ids)}
        try:
            chosen = [positions[int(number)] for number in ids]
        except KeyError as error:
            raise RuntimeError(f"id {error} is not in the store") from error
        rows: Vectors = self._rows[chosen]
        return rows

    def search(self, vector: Vectors, limit: int, within: Mask | None = None) -> tuple[Ids, Vectors]:
        """Return at most `limit` ids and their inner products with `vector` (d,), best first."""
        allowed = np.ones(len(self), bool) if within is None else np.isin(self._ids, np.flatnonzero(within))
        ids, scores = self._ids[allowed], self._rows[allowed] @ vector.ravel()
        best = np.argsort(-scores, kind="stable")[: max(limit, 0)]
        return ids[best], scores[best]
