"""BM25 (Lucene's form) over folded character 4-grams, in segments that are merged and never changed.

A question's rare terms are counted in every row that holds them; its frequent ones, whose postings are many and say
little, only in the rows that the rare ones put forward. A base of a hundred thousand passages is scored in full.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.arrays import Mask, Scores
from index.segments.grams import sought
from index.segments.postings import Block, Postings, Rows

K1 = 1.5
B = 0.75

BUDGET = 400_000
"""Postings that a question may read in full, the rarest terms first; reading that many takes 4 ms."""

CANDIDATES = 1000
"""Rows to which the frequent terms are added, at most."""
_NONE = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Matches:
    """How well the rows of one segment match a question.

    `sure` holds each row's score by the rare terms; `frequent` where each block's postings of the frequent ones start
    and end, and `weights` what these terms weigh.
    """

    postings: Postings
    sure: Scores
    frequent: Sequence[tuple[Rows, Rows]]
    weights: Scores
    mean: float

    def best(self, limit: int, within: Mask | None = None, beside: Rows = _NONE) -> tuple[Rows, Scores]:
        """Return the rows of the highest scores above nothing, at most `limit`, that `within` allows, and all `beside`.

        Rows come in order, with their scores by every term of the question.
        """
        rows = np.flatnonzero(self.sure > 0 if within is None else (self.sure > 0) & within)
        rows = _highest(rows, self.sure[rows], max(limit, CANDIDATES) if len(self.weights) else limit)
        rows = np.union1d(rows, beside)
        scores = self.at(rows)
        chosen = np.isin(rows, beside)
        chosen[_highest(np.flatnonzero(scores > 0), scores[scores > 0], limit)] = True
        return rows[chosen], scores[chosen]

    def at(self, rows: Rows) -> Scores:
        """Return the scores of `rows`, which come in order, by every term of the question."""
        scores = self.sure[rows]
        if not len(self.weights):
            return scores
        borders = np.searchsorted(rows, self.postings.starts).tolist()
        parts = zip(self.postings.blocks, self.frequent, self.postings.starts, pairwise(borders), strict=False)
        for block, places, first, (a, b) in parts:
            if b > a:
                scores[a:b] += self._of(block, places, rows[a:b] - first)
        return scores

    def _of(self, block: Block, places: tuple[Rows, Rows], rows: Rows) -> Scores:
        """Return what the frequent terms give to the rows of a block."""
        held = np.flatnonzero(places[1] > places[0])
        counts = block.counts_of(places[0][held], places[1][held], rows).astype(np.float32)
        return np.asarray(self.weights[held] @ _saturated(counts, block.lengths[rows], self.mean), np.float32)


def score(
    segments: Sequence[Postings], question: str, language: str, *, budget: int | None = BUDGET
) -> tuple[list[Matches], float]:
    """Return the BM25 scores of the rows of every segment for a question, and the score that no row could pass.

    The statistics are those of all segments together, so that a passage scores alike in whichever it lies. `budget` is
    how many postings may be read in full; None reads all, and the best rows are then sure. Readings of what is typed
    add nothing to the most, for each word means one of them.
    """
    typed, read = sought(question, language)
    wanted, times = np.unique(np.concatenate([typed, read]), return_counts=True)
    found = [[block.find(wanted) for block in segment.blocks] for segment in segments]
    rows = sum(len(segment) for segment in segments)
    letters = sum(block.letters for segment in segments for block in segment.blocks)
    sizes = (ends - starts for blocks in found for starts, ends in blocks)
    frequency = sum(sizes, start=np.zeros(len(wanted), np.int64))
    weights = (np.log1p((rows - frequency + 0.5) / (frequency + 0.5)) * times).astype(np.float32)
    mean = letters / rows if letters else 1.0
    rare = _rare(frequency, budget)
    matches = [
        Matches(
            postings=segment,
            sure=_sure(segment, blocks, rare, weights, mean),
            frequent=[(starts[~rare], ends[~rare]) for starts, ends in blocks],
            weights=weights[~rare],
            mean=mean,
        )
        for segment, blocks in zip(segments, found, strict=True)
    ]
    return matches, float(weights[np.isin(wanted, typed)].sum())


def spread(matches: Sequence[Matches], standing: Sequence[Mask]) -> tuple[float, float]:
    """Return the mean and the standard deviation of the scores by the rare terms of all rows that stand."""
    rows, total, squares = 0, 0.0, 0.0
    for one, mask in zip(matches, standing, strict=True):
        scores = one.sure if mask.all() else one.sure[mask]
        rows += len(scores)
        total += float(scores.sum())
        squares += float(scores @ scores)
    mean = total / max(rows, 1)
    return mean, max(squares / max(rows, 1) - mean * mean, 0.0) ** 0.5


def _rare(frequency: NDArray[np.int64], budget: int | None) -> Mask:
    """Return which terms are read in full: the rarest ones within the budget, and the rarest that occurs at all."""
    if budget is None:
        return np.ones(len(frequency), bool)
    order = np.argsort(frequency, kind="stable")
    total = np.cumsum(frequency[order])
    rare = np.zeros(len(order), bool)
    rare[order] = (total <= budget) | (total == frequency[order])
    return rare


def _sure(segment: Postings, found: Iterable[tuple[Rows, Rows]], rare: Mask, weights: Scores, mean: float) -> Scores:
    scores = np.zeros(len(segment), np.float32)
    for block, start, (starts, ends) in zip(segment.blocks, segment.starts, found, strict=False):
        hits = [(a, b) for a, b in zip(starts[rare].tolist(), ends[rare].tolist(), strict=True)]
        rows = np.concatenate([block.rows[:0], *(block.rows[a:b] for a, b in hits)])
        if not len(rows):
            continue
        counts = np.concatenate([block.counts[a:b] for a, b in hits]).astype(np.float32)
        shares = np.repeat(weights[rare], [b - a for a, b in hits]) * _saturated(counts, block.lengths[rows], mean)
        scores[start : start + len(block)] = np.bincount(rows, shares, minlength=len(block))
    return scores


def _saturated(counts: Scores, lengths: Scores, mean: float) -> Scores:
    most = counts + np.float32(K1) * (np.float32(1 - B) + np.float32(B / mean) * lengths)
    return np.asarray(counts / most, np.float32)


def _highest(rows: Rows, scores: Scores, limit: int) -> Rows:
    if len(rows) <= limit:
        return rows
    return rows[np.argpartition(-scores, limit)[:limit]]
