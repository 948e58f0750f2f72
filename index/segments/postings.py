"""Postings of at most 65,536 rows: so few that a row takes two bytes, and a posting three."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.arrays import Arrays, Mask, Scores, prefixed, under
from index.segments.grams import Terms, terms

LARGEST = 1 << 16

_CHUNK = 2000

Keys = NDArray[np.uint64]
"""Postings as numbers: 32 bits of the term, 16 of the row, 8 of how often (at most 255)."""

Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Block:
    """Which rows hold which term how often: `rows[starts[t]:starts[t + 1]]` and `counts` belong to `vocabulary[t]`."""

    vocabulary: Terms
    starts: NDArray[np.int32]
    rows: NDArray[np.uint16]
    counts: NDArray[np.uint8]
    lengths: Scores

    def __len__(self) -> int:
        return len(self.lengths)

    @cached_property
    def letters(self) -> float:
        """The terms of all rows, repeats included."""
        return float(self.lengths.sum(dtype=np.float64))

    @classmethod
    def of(cls, codes: Terms, rows: NDArray[np.integer[Any]], lengths: Scores) -> Self:
        """Return the block in which each row holds the terms beside it, repeats included."""
        unique, times = np.unique(_keys(codes, rows), return_counts=True)
        return cls._from(unique | np.minimum(times, 255).astype(np.uint64), lengths)

    @classmethod
    def joined(cls, blocks: Sequence["Block"]) -> "Block":
        """Return all rows in order, at most `LARGEST`."""
        if len(blocks) == 1:
            return blocks[0]
        firsts = np.cumsum([0, *map(len, blocks)])
        keys = np.empty(sum(len(block.rows) for block in blocks), np.uint64)
        start = 0
        for block, first in zip(blocks, firsts.tolist(), strict=False):
            part = keys[start : start + len(block.rows)]
            start += len(part)
            # In place, and the lower half as smaller numbers: a block's keys are the dearest thing in building.
            part[:] = np.repeat(block.vocabulary, np.diff(block.starts))
            part <<= np.uint64(32)
            lower = block.rows.astype(np.uint32)
            lower += np.uint32(first)
            lower <<= np.uint32(8)
            lower |= block.counts
            part |= lower
        return cls._from(keys, np.concatenate([block.lengths for block in blocks]))

    def kept(self, mask: Mask) -> "Block":
        """Return the rows that `mask` leaves, numbered anew."""
        if mask.all():
            return self
        numbers = (np.cumsum(mask) - 1).astype(np.uint16)
        chosen = mask[self.rows]
        left = np.concatenate([[0], np.cumsum(chosen, dtype=np.int32)])[self.starts]
        held = np.diff(left) > 0
        return Block(
            self.vocabulary[held],
            np.append(left[:-1][held], left[-1]).astype(np.int32),
            numbers[self.rows[chosen]],
            self.counts[chosen],
            self.lengths[mask],
        )

    def find(self, wanted: Terms) -> tuple[Rows, Rows]:
        """Return where the postings of each wanted term start and end."""
        if not len(self.vocabulary):
            none = np.zeros(len(wanted), np.int64)
            return none, none
        places = np.minimum(np.searchsorted(self.vocabulary, wanted), len(self.vocabulary) - 1)
        known = (self.vocabulary[places] == wanted).astype(np.int64)
        return self.starts[places] * known, self.starts[places + 1] * known

    def counts_of(self, starts: Rows, ends: Rows, rows: Rows) -> NDArray[np.uint8]:
        """Return how often each of `rows` holds the terms whose postings lie from `starts` to `ends`, terms x rows.

        Each term has one posting at least.
        """
        wanted = rows.astype(np.uint16)
        places = np.empty((len(starts), len(rows)), np.int64)
        for number, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            places[number] = self.rows[start:end].searchsorted(wanted)
        places += starts[:, None]
        np.minimum(places, ends[:, None] - 1, out=places)
        return np.where(self.rows[places] == wanted, self.counts[places], np.uint8(0))

    def arrays(self) -> Arrays:
        """Return all that there is, to be kept in a file."""
        return {
            "vocabulary": self.vocabulary, "starts": self.starts, "rows": self.rows, "counts": self.counts,
            "lengths": self.lengths,
        }  # fmt: skip

    @classmethod
    def _from(cls, keys: Keys, lengths: Scores) -> Self:
        """Return the block of some keys, which are used up."""
        keys.sort()
        lower = keys.astype(np.uint32)
        keys >>= np.uint64(32)
        codes = keys.astype(np.uint32)
        first = np.ones(len(codes), bool)
        first[1:] = codes[1:] != codes[:-1]
        return cls(
            codes[first],
            np.append(np.flatnonzero(first), len(codes)).astype(np.int32),
            (lower >> np.uint32(8)).astype(np.uint16),
            lower.astype(np.uint8),
            lengths,
        )


def _keys(codes: Terms, rows: NDArray[np.integer[Any]]) -> Keys:
    """Return posting keys, term before row, so that sorting numbers sorts postings; the count goes into the last 8."""
    return codes.astype(np.uint64) << np.uint64(32) | rows.astype(np.uint64) << np.uint64(8)


@dataclass(frozen=True)
class Postings:
    """Which rows hold which term how often, in blocks of rows."""

    blocks: tuple[Block, ...]

    @cached_property
    def starts(self) -> list[int]:
        """The number of each block's first row, and at the end that of all rows."""
        return [0, *accumulate(len(block) for block in self.blocks)]

    def __len__(self) -> int:
        return self.starts[-1]

    @classmethod
    def build(cls, texts: Sequence[str], *, chunk: int = _CHUNK, largest: int = LARGEST) -> Self:
        """Return the postings of `texts`, read a chunk at a time; a row is a text's position."""
        parts = [cls((_block(texts[start : start + chunk]),)) for start in range(0, len(texts), chunk)]
        return cls.joined(parts, largest)

    @classmethod
    def joined(cls, parts: Sequence["Postings"], largest: int = LARGEST) -> Self:
        """Return all rows in order; neighbouring blocks become one of at most `largest` rows where they fit."""
        groups = list[list[Block]]()
        for block in (block for part in parts for block in part.blocks if len(block)):
            if groups and sum(map(len, groups[-1])) + len(block) <= largest:
                groups[-1].append(block)
            else:
                groups.append([block])
        return cls(tuple(Block.joined(group) for group in groups))

    def kept(self, mask: Mask) -> "Postings":
        """Return the rows that `mask` leaves, numbered anew; a block that stays whole is shared."""
        parts = zip(self.blocks, pairwise(self.starts), strict=True)
        return Postings(tuple(block.kept(mask[start:end]) for block, (start, end) in parts))

    def merged(self, other: "Postings", kept: Mask, other_kept: Mask, *, largest: int = LARGEST) -> "Postings":
        """Return both in one, without the rows that are not kept; the kept rows of `other` follow mine, renumbered."""
        return self.joined([self.kept(kept), other.kept(other_kept)], largest)

    def holding(self, wanted: Terms) -> Rows:
        """Return the rows that hold any of the wanted terms, in order."""
        found = [
            block.rows[a:b].astype(np.int64) + start
            for block, start in zip(self.blocks, self.starts, strict=False)
            for a, b in zip(*block.find(wanted), strict=True)
        ]
        return np.unique(np.concatenate([np.zeros(0, np.int64), *found]))

    def arrays(self) -> Arrays:
        """Return all that there is, to be kept in a file."""
        parts = (prefixed(str(number), block.arrays()) for number, block in enumerate(self.blocks))
        return {name: array for part in parts for name, array in part.items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return what `arrays` was made of."""
        numbers = sorted({int(name.partition("/")[0]) for name in arrays})
        return cls(tuple(Block(**under(str(number), arrays)) for number in numbers))


def _block(texts: Sequence[str]) -> Block:
    codes, owners = terms(texts)
    lengths = np.bincount(owners, minlength=len(texts)).astype(np.float32)
    return Block.of(codes, owners, lengths)
