"""A segment: some entries with everything that finding them needs. Segments are built and merged, never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from index.facets import Facets, Mask
from index.lexical import Postings
from index.model import Ids, Vectors, VectorStore
from index.source import Record
from index.vectors import FaissStore


@dataclass(frozen=True)
class Segment:
    """Entries and their passages; `owners` gives each passage's entry by its place in `records`.

    The vectors' ids are the passages' places, for ids of SQL may be used again once their row is gone.
    """

    records: tuple[Record, ...]
    facets: Facets
    passages: Ids
    owners: NDArray[np.int64]
    vectors: VectorStore
    postings: Postings
    places: Mapping[int, int] = field(repr=False)

    def __len__(self) -> int:
        return len(self.passages)

    @classmethod
    def build(cls, records: Sequence[Record], vectors: Mapping[str, Vectors], dimension: int) -> "Segment":
        """Return the segment of `records`, given the vector of each passage by content hash."""
        pieces = [piece for record in records for piece in record.pieces]
        rows = [vectors[piece.content_hash] for piece in pieces]
        return cls._of(
            records,
            np.stack(rows) if rows else np.zeros((0, dimension), np.float32),
            Postings.build([piece.text for piece in pieces]),
        )

    def merged(self, other: "Segment", alive: Mask, other_alive: Mask) -> "Segment":
        """Return the entries that are alive in both, in one segment."""
        kept, other_kept = alive[self.owners], other_alive[other.owners]
        return self._of(
            [*compress(self.records, alive), *compress(other.records, other_alive)],
            np.concatenate(
                [self.vectors.vectors(np.flatnonzero(kept)), other.vectors.vectors(np.flatnonzero(other_kept))]
            ),
            self.postings.merged(other.postings, kept, other_kept),
        )

    @classmethod
    def _of(cls, records: Sequence[Record], vectors: Vectors, postings: Postings) -> "Segment":
        store = FaissStore(vectors.shape[1])
        store.add(np.arange(len(vectors), dtype=np.int64), vectors)
        return cls(
            records=tuple(_without_texts(record) for record in records),
            facets=Facets(records),
            passages=np.array([piece.id for record in records for piece in record.pieces], np.int64),
            owners=np.repeat(np.arange(len(records)), [len(record.pieces) for record in records]).astype(np.int64),
            vectors=store,
            postings=postings,
            places={record.id: place for place, record in enumerate(records)},
        )


def _without_texts(record: Record) -> Record:
    """Return the record as a segment keeps it: the words are in the postings, and memory is dear."""
    return replace(record, pieces=tuple(replace(piece, text="") for piece in record.pieces))
