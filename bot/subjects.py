"""Recognises a field of competence in free words, whatever their endings. Pure."""

import re
from functools import cache

from knowledge.languages import fold
from knowledge.taxonomy import vocabulary

_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 4
_ENDING = 2
"""How many letters of a long word may change with its ending."""


def competence_of(text: str) -> str | None:
    """Return the code of the competence that `text` names in any of the desk's languages, the longest name first."""
    words = _WORD.findall(fold(text))
    for stems, code in _names():
        places = range(len(words) - len(stems) + 1)
        if any(all(words[place + n].startswith(stem) for n, stem in enumerate(stems)) for place in places):
            return code
    return None


@cache
def _names() -> list[tuple[tuple[str, ...], str]]:
    """Return every name of a competence as the stems of its words."""
    found: dict[tuple[str, ...], str] = {}
    for code, term in vocabulary("competences").items():
        for name in (*term.labels.values(), *(each for words in term.also.values() for each in words)):
            words = _WORD.findall(fold(name))
            if any(len(word) >= _SHORTEST for word in words):
                found.setdefault(tuple(_stem(word) for word in words), code)
    return sorted(found.items(), key=lambda item: (-len(item[0]), -sum(map(len, item[0])), item[1]))


def _stem(word: str) -> str:
    return word[: max(_SHORTEST, len(word) - _ENDING)]
