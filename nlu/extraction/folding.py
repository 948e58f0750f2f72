"""Folded text that remembers where each of its letters came from."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from knowledge.languages import fold

_PIECES = re.compile(r"\S{1,40}")


@dataclass(frozen=True)
class Folded:
    """`text` is `fold(original)`; `origins[i]` is the offset in `original` at which letter `i` of `text` begins."""

    original: str
    text: str
    origins: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the original of `text[start:end]`."""
        first = self.origins[start]
        if end >= len(self.origins):
            return first, len(self.original.rstrip())
        last = self.origins[end]
        return first, first + len(self.original[first:last].rstrip())


def fold_with_offsets(text: str) -> Folded:
    """Fold `text`, keeping for every folded letter the offset it came from."""
    letters: list[str] = []
    origins: list[int] = []
    previous_end = 0
    for piece in _PIECES.finditer(text):
        folded = fold(piece.group())
        if not folded:
            continue
        if letters and piece.start() > previous_end:
            letters.append(" ")
            origins.append(previous_end)
        # How long the folded text is after each original letter: a digraph adds one letter, a ligature several.
        lengths = [len(fold(piece.group()[:count])) for count in range(len(piece.group()) + 1)]
        for position in range(len(folded)):
            origins.append(piece.start() + max(0, bisect_right(lengths, position) - 1))
        letters.append(folded)
        previous_end = piece.end()
    return Folded(text, "".join(letters), tuple(origins))
