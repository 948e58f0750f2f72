"""Exact inner products in FAISS."""

from typing import Any

import faiss
import numpy as np

from index.arrays import Mask
from index.model import Ids, Vectors


class FaissStore:
    """Exact search in a flat FAISS index. Many threads may search while none adds or removes."""

    def __init__(self, dimension: int) -> None:
        self._index = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add rows under new `ids`, n and n x d."""
        if len(ids):
            self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(ids, np.int64))

    def remove(self, ids: Ids) -> None:
        """Take away the rows of `ids`; unknown ones do no harm."""
        if len(ids):
            self._index.remove_ids(faiss.IDSelectorBatch(np.ascontiguousarray(ids, np.int64)))

    def vectors(self, ids: Ids) -> Vectors:
        """Return the rows of `ids`, n x d; raises `RuntimeError` for an unknown one."""
        rows = np.empty((len(ids), self._index.d), dtype=np.float32)
        faiss.omp_set_num_threads(1)
        if len(ids):
            self._index.reconstruct_batch(np.ascontiguousarray(ids, np.int64), rows)
        return rows

    def search(self, vector: Vectors, limit: int, within: Mask | None = None) -> tuple[Ids, Vectors]:
        """Return at most `limit` ids and their inner products with `vector` (d,), best first."""
        limit = min(limit, len(self) if within is None else int(np.count_nonzero(within)), len(self))
        if limit <= 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        # A thread a core for one question would keep every core spinning; the desk answers questions side by side.
        # OpenMP keeps the number for each calling thread, so it is set in each.
        faiss.omp_set_num_threads(1)
        parameters: Any = faiss.SearchParameters
        scores, ids = self._index.search(vector.reshape(1, -1), limit, params=parameters(sel=selector(within)))
        found = ids[0] >= 0
        return ids[0][found], scores[0][found]


def selector(within: Mask | None) -> Any:
    """Return FAISS's selector of the ids that are true; it holds on to all that it points to."""
    # The stubs know the C++ signature only; in Python an array is taken, and kept alive by what points to it.
    bitmap: Any = faiss.IDSelectorBitmap
    return None if within is None else bitmap(np.packbits(within, bitorder="little"))
