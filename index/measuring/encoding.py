"""Encodes the texts of a sample: each once, a few at a time, so that progress is heard."""

from collections.abc import Sequence

import numpy as np

from index.model import Encoder, Progress, Vectors

_AT_ONCE = 256


class Vectoriser:
    """Gives texts their vectors, and tells `told` how many of those asked for last are encoded."""

    def __init__(self, encoder: Encoder, told: Progress | None = None) -> None:
        self.encoder = encoder
        self._told = told

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row a text, n x d; equal texts are encoded once."""
        places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        distinct = list(places)
        parts = [np.zeros((0, self.encoder.dimension), np.float32)]
        for start in range(0, len(distinct), _AT_ONCE):
            parts.append(self.encoder.encode(distinct[start : start + _AT_ONCE]))
            if self._told:
                self._told(min(start + _AT_ONCE, len(distinct)), len(distinct))
        vectors: Vectors = np.concatenate(parts)[[places[text] for text in texts]]
        return vectors
