"""An encoder for measuring: as large and as crowded as real vectors, at no cost."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np

from index.model import Vectors


class MixingEncoder:
    """Gives a text a mixture of two of the `anchors` (n x d) and noise, all drawn from the text's hash."""

    name = "mixing"

    def __init__(self, anchors: Vectors) -> None:
        self._anchors = anchors
        self.dimension = int(anchors.shape[1])

    def use_threads(self, threads: int) -> None:
        """Do nothing: this takes one thread and hardly any time."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row a text, n x d."""
        rows = np.array([self._row(crc32(text.encode())) for text in texts], np.float32)
        rows = rows.reshape(len(texts), self.dimension)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    def _row(self, seed: int) -> Vectors:
        chance = np.random.default_rng(seed)
        one, other = self._anchors[chance.integers(len(self._anchors), size=2)]
        share = chance.uniform(0.5, 0.95)
        noise = chance.standard_normal(self.dimension) * (0.5 / self.dimension**0.5)
        return np.asarray(share * one + (1 - share) * other + noise, np.float32)
