"""Which store suits how many rows, and stores joined, written and read."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import faiss
import numpy as np

from index.arrays import Mask
from index.model import Ids, Vectors, VectorStore
from index.stores.clusters import ClusterStore, clusters_for, sample_size
from index.stores.flat import FaissStore
from index.stores.memory import give_back

EXACT = 20_000
"""Rows up to which every one is looked at: 2 ms on one core at 384 dimensions."""
_CHUNK = 20_000


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
