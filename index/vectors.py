"""Vector stores: exact inner products in FAISS, the same in NumPy, and clusters of bytes for what is too many."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import faiss
import numpy as np

from index.memory import give_back
from index.model import Ids, Vectors, VectorStore
from index.packed import Mask

EXACT = 20_000
"""Rows up to which every one is looked at: 2 ms on one core at 384 dimensions."""

_PER_CLUSTER = 40
"""Rows from which each cluster is found."""

# The stubs lack the kinds of map from ids to places: an array for ids that count from 0, and a table for any.
_COUNTING, _BY_TABLE = 1, 2

_ROUNDS = 10
_CHUNK = 20_000


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
        scores, ids = self._index.search(vector.reshape(1, -1), limit, params=parameters(sel=_selector(within)))
        found = ids[0] >= 0
        return ids[0][found], scores[0][found]


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
        selector, row = _selector(within), np.ascontiguousarray(vector, np.float32).reshape(1, -1)
        for probes in (min(int(probes_for(self.clusters) / share**0.5), self.clusters), self.clusters):
            ids, scores = self._probe(row, limit, probes, selector)
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


class NumpyStore:
    """The same by a matrix product; the twin that says what is right."""

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


def _selector(within: Mask | None) -> Any:
    """Return FAISS's selector of the ids that are true; it holds on to all that it points to."""
    # The stubs know the C++ signature only; in Python an array is taken, and kept alive by what points to it.
    bitmap: Any = faiss.IDSelectorBitmap
    return None if within is None else bitmap(np.packbits(within, bitorder="little"))


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


def store_for(rows: int, dimension: int, sample: Callable[[int], Vectors], *, exact: int = EXACT) -> VectorStore:
    """Return an empty store that suits so many rows; `sample` gives about as many of them as it is asked for."""
    if rows <= exact:
        return FaissStore(dimension)
    store = ClusterStore(dimension)
    store.train(sample(sample_size(rows)), rows)
    return store


def joined(parts: Sequence[tuple[VectorStore, Mask]], *, exact: int = EXACT) -> VectorStore:
    """Return the rows of the ids 0, 1, ... that each mask leaves in each store, numbered anew in order."""
    rows = sum(int(mask.sum()) for _, mask in parts)
    (first, mask), *rest = parts
    if isinstance(first, ClusterStore) and exact < rows and clusters_for(rows) <= 2 * first.clusters:
        store: VectorStore = first.kept(mask)
    else:
        dimension = first.vectors(np.zeros(0, np.int64)).shape[1]
        store, rest = store_for(rows, dimension, lambda wanted: _sample(parts, wanted / rows), exact=exact), list(parts)
    for other, mask in rest:
        for ids in _runs(np.flatnonzero(mask)):
            store.add(np.arange(len(store), len(store) + len(ids)), other.vectors(ids))
    return store


def _sample(parts: Sequence[tuple[VectorStore, Mask]], share: float) -> Vectors:
    chance = np.random.default_rng(1)
    chosen = [(store, np.flatnonzero(mask & (chance.random(len(mask)) < share))) for store, mask in parts]
    return np.concatenate([store.vectors(ids) for store, ids in chosen])


def _runs(ids: Ids) -> Iterator[Ids]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def write(store: VectorStore, path: Path) -> None:
    """Keep a FAISS store in a file."""
    if not isinstance(store, FaissStore | ClusterStore):
        raise TypeError(f"{type(store).__name__} has no file")
    faiss.write_index(store._index, os.fspath(path))


def read(path: Path) -> VectorStore:
    """Return the store kept in a file; raises `RuntimeError` for what FAISS cannot read."""
    index: Any = faiss.read_index(os.fspath(path))
    store: FaissStore | ClusterStore = (ClusterStore if isinstance(index, faiss.IndexIVF) else FaissStore)(index.d)
    store._index = index
    return store


def settled(store: VectorStore) -> VectorStore:
    """Return a store that is added to no more, without the room that its clusters kept for growing: a third of all.

    `store` is used up. It goes through a file, for two of a million rows are half a gigabyte too many.
    """
    if not isinstance(store, ClusterStore):
        return store
    with TemporaryDirectory() as folder:
        path = Path(folder) / "vectors"
        try:
            write(store, path)
        except RuntimeError:
            # The disk is full; the room is kept.
            return store
        store._index = None
        give_back()
        return read(path)
