"""The sentences as numbers: ids of pieces in the student's vocabulary and, for the alignment, in the teacher's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import numpy as np
from tokenizers import Tokenizer

from index.training import artifacts
from index.training.errors import FileDamaged

_LONGEST = 126
_AT_ONCE = 20_000


@dataclass(frozen=True)
class PieceIds(Sequence[np.ndarray]):
    """Ids of many sentences in one array, int32; sentence i is `flat[starts[i]:starts[i + 1]]`."""

    flat: np.ndarray
    starts: np.ndarray

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, place: int) -> np.ndarray: ...
    @overload
    def __getitem__(self, place: slice) -> list[np.ndarray]: ...
    def __getitem__(self, place: int | slice) -> np.ndarray | list[np.ndarray]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        return self.flat[self.starts[place] : self.starts[place + 1]]

    @property
    def lengths(self) -> np.ndarray:
        """The number of pieces of each sentence."""
        return np.diff(self.starts)


def ids(tokenizer: Tokenizer, texts: Sequence[str]) -> PieceIds:
    """Return the ids of the texts without the marks at both ends, at most 126 of each."""
    pieces = list(_ids(tokenizer, texts))
    starts = np.zeros(len(pieces) + 1, dtype=np.int64)
    np.cumsum([len(each) for each in pieces], out=starts[1:])
    return PieceIds(np.concatenate(pieces), starts)


def _ids(tokenizer: Tokenizer, texts: Sequence[str]) -> Iterator[np.ndarray]:
    for start in range(0, len(texts), _AT_ONCE):
        for encoding in tokenizer.encode_batch(list(texts[start : start + _AT_ONCE]), add_special_tokens=False):
            yield np.array(encoding.ids[:_LONGEST], dtype=np.int32)


def write(path: Path, texts: PieceIds, english: PieceIds) -> None:
    """Keep both sides' ids in an npz file."""
    artifacts.write(
        path,
        {
            "texts": texts.flat,
            "texts_starts": texts.starts,
            "english": english.flat,
            "english_starts": english.starts,
        },
    )


def read(path: Path) -> tuple[PieceIds, PieceIds]:
    """Return the ids of the texts and of the English sentences. Raises `FileDamaged`."""
    kept = artifacts.read(path)
    try:
        return PieceIds(kept["texts"], kept["texts_starts"]), PieceIds(kept["english"], kept["english_starts"])
    except KeyError as error:
        raise FileDamaged(f"{path}: it holds no {error}") from error
