"""A segment: some entries with everything that finding them needs. Segments are built and merged, never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.arrays import Arrays, Mask, cut, prefixed, under
from index.model import Ids, Vectors, VectorStore
from index.segments.entry_table import EntryTable
from index.segments.facets import Facets
from index.segments.postings import LARGEST, Postings
from index.segments.source import Record
from index.stores.joining import EXACT, joined, settled, store_for


@dataclass(frozen=True, eq=False, repr=False)
class Segment:
    """Entries and their passages; `owners` gives each passage's entry by its place in `records`.

    The vectors' ids are the passages' places, for ids of SQL may be used again once their row is gone.
    """

    records: EntryTable
    facets: Facets
    passages: Ids
    owners: NDArray[np.int32]
    vectors: VectorStore
    postings: Postings

    def __len__(self) -> int:
        return len(self.passages)

    @classmethod
    def build(cls, records: Sequence[Record], vectors: Mapping[str, Vectors], dimension: int) -> "Segment":
        """Return the segment of `records`, given the vector of each passage by content hash."""
        rows = stacked(records, vectors, dimension)
        builder = Builder(store_for(len(rows), dimension, lambda _: rows))
        builder.add(records, rows)
        return builder.segment()

    def merged(self, other: "Segment", alive: Mask, other_alive: Mask, *, exact: int = EXACT) -> "Segment":
        """Return the entries that are alive in both, in one segment."""
        kept, other_kept = alive[self.owners], other_alive[other.owners]
        return Segment(
            records=EntryTable.joined([(self.records, alive), (other.records, other_alive)]),
            facets=Facets.joined([(self.facets, alive), (other.facets, other_alive)]),
            passages=np.concatenate([self.passages[kept], other.passages[other_kept]]),
            owners=_renumbered([(self.owners, alive, kept), (other.owners, other_alive, other_kept)]),
            vectors=joined([(self.vectors, kept), (other.vectors, other_kept)], exact=exact),
            postings=self.postings.merged(other.postings, kept, other_kept),
        )

    def arrays(self) -> Arrays:
        """Return all but the vectors, to be kept in a file."""
        return {
            **prefixed("records", self.records.arrays()),
            **prefixed("facets", self.facets.arrays()),
            **prefixed("postings", self.postings.arrays()),
            "passages": self.passages,
            "owners": self.owners,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], vectors: VectorStore) -> Self:
        """Return what `arrays` was made of, with its vectors; raises `ValueError` if they do not belong together."""
        segment = cls(
            records=EntryTable.from_arrays(under("records", arrays)),
            facets=Facets.from_arrays(under("facets", arrays)),
            passages=arrays["passages"],
            owners=arrays["owners"],
            vectors=vectors,
            postings=Postings.from_arrays(under("postings", arrays)),
        )
        if not len(segment) == len(segment.owners) == len(segment.postings) == len(vectors):
            raise ValueError("its parts are of different lengths")
        return segment


class Builder:
    """Makes a segment of many entries a chunk at a time, so that never more than a chunk of texts is at hand."""

    def __init__(self, vectors: VectorStore, *, block: int = LARGEST) -> None:
        self._block = block
        self._vectors = vectors
        self._tables = list[EntryTable]()
        self._facets = list[Facets]()
        self._passages = [np.zeros(0, np.int64)]
        self._owners = [np.zeros(0, np.int32)]
        self._full = list[Postings]()
        self._open = list[Postings]()
        self._entries = 0

    def add(self, records: Sequence[Record], vectors: Vectors) -> None:
        """Add entries with the vectors of their passages in order, n x d."""
        pieces = [piece for record in records for piece in record.pieces]
        self._vectors.add(np.arange(len(self._vectors), len(self._vectors) + len(pieces)), vectors)
        self._tables.append(EntryTable.of(records))
        self._facets.append(Facets(records))
        self._passages.append(np.array([piece.id for piece in pieces], np.int64))
        places = np.arange(self._entries, self._entries + len(records), dtype=np.int32)
        self._owners.append(np.repeat(places, [len(record.pieces) for record in records]))
        self._match(Postings.build([piece.text for piece in pieces]))
        self._entries += len(records)

    def _match(self, postings: Postings) -> None:
        """Put postings beside those that make up a block together; each is sorted into its block once."""
        if sum(map(len, self._open)) + len(postings) > self._block:
            self._full.append(Postings.joined(self._open, self._block))
            self._open = []
        self._open.append(postings)

    def segment(self) -> Segment:
        """Return the segment of all that was added, and take no more."""
        vectors = settled(self._vectors)
        return Segment(
            records=EntryTable.joined([(table, None) for table in self._tables]),
            facets=Facets.joined([(facets, None) for facets in self._facets]),
            passages=np.concatenate(self._passages),
            owners=np.concatenate(self._owners),
            vectors=vectors,
            postings=Postings.joined([*self._full, *self._open], self._block),
        )


def stacked(records: Sequence[Record], vectors: Mapping[str, Vectors], dimension: int) -> Vectors:
    """Return the vectors of all passages of `records` in order, n x d."""
    rows = [vectors[piece.content_hash] for record in records for piece in record.pieces]
    return np.stack(rows) if rows else np.zeros((0, dimension), np.float32)


def _renumbered(parts: Sequence[tuple[NDArray[np.int32], Mask, Mask]]) -> NDArray[np.int32]:
    """Return the owners of the passages that are kept, given which entries and which passages are."""
    found, start = [], 0
    for owners, alive, kept in parts:
        numbers = (np.cumsum(alive) - 1 + start).astype(np.int32)
        found.append(numbers[cut(owners, kept)])
        start += int(alive.sum())
    return np.concatenate(found)
