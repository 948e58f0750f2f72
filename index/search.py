"""One state of the index, and the search in it. Many threads may search it, for it never changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from index.calibration import Evidence, Profile
from index.facets import Mask
from index.fusion import fuse
from index.grams import Terms, named
from index.lexical import score
from index.model import Filters, Hit, SearchResult, Vectors
from index.segment import Segment
from knowledge.calls import CallStatus

POOL = 100
"""Passages that each half of the search puts forward."""

PASSED = 0.5
"""What a closed call or a past event loses, in fused z-scores, unless closed ones were asked for."""


NAMED = 5.0
"""What a passage gains that holds an identifier of the question: more than meaning and words can make up for."""


@dataclass(frozen=True)
class Layer:
    """A segment and which of its entries still stand."""

    segment: Segment
    alive: Mask

    def without(self, entry_ids: set[int]) -> "Layer":
        """Return the layer in which these entries no longer stand."""
        places = [place for entry_id in entry_ids if (place := self.segment.places.get(entry_id)) is not None]
        if not places:
            return self
        alive = self.alive.copy()
        alive[places] = False
        return Layer(self.segment, alive)

    def merged(self, other: "Layer") -> "Layer":
        """Return one layer of what stands in both."""
        return whole(self.segment.merged(other.segment, self.alive, other.alive))


@dataclass(frozen=True)
class _Pool:
    """Candidates side by side: layer and place, both scores, whether they hold an identifier, whether they passed."""

    layers: NDArray[np.int64]
    places: NDArray[np.int64]
    dense: Vectors
    lexical: Vectors
    named: Mask
    passed: Mask


@dataclass(frozen=True)
class Snapshot:
    """A few layers, the largest first; an entry stands in one of them."""

    layers: tuple[Layer, ...]
    profile: Profile

    @property
    def entries(self) -> int:
        """How many entries can be found."""
        return sum(int(layer.alive.sum()) for layer in self.layers)

    @property
    def passages(self) -> int:
        """How many passages can be found."""
        return sum(int(layer.alive[layer.segment.owners].sum()) for layer in self.layers)

    def search(
        self, question: str, vector: Vectors, filters: Filters, *, language: str | None, today: date, limit: int
    ) -> SearchResult:
        """Return the best entries for a question with its vector (d,), filters first; see `SearchResult`."""
        chosen = [self._choose(layer, filters, today) for layer in self.layers]
        candidates = sum(int(mask.sum()) for mask in chosen)
        if not candidates or not question.strip():
            return SearchResult(hits=(), probability=0.0, candidates=candidates)
        lexical, most = score([layer.segment.postings for layer in self.layers], question)
        pool = self._pool(chosen, vector, lexical, named(question), today)
        weights = self.profile.weights(question, language)
        passed = 0.0 if CallStatus.CLOSED in filters.statuses else PASSED
        priors = NAMED * pool.named - passed * pool.passed
        fused = fuse(pool.dense, pool.lexical, weights) + priors.astype(np.float32)
        order = np.argsort(-fused, kind="stable")
        hits = self._hits(pool, fused, order, limit + 1)
        evidence = Evidence.of(hits, pool.dense, pool.lexical, most, question, language)
        return SearchResult(tuple(hits[:limit]), self.profile.probability(evidence), candidates)

    def _choose(self, layer: Layer, filters: Filters, today: date) -> Mask:
        selected = layer.segment.facets.select(filters, today)
        return layer.alive if selected is None else layer.alive & selected

    def _pool(
        self, chosen: Sequence[Mask], vector: Vectors, lexical: Sequence[Vectors], identifiers: Terms, today: date
    ) -> _Pool:
        layers, places, dense, words, holding, passed = [], [], [], [], [], []
        for number, (layer, mask, scores) in enumerate(zip(self.layers, chosen, lexical, strict=True)):
            segment = layer.segment
            if not mask.any():
                continue
            within = None if mask.all() else np.flatnonzero(mask[segment.owners])
            near, _ = segment.vectors.search(vector, POOL, within)
            found = np.union1d(near, _best(scores, POOL, within))
            layers.append(np.full(len(found), number))
            places.append(found)
            dense.append(segment.vectors.vectors(found) @ vector)
            words.append(scores[found])
            holding.append(np.isin(found, segment.postings.holding(identifiers)))
            passed.append(segment.facets.passed(today)[segment.owners[found]])
        return _Pool(*(np.concatenate(parts) for parts in (layers, places, dense, words, holding, passed)))

    def _hits(self, pool: _Pool, fused: Vectors, order: NDArray[np.int64], limit: int) -> list[Hit]:
        """Return the best passage of each entry, best first."""
        hits = dict[int, Hit]()
        for position in order.tolist():
            segment = self.layers[pool.layers[position]].segment
            place = int(pool.places[position])
            record = segment.records[segment.owners[place]]
            if record.id in hits:
                continue
            hits[record.id] = Hit(
                entry_id=record.id,
                reference=record.reference,
                passage_id=int(segment.passages[place]),
                score=float(fused[position]),
                dense=float(pool.dense[position]),
                lexical=float(pool.lexical[position]),
            )
            if len(hits) >= limit:
                break
        return list(hits.values())


def whole(segment: Segment) -> Layer:
    """Return the layer in which every entry of `segment` stands."""
    return Layer(segment, np.ones(len(segment.records), bool))


def _best(scores: Vectors, limit: int, within: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """Return the places of the highest scores above nothing, at most `limit`, in any order."""
    places = np.flatnonzero(scores > 0) if within is None else within[scores[within] > 0]
    if len(places) <= limit:
        return places
    return places[np.argpartition(-scores[places], limit)[:limit]]
