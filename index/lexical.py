"""BM25 (Lucene's form) over folded character 4-grams, in segments that are merged and never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.grams import Terms, terms

K1 = 1.5
B = 0.75

_CHUNK = 2000
_MOST_ROWS = 1 << 24

Keys = NDArray[np.uint64]
"""Postings as numbers: 32 bits of the term, 24 of the row, 8 of how often (at most 255)."""

Rows = NDArray[np.int32]
Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Postings:
    """Which rows hold which term how often: `rows[starts[t]:starts[t + 1]]` and `counts` belong to `vocabulary[t]`."""

    vocabulary: Terms
    starts: NDArray[np.int64]
    rows: Rows
    counts: NDArray[np.uint8]
    lengths: Scores

    def __len__(self) -> int:
        return len(self.lengths)

    @classmethod
    def build(cls, texts: Sequence[str]) -> "Postings":
        """Return the postings of `texts`; a row is a text's position."""
        keys = list[Keys]()
        lengths = np.zeros(len(texts), np.float32)
        for start in range(0, len(texts), _CHUNK):
            chunk = texts[start : start + _CHUNK]
            codes, owners = terms(chunk)
            lengths[start : start + len(chunk)] = np.bincount(owners, minlength=len(chunk))
            unique, times = np.unique(_key(codes, owners + np.int32(start)), return_counts=True)
            keys.append(unique | np.minimum(times, 255).astype(np.uint64))
        return cls._of(np.concatenate(keys) if keys else np.zeros(0, np.uint64), lengths)

    def merged(self, other: "Postings", kept: NDArray[np.bool_], other_kept: NDArray[np.bool_]) -> "Postings":
        """Return both in one, without the rows that are not kept; the kept rows of `other` follow mine, renumbered."""
        numbers = np.cumsum(kept) - 1
        other_numbers = np.cumsum(other_kept) - 1 + int(kept.sum())
        keys = np.concatenate([self._keys(kept, numbers), other._keys(other_kept, other_numbers)])
        return self._of(keys, np.concatenate([self.lengths[kept], other.lengths[other_kept]]))

    def find(self, wanted: Terms) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the postings of each wanted term start and end."""
        if not len(self.vocabulary):
            none = np.zeros(len(wanted), np.int64)
            return none, none
        places = np.minimum(np.searchsorted(self.vocabulary, wanted), len(self.vocabulary) - 1)
        known = self.vocabulary[places] == wanted
        return np.where(known, self.starts[places], 0), np.where(known, self.starts[places + 1], 0)

    def holding(self, wanted: Terms) -> Rows:
        """Return the rows that hold any of the wanted terms, in order."""
        starts, ends = self.find(wanted)
        return np.unique(np.concatenate([self.rows[:0], *(self.rows[a:b] for a, b in zip(starts, ends, strict=True))]))

    def _keys(self, kept: NDArray[np.bool_], numbers: NDArray[np.int64]) -> Keys:
        chosen = kept[self.rows]
        codes = np.repeat(self.vocabulary, np.diff(self.starts))[chosen]
        return _key(codes, numbers[self.rows[chosen]]) | self.counts[chosen].astype(np.uint64)

    @classmethod
    def _of(cls, keys: Keys, lengths: Scores) -> "Postings":
        if len(lengths) >= _MOST_ROWS:
            raise ValueError(f"a segment holds at most {_MOST_ROWS} passages")
        keys.sort()
        codes = (keys >> np.uint64(32)).astype(np.uint32)
        first = np.ones(len(codes), bool)
        first[1:] = codes[1:] != codes[:-1]
        rows = (keys >> np.uint64(8) & np.uint64(_MOST_ROWS - 1)).astype(np.int32)
        starts = np.append(np.flatnonzero(first), len(codes)).astype(np.int64)
        return cls(codes[first], starts, rows, (keys & np.uint64(255)).astype(np.uint8), lengths)


def _key(codes: Terms, rows: NDArray[np.integer[Any]]) -> Keys:
    """Return posting keys, term before row, so that sorting numbers sorts postings; the count goes into the last 8."""
    return codes.astype(np.uint64) << np.uint64(32) | rows.astype(np.uint64) << np.uint64(8)


def score(segments: Sequence[Postings], question: str) -> tuple[list[Scores], float]:
    """Return the BM25 score of every row of every segment, and the score that no row could pass.

    The statistics are those of all segments together, so that a passage scores alike in whichever it lies.
    """
    wanted, times = np.unique(terms([question])[0], return_counts=True)
    found = [segment.find(wanted) for segment in segments]
    rows = sum(len(segment) for segment in segments)
    letters = sum(float(segment.lengths.sum()) for segment in segments)
    frequency = sum((ends - starts for starts, ends in found), start=np.zeros(len(wanted), np.int64))
    weights = (np.log1p((rows - frequency + 0.5) / (frequency + 0.5)) * times).astype(np.float32)
    mean = letters / rows if letters else 1.0
    scores = [
        _score(segment, starts, ends, weights, mean) for segment, (starts, ends) in zip(segments, found, strict=True)
    ]
    return scores, float(weights.sum())


def _score(
    segment: Postings, starts: NDArray[np.int64], ends: NDArray[np.int64], weights: Scores, mean: float
) -> Scores:
    sizes = ends - starts
    total = int(sizes.sum())
    if not total:
        return np.zeros(len(segment), np.float32)
    hits = [(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True) if end > start]
    rows = np.concatenate([segment.rows[start:end] for start, end in hits])
    counts = np.concatenate([segment.counts[start:end] for start, end in hits]).astype(np.float32)
    saturation = K1 * (1 - B + B * segment.lengths / mean)
    shares = np.repeat(weights, sizes) * counts / (counts + saturation[rows])
    return np.bincount(rows, shares, minlength=len(segment)).astype(np.float32)
