"""Clusters of bytes, for what is too many to be looked at one by one."""

from typing import Any, Self

import faiss
import numpy as np

from index.arrays import Mask
from index.model import Ids, Vectors
from index.stores.flat import selector

_PER_CLUSTER = 40
"""Rows from which each cluster is found."""

# The stubs lack the kinds of map from ids to places: an array for ids that count from 0, and a table for any.
_COUNTING, _BY_TABLE = 1, 2

_ROUNDS = 10


class ClusterStore:
    """Approximate search: rows as bytes in clusters, of which a question looks into the nearest.

    Clusters are found in the rows that come first, unless `train` is given a sample of all; later rows join them. Ids
    that count on from 0, as a segment's do, need no table.
    """

    def __init__(self, dimension: int) -> None:
        self._index = _clusters(dimension, 1)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def clusters(self) -> int:
        """How many clusters there are; 0 before any was found."""
        return int(self._index.nlist) if self._index.is_trained else 0

    def train(self, sample: Vectors, rows: int) -> None:
        """Find the clusters for so many `rows` in a `sample` of them, n x d."""
        # Threads beyond one would take every core from those who ask meanwhile.
        faiss.omp_set_num_threads(1)
        self._index = _clusters(sample.shape[1], min(clusters_for(rows), len(sample)))
        self._index.cp.niter = _ROUNDS
        self._index.cp.min_points_per_centroid = 1
        self._index.cp.max_points_per_centroid = _PER_CLUSTER
        self._index.train(np.ascontiguousarray(sample, np.float32))
        self._index.set_direct_map_type(_COUNTING)

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add rows under new `ids`, n and n x d."""
        if not len(ids):
            return
        if not self.clusters:
            self.train(vectors, len(vectors))
        faiss.omp_set_num_threads(1)
        rows = np.ascontiguousarray(vectors, np.float32)
        counting = np.array_equal(ids, np.arange(len(self), len(self) + len(ids)))
        if counting and self._index.direct_map.type == _COUNTING:
            self._index.add(rows)
        else:
            self._index.set_direct_map_type(_BY_TABLE)
            self._index.add_with_ids(rows, np.ascontiguousarray(ids, np.int64))

    def remove(self, ids: Ids) -> None:
        """Take away the rows of `ids`; unknown ones do no harm."""
        if len(ids) and len(self):
            self._index.set_direct_map_type(_BY_TABLE)
            self._index.remove_ids(faiss.IDSelectorArray(np.ascontiguousarray(ids, np.int64)))

    def vectors(self, ids: Ids) -> Vectors:
        """Return the rows of `ids`, n x d, as near as bytes come; raises `RuntimeError` for an unknown one."""
        rows = np.empty((len(ids), self._index.d), dtype=np.float32)
        faiss.omp_set_num_threads(1)
        if len(ids):
            self._index.reconstruct_batch(np.ascontiguousarray(ids, np.int64), rows)
        return rows

    def search(self, vector: Vectors, limit: int, within: Mask | None = None) -> tuple[Ids, Vectors]:
        """Return at most `limit` ids and their inner products with `vector` (d,), best first.

        The smaller the selection, the more clusters are looked into; all, where those nearest hold too few of it.
        """
        limit = min(limit, len(self) if within is None else int(np.count_nonzero(within)), len(self))
        if limit <= 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        share = 1.0 if within is None else int(np.count_nonzero(within)) / len(self)
        chosen, row = selector(within), np.ascontiguousarray(vector, np.float32).reshape(1, -1)
        for probes in (min(int(probes_for(self.clusters) / share**0.5), self.clusters), self.clusters):
            ids, scores = self._probe(row, limit, probes, chosen)
            found = ids >= 0
            if found.all():
                break
        return ids[found], scores[found]

    def _probe(self, row: Vectors, limit: int, probes: int, selector: Any) -> tuple[Ids, Vectors]:
        faiss.omp_set_num_threads(1)
        parameters: Any = faiss.SearchParametersIVF
        scores, ids = self._index.search(row, limit, params=parameters(nprobe=probes, sel=selector))
        return ids[0], scores[0]

    def kept(self, mask: Mask) -> Self:
        """Return the rows of the ids 0, 1, ... that `mask` leaves, numbered anew: their very bytes, nothing is lost."""
        store = type(self)(self._index.d)
        store._index = _clusters(self._index.d, self.clusters)
        store._index.quantizer.add(self._index.quantizer.reconstruct_n(0, self.clusters))
        faiss.copy_array_to_vector(faiss.vector_to_array(self._index.sq.trained), store._index.sq.trained)
        store._index.is_trained = True
        numbers = np.cumsum(mask) - 1
        mine, theirs, width = self._index.invlists, store._index.invlists, self._index.code_size
        for each in range(self.clusters):
            size = mine.list_size(each)
            if not size:
                continue
            ids = faiss.rev_swig_ptr(mine.get_ids(each), size)
            left = mask[ids]
            codes = np.ascontiguousarray(faiss.rev_swig_ptr(mine.get_codes(each), size * width).reshape(size, -1)[left])
            fresh = np.ascontiguousarray(numbers[ids[left]], np.int64)
            theirs.add_entries(each, len(fresh), faiss.swig_ptr(fresh), faiss.swig_ptr(codes))
        store._index.ntotal = int(mask.sum())
        store._index.set_direct_map_type(_COUNTING)
        return store


def _clusters(dimension: int, count: int) -> Any:
    """Return an empty index of so many clusters, of bytes around their middles."""
    quantizer = faiss.IndexFlatIP(dimension)
    kind, metric = faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    index: Any = faiss.IndexIVFScalarQuantizer(quantizer, dimension, count, kind, metric)
    return index


def clusters_for(rows: int) -> int:
    """Return how many clusters suit so many rows."""
    return max(2 * int(rows**0.5), 1)


def probes_for(clusters: int) -> int:
    """Return how many of the clusters a question looks into: 0.98 of the ten nearest of a million rows lie there."""
    return 64 + clusters // 16


def sample_size(rows: int) -> int:
    """Return how many rows clusters for so many `rows` are found in."""
    return _PER_CLUSTER * clusters_for(rows)
