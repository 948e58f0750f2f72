"""The table of a segment's entries, packed: a million of them take 60 MB here and a gigabyte as objects."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.arrays import Arrays, Mask, cut, pack_json, unpack_json
from index.model import Ids
from index.segments.source import Record


@dataclass(frozen=True)
class Listed:
    """An entry as the table knows it."""

    id: int
    reference: str
    language: str


@dataclass(frozen=True, eq=False, repr=False)
class EntryTable(Sequence[Listed]):
    """Entries by place. `stamps` tell what each entry was when it was read; `names[starts[i]:starts[i + 1]]` is a
    reference in UTF-8, `tags[spoken[i]]` a language."""

    ids: Ids
    stamps: NDArray[np.int64]
    names: NDArray[np.uint8]
    starts: NDArray[np.int64]
    tags: tuple[str, ...]
    spoken: NDArray[np.int16]

    @classmethod
    def of(cls, records: Sequence[Record]) -> Self:
        """Return the table of `records`, in their order."""
        names = [record.reference.encode() for record in records]
        tags = tuple(sorted({record.language for record in records}))
        codes = {tag: code for code, tag in enumerate(tags)}
        return cls(
            ids=np.array([record.id for record in records], np.int64),
            stamps=np.array([record.stamp for record in records], np.int64),
            names=np.frombuffer(b"".join(names), np.uint8),
            starts=np.cumsum([0, *map(len, names)], dtype=np.int64),
            tags=tags,
            spoken=np.array([codes[record.language] for record in records], np.int16),
        )

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, place: Any) -> Any:
        name = self.names[self.starts[place] : self.starts[place + 1]].tobytes().decode()
        return Listed(int(self.ids[place]), name, self.tags[self.spoken[place]])

    def __iter__(self) -> Iterator[Listed]:
        return (self[place] for place in range(len(self)))

    @classmethod
    def joined(cls, parts: Sequence[tuple["EntryTable", Mask | None]]) -> Self:
        """Return one table of the entries that each mask leaves, in order."""
        tags = tuple(sorted({tag for table, _ in parts for tag in table.tags}))
        spoken, names, lengths = [], [], []
        for table, mask in parts:
            sizes = np.diff(table.starts)
            codes = np.array([tags.index(tag) for tag in table.tags], np.int16)
            spoken.append(codes[cut(table.spoken, mask)])
            names.append(table.names if mask is None else table.names[np.repeat(mask, sizes)])
            lengths.append(cut(sizes, mask))
        return cls(
            ids=np.concatenate([cut(table.ids, mask) for table, mask in parts]),
            stamps=np.concatenate([cut(table.stamps, mask) for table, mask in parts]),
            names=np.concatenate(names),
            starts=np.cumsum(np.concatenate([[0], *lengths]), dtype=np.int64),
            tags=tags,
            spoken=np.concatenate(spoken),
        )

    def arrays(self) -> Arrays:
        """Return all that there is, to be kept in a file."""
        return {
            "ids": self.ids, "stamps": self.stamps, "names": self.names, "starts": self.starts,
            "tags": pack_json(self.tags), "spoken": self.spoken,
        }  # fmt: skip

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return what `arrays` was made of."""
        fields: dict[str, Any] = {**arrays, "tags": tuple(unpack_json(arrays["tags"]))}
        return cls(**fields)
