"""The phrases of one kind, found in folded text where their one regular expression would find them.

Compiling an expression of thousands of alternatives takes a second at every start. Here a phrase's own expression is
compiled when a text first has a word that begins like it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

_KEY = 3
"""Letters by which phrases are filed: no stem is shorter, unless the whole first word is."""

_BOUNDARY = re.compile(r"(?<!\w)(?=\S)")


class PhraseIndex:
    """Phrases with the expressions that match them and their usual endings; the longest phrase is tried first."""

    def __init__(self, patterns: Mapping[str, str]) -> None:
        """Take the regular expression of each phrase; each begins with at least `_KEY` letters of it, or its word."""
        self._filed: dict[str, list[_Phrase]] = {}
        for phrase in sorted(patterns, key=lambda phrase: (-len(phrase), phrase)):
            key = phrase.partition(" ")[0][:_KEY]
            self._filed.setdefault(key, []).append(_Phrase(phrase, patterns[phrase]))

    def finditer(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the start and end of each whole-word match, left to right, without overlaps."""
        end = 0
        for boundary in _BOUNDARY.finditer(text):
            start = boundary.start()
            if start < end:
                continue
            for phrase in self._beginning(text, start):
                if found := phrase.followed.match(text, start):
                    end = found.end()
                    yield start, end
                    break

    def matching(self, surface: str) -> Iterator[str]:
        """Yield the phrases of which `surface` is a form."""
        return (phrase.text for phrase in self._beginning(surface, 0) if phrase.alone.fullmatch(surface))

    def _beginning(self, text: str, start: int) -> Iterable["_Phrase"]:
        filed = [self._filed[key] for size in range(1, _KEY + 1) if (key := text[start : start + size]) in self._filed]
        if len(filed) > 1:
            return sorted((phrase for each in filed for phrase in each), key=_longest_first)
        return filed[0] if filed else ()


class _Phrase:
    def __init__(self, text: str, pattern: str) -> None:
        self.text, self._pattern = text, pattern

    @cached_property
    def alone(self) -> re.Pattern[str]:
        return re.compile(self._pattern)

    @cached_property
    def followed(self) -> re.Pattern[str]:
        """The expression at the end of a word."""
        return re.compile(rf"(?:{self._pattern})(?!\w)")


def _longest_first(phrase: _Phrase) -> tuple[int, str]:
    return -len(phrase.text), phrase.text
