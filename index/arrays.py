"""What packed parts of an index share: masks, and arrays that go to a file and come back."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

Scores = NDArray[np.float32]

Arrays = dict[str, NDArray[Any]]
"""A part of the index by the names of its fields."""


def cut(values: NDArray[Any], mask: Mask | None) -> NDArray[Any]:
    """Return the values that `mask` leaves; no mask leaves all."""
    return values if mask is None else values[mask]


def pack_json(value: object) -> NDArray[np.uint8]:
    """Return what JSON can say, as bytes in an array."""
    return np.frombuffer(json.dumps(value, ensure_ascii=False).encode(), np.uint8)


def unpack_json(packed: NDArray[np.uint8]) -> Any:
    """Return what was packed; tuples come back as lists."""
    return json.loads(packed.tobytes())


def prefixed(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """Return the arrays under names that begin with `prefix` and a slash."""
    return {f"{prefix}/{name}": array for name, array in arrays.items()}


def under(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """Return the arrays that were prefixed so, under their own names."""
    start = f"{prefix}/"
    return {name.removeprefix(start): array for name, array in arrays.items() if name.startswith(start)}
