"""What a training keeps in its work folder: arrays, written whole or not at all, and whether a stage is complete."""

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from index.arrays import Arrays
from index.training.errors import FileDamaged, MadeFromOther

_PARTIAL = ".tmp"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a place to write to, which takes the place of `path` once all is written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + _PARTIAL)
    yield partial
    partial.replace(path)


def write(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write named arrays to `path`, an npz file."""
    with replacing(path) as partial, partial.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def read(path: Path) -> Arrays:
    """Return the arrays of an npz file. Raises `FileDamaged` where it is not whole."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}
    except (OSError, ValueError, EOFError, TypeError, AttributeError, BadZipFile, zlib.error) as error:
        raise FileDamaged(f"{path}: {error}") from error


def read_one(path: Path, name: str) -> np.ndarray:
    """Return the array called `name` of an npz file. Raises `FileDamaged`."""
    arrays = read(path)
    if name not in arrays:
        raise FileDamaged(f"{path}: it holds no {name}")
    return arrays[name]


def fingerprint(before: str, settings: Mapping[str, Any], files: list[Path]) -> str:
    """Return sixteen digits that change with the stages before, this one's settings and the data that it reads."""
    digest = hashlib.sha256(json.dumps([before, dict(settings)], sort_keys=True).encode())
    for path in files:
        digest.update(path.name.encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def mark(path: Path, made_from: str, settings: Mapping[str, Any]) -> None:
    """Note in `path` that a stage is complete, and what it was made from."""
    with replacing(path) as partial:
        partial.write_text(json.dumps({"made_from": made_from, **settings}, indent=1) + "\n", encoding="utf-8")


def marked(path: Path, made_from: str) -> bool:
    """Return whether `path` notes a complete stage. Raises `FileDamaged`, and `MadeFromOther` for a foreign one."""
    if not path.exists():
        return False
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))["made_from"]
    except (ValueError, KeyError, TypeError) as error:
        raise FileDamaged(f"{path}: {error}") from error
    if noted != made_from:
        raise MadeFromOther(str(path))
    return True
