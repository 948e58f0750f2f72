"""What the index is asked and what it answers, and the seams of its parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.arrays import Mask
from knowledge.entries.call_status import CallStatus
from knowledge.models import Kind

Vectors = NDArray[np.float32]
"""Rows of unit length: n x d, float32."""

Ids = NDArray[np.int64]

Progress = Callable[[int, int], None]
"""Is told how many texts are encoded, of how many that were not yet."""


class Encoder(Protocol):
    """Turns texts into vectors whose inner product is their nearness in meaning."""

    @property
    def name(self) -> str:
        """The encoder's identity: vectors of different names never meet."""

    @property
    def dimension(self) -> int: ...

    def use_threads(self, threads: int) -> None:
        """Bound the processor threads of one encoding from now on."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row a text, n x d; an empty list gives 0 x d."""


class VectorStore(Protocol):
    """Finds the nearest vectors, within a selection when one is given."""

    def __len__(self) -> int: ...

    def add(self, ids: Ids, vectors: Vectors) -> None: ...

    def remove(self, ids: Ids) -> None: ...

    def vectors(self, ids: Ids) -> Vectors:
        """Return the rows of `ids`, n x d; raises `RuntimeError` for an unknown one."""

    def search(self, vector: Vectors, limit: int, within: Mask | None = None) -> tuple[Ids, Vectors]:
        """Return at most `limit` ids and their inner products, best first.

        `within` limits to the ids at whose places it is true, and has none of those beyond its end.
        """


@dataclass(frozen=True)
class Filters:
    """Facets that an entry must have: any value within a field, every field that is not empty."""

    kinds: tuple[Kind, ...] = ()
    countries: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    organisation_types: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    statuses: tuple[CallStatus, ...] = ()


@dataclass(frozen=True)
class Hit:
    """An entry that was found, by its best passage; `score` is fused, `dense` and `lexical` are its two halves."""

    entry_id: int
    reference: str
    language: str
    passage_id: int
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True)
class SearchResult:
    """Hits, best first, the probability (0 to 1) that the first one answers, and how many entries the filters left."""

    hits: tuple[Hit, ...]
    probability: float
    candidates: int


class Finder(Protocol):
    """Finds entries by meaning and words."""

    async def search(
        self,
        question: str,
        filters: Filters,
        *,
        language: str | None,
        today: date,
        limit: int = 10,
        vector: Vectors | None = None,
    ) -> SearchResult:
        """Return the entries that answer `question` best; see `index.live.service.SearchService.search`."""
