"""An encoder whose vectors are kept in a folder, so that processes that need the same texts encode them once."""

import hashlib
from collections.abc import Sequence
from fcntl import LOCK_EX, flock
from pathlib import Path

import numpy as np

from index.model import Encoder, Vectors


class KeepingEncoder:
    """Encodes what its folder does not hold; a text alone, as a question is, is encoded each time."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._encoder = encoder
        self._file, self._lock = folder / "vectors.npz", folder / "lock"
        self._known: dict[str, Vectors] = {}

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
        if len(texts) < 2:
            return self._encoder.encode(texts)
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        if not self._known.keys() >= set(keys):
            with self._lock.open("w") as lock:
                flock(lock, LOCK_EX)
                self._read()
                self._add({key: text for key, text in zip(keys, texts, strict=True) if key not in self._known})
        rows: Vectors = np.stack([self._known[key] for key in keys])
        return rows

    def _read(self) -> None:
        if self._file.exists():
            with np.load(self._file) as kept:
                self._known.update(zip(kept["keys"].tolist(), kept["rows"], strict=True))

    def _add(self, missing: dict[str, str]) -> None:
        if not missing:
            return
        self._known.update(zip(missing, self._encoder.encode(list(missing.values())), strict=True))
        partial = self._file.with_name("partial.npz")
        np.savez(partial, keys=np.array(list(self._known)), rows=np.stack(list(self._known.values())))
        partial.replace(self._file)
