"""From which sizes on the index goes about its work in another way."""

from dataclasses import dataclass

from index.live.vector_cache import BATCH
from index.stores.joining import EXACT


@dataclass(frozen=True)
class Sizes:
    """The sizes at which ways part; others than these suit small bases in tests.

    `exact` are the passages up to which every vector is looked at. `kept` are those from which the index is kept in
    files: fewer are built in the seconds that a start takes anyway. `rough` are the texts without a vector from which a
    start does not wait for the encoder, if there is a rough one: half a minute. `small` are the passages up to which
    changes stay in one layer beside the large one. `batch` are the texts that are encoded and kept at once.
    """

    exact: int = EXACT
    kept: int = 10_000
    rough: int = 2000
    small: int = 2000
    batch: int = BATCH


SIZES = Sizes()
