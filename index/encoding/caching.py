"""An encoder that keeps the vectors of the texts it was last asked for."""

from collections.abc import Sequence
from threading import Lock

import numpy as np
from cachetools import LRUCache

from index.model import Encoder, Vectors


class CachingEncoder:
    """Encodes what it does not remember; holds at most `remembered` vectors. Safe to call from many threads."""

    def __init__(self, encoder: Encoder, remembered: int) -> None:
        self._encoder = encoder
        self._known: LRUCache[str, Vectors] = LRUCache(remembered)
        self._lock = Lock()

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def use_threads(self, threads: int) -> None:
        """Bound the processor threads of one encoding from now on."""
        self._encoder.use_threads(threads)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one unit row a text, n x d; an empty list gives 0 x d."""
        with self._lock:
            rows = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in rows]
        # Others need not wait while this one encodes; two may encode the same text at once, which harms nobody.
        rows.update(zip(missing, self._encoder.encode(missing), strict=True))
        with self._lock:
            self._known.update((text, rows[text]) for text in texts)
        vectors: Vectors = np.stack([rows[text] for text in texts]) if texts else self._encoder.encode([])
        return vectors
