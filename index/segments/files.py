"""A segment on disk: two files and a manifest that says whose they are. Derived from SQL, and deleted at any time."""

import hashlib
import json
import logging
import secrets
import time
from pathlib import Path
from typing import Any

import numpy as np

from index.model import Encoder
from index.segments.segment import Segment
from index.stores.joining import read, write

log = logging.getLogger(__name__)

FORMAT = 2
"""Counts up whenever what the files hold changes its meaning."""

MANIFEST = "manifest.json"

_STRAY_S = 3600
"""Files that no manifest names are another process's that is still writing, unless they are older than this."""


class IndexFiles:
    """The folder in which the index of one encoder is kept between starts.

    The manifest is written last and put in place by one rename, so that it names complete files only.
    """

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._folder = folder
        self._whose = {"format": FORMAT, "encoder": encoder.name, "dimension": encoder.dimension}

    def load(self) -> Segment | None:
        """Return the segment that is kept, or None; what is damaged or another's is named in the log and left alone."""
        try:
            text = (self._folder / MANIFEST).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            _refuse(error)
            return None
        try:
            return self._read(json.loads(text))
        except Exception as error:
            # FAISS, NumPy, zip and JSON each raise kinds of their own, and whichever it is, SQL knows better.
            _refuse(error)
            return None

    def _read(self, manifest: object) -> Segment:
        if not isinstance(manifest, dict):
            raise ValueError("the manifest is not an object")
        for name, wanted in self._whose.items():
            if manifest.get(name) != wanted:
                raise ValueError(f"the {name} is {manifest.get(name)!r}, not {wanted!r}")
        paths = {part: self._folder / Path(kept["file"]).name for part, kept in manifest["parts"].items()}
        for part, path in paths.items():
            if _digest(path) != manifest["parts"][part]["sha256"]:
                raise ValueError(f"{path.name} is not what was written")
        with np.load(paths["rest"], allow_pickle=False) as arrays:
            return Segment.from_arrays(dict(arrays), read(paths["vectors"]))

    def save(self, segment: Segment, revision: int) -> None:
        """Keep the segment, read at `revision`, in place of what was kept; a full disk is logged and no harm."""
        token = secrets.token_hex(4)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            paths = {"vectors": self._folder / f"vectors-{token}.faiss", "rest": self._folder / f"rest-{token}.npz"}
            write(segment.vectors, paths["vectors"])
            arrays: Any = segment.arrays()
            with paths["rest"].open("wb") as file:
                np.savez(file, **arrays)
            parts = {part: {"file": path.name, "sha256": _digest(path)} for part, path in paths.items()}
            aside = self._folder / f"{MANIFEST}-{token}"
            aside.write_text(json.dumps({**self._whose, "revision": revision, "parts": parts}, indent=1))
            old = self._named()
            aside.replace(self._folder / MANIFEST)
        except (OSError, RuntimeError) as error:
            log.warning("The index cannot be kept in %s, so the next start builds it anew: %s", self._folder, error)
            self._sweep(f"*-{token}*", older_than_s=0)
            return
        self._remove(old)
        self._sweep("*-*", older_than_s=_STRAY_S, but={path.name for path in paths.values()})

    def discard(self) -> None:
        """Keep nothing any more."""
        old = self._named()
        (self._folder / MANIFEST).unlink(missing_ok=True)
        self._remove(old)

    def _remove(self, names: set[str]) -> None:
        for name in names:
            (self._folder / name).unlink(missing_ok=True)

    def _named(self) -> set[str]:
        """Return the names of the files that the manifest in place names."""
        try:
            manifest = json.loads((self._folder / MANIFEST).read_text(encoding="utf-8"))
            return {Path(kept["file"]).name for kept in manifest["parts"].values()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return set()

    def _sweep(self, pattern: str, *, older_than_s: float, but: frozenset[str] | set[str] = frozenset()) -> None:
        for path in self._folder.glob(pattern):
            if path.name not in but and path.stat().st_mtime <= time.time() - older_than_s:
                path.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse(error: Exception) -> None:
    why = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
    log.warning("The kept index is not used, and built anew: %s.", why)
