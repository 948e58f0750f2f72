"""One state of the index, and the search in it. Many threads may search it, for it never changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.arrays import Mask
from index.model import Filters, Hit, SearchResult, Vectors
from index.ranking.calibration import EncoderProfile, Evidence
from index.ranking.fusion import MOST, Kins, fuse, kinships, normalise, readable, spoken
from index.segments import bm25
from index.segments.grams import named
from index.segments.segment import Segment
from index.stores.joining import EXACT
from index.stores.moments import Moments, spread
from knowledge.entries.call_status import CallStatus
from knowledge.models import Kind

POOL = 100
"""Passages that each half of the search puts forward."""

PASSED = 0.5
"""What a closed call or a past event loses, in fused z-scores, unless closed ones were asked for."""

READ = 0.1
"""What a passage gains in the asker's language or in English: so little that it only tells equals apart."""

NAMED = 5.0
"""What a passage gains that holds an identifier of the question: more than meaning and words can make up for."""

TWIN_COSINE = 0.985
TWIN_LEXICAL = 0.02
"""Two passages this near in meaning, whose lexical scores differ by no larger part, say the same twice."""

_DISTINCT = (Kind.ORGANISATION, Kind.EXPERT)
"""Kinds whose entries are never one, however like they are described."""


@dataclass(frozen=True)
class Layer:
    """A segment and which of its entries still stand."""

    segment: Segment
    alive: Mask

    @cached_property
    def standing(self) -> Mask:
        """Which passages are of entries that still stand."""
        return self.alive[self.segment.owners]

    @cached_property
    def moments(self) -> Moments:
        """How the vectors of the passages that still stand lie."""
        return Moments.of(self.segment.vectors, np.flatnonzero(self.standing))

    def without(self, entry_ids: set[int]) -> "Layer":
        """Return the layer in which these entries no longer stand."""
        gone = np.isin(self.segment.records.ids, list(entry_ids))
        return Layer(self.segment, self.alive & ~gone) if gone.any() else self

    def merged(self, other: "Layer", *, exact: int = EXACT) -> "Layer":
        """Return one layer of what stands in both; more than `exact` passages are searched approximately."""
        return whole(self.segment.merged(other.segment, self.alive, other.alive, exact=exact))


@dataclass(frozen=True)
class Candidates:
    """Passages side by side, n of them: layer and place, both scores, what their languages are to the question's,
    whether they hold an identifier of it, whether they passed. `most` is the lexical score that none could pass;
    `meaning` and `words` are the scores as deviations from the mean of all passages.
    """

    most: float
    meaning: Vectors
    words: Vectors
    layers: NDArray[np.int64]
    places: NDArray[np.int64]
    dense: Vectors
    lexical: Vectors
    kins: Kins
    named: Mask
    passed: Mask


@dataclass(frozen=True)
class Snapshot:
    """A few layers, the largest first; an entry stands in one of them."""

    layers: tuple[Layer, ...]
    profile: EncoderProfile

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
        asked = spoken(question, language)
        found = self._candidates(chosen, question, vector, asked, today)
        passed = 0.0 if CallStatus.CLOSED in filters.statuses else PASSED
        priors = NAMED * found.named - passed * found.passed + READ * readable(found.kins)
        fused = fuse(found.meaning, found.words, found.kins, self.profile.blend) + priors.astype(np.float32)
        hits = self._hits(found, fused, limit + 1)
        evidence = Evidence.of(hits, found.most, question, asked)
        return SearchResult(tuple(hits[:limit]), self.profile.probability(evidence), candidates)

    def candidates(self, question: str, vector: Vectors, *, language: str | None, today: date) -> Candidates:
        """Return what both halves of the search put forward for a question, without filters."""
        chosen = [layer.alive for layer in self.layers]
        return self._candidates(chosen, question, vector, spoken(question, language), today)

    def _choose(self, layer: Layer, filters: Filters, today: date) -> Mask:
        selected = layer.segment.facets.select(filters, today)
        return layer.alive if selected is None else layer.alive & selected

    def _candidates(
        self, chosen: Sequence[Mask], question: str, vector: Vectors, asked: str, today: date
    ) -> Candidates:
        lexical, most = bm25.score([layer.segment.postings for layer in self.layers], question, asked)
        identifiers = named(question)
        parts = list[tuple[NDArray[Any], ...]]()
        for number, (layer, mask, matches) in enumerate(zip(self.layers, chosen, lexical, strict=True)):
            segment = layer.segment
            if not mask.any():
                continue
            within = None if mask.all() else mask[segment.owners]
            near, _ = segment.vectors.search(vector, POOL, within)
            found, words = matches.best(POOL, within, near)
            owners = segment.owners[found]
            parts.append(
                (
                    np.full(len(found), number),
                    found,
                    segment.vectors.vectors(found) @ vector,
                    words,
                    kinships(asked, segment.records.tags)[segment.records.spoken[owners]],
                    np.isin(found, segment.postings.holding(identifiers)),
                    segment.facets.passed(today)[owners],
                )
            )
        columns: list[NDArray[Any]] = [np.concatenate(column) for column in zip(*parts, strict=True)]
        _, _, dense, words, *_ = columns
        return Candidates(
            most,
            normalise(dense, *spread([layer.moments for layer in self.layers], vector)),
            normalise(words, *bm25.spread(lexical, [layer.standing for layer in self.layers]), MOST),
            *columns,
        )

    def _hits(self, found: Candidates, fused: Vectors, limit: int) -> list[Hit]:
        """Return the best passage of each entry, best first; of entries that say the same, the first alone."""
        hits = dict[int, Hit]()
        said = list[tuple[Vectors, float]]()
        for position in np.argsort(-fused, kind="stable").tolist():
            segment = self.layers[found.layers[position]].segment
            place = int(found.places[position])
            record = segment.records[segment.owners[place]]
            if record.id in hits:
                continue
            lexical = float(found.lexical[position])
            if not segment.facets.is_one_of(int(segment.owners[place]), _DISTINCT):
                vector = segment.vectors.vectors(np.array([place], np.int64))[0]
                if any(_twins(vector, lexical, other, score) for other, score in said):
                    continue
                said.append((vector, lexical))
            hits[record.id] = Hit(
                entry_id=record.id,
                reference=record.reference,
                language=record.language,
                passage_id=int(segment.passages[place]),
                score=float(fused[position]),
                dense=float(found.dense[position]),
                lexical=lexical,
            )
            if len(hits) >= limit:
                break
        return list(hits.values())


def _twins(vector: Vectors, lexical: float, other: Vectors, other_lexical: float) -> bool:
    alike = abs(lexical - other_lexical) <= TWIN_LEXICAL * max(lexical, other_lexical)
    return alike and float(vector @ other) >= TWIN_COSINE


def whole(segment: Segment) -> Layer:
    """Return the layer in which every entry of `segment` stands."""
    return Layer(segment, np.ones(len(segment.records), bool))
