"""Where sentences end in the desk's languages: a stop after an abbreviation, a number or within brackets ends none."""

import re
from collections.abc import Iterator
from functools import cache

from knowledge.languages import fold
from knowledge.packaged import packaged_yaml

_STOP = re.compile(r"(?P<stop>[.!?;…]+)[\"'»”“’)\]]*(?=\s)|(?P<lines>\n+)")
_WORD_BEFORE = re.compile(r"[^\s(\[{\"'«„“‘/]+$")
_NEXT = re.compile(r"\s+[\"'«„“(\[]*(.)", re.DOTALL)
_DOTTED = re.compile(r"(?:[^\W\d_]{1,4}\.)+[^\W\d_]{1,4}")
_NUMBER = re.compile(r"\(?\d{1,2}")
_GREEK = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
_ITEM = re.compile(r"(?:\d{1,2}[.)]|[-–—•*·])\s+\S")
_PAIRS = {"(": ")", "[": "]", "„": "“”", "«": "»"}
_LONGEST_BRACKET = 250
LONGEST_ITEM = 400
"""Characters of a list's item that is kept whole; a longer one is sentences like any text."""


def sentences(text: str) -> list[str]:
    """Return the sentences of `text`, in order, without surrounding space."""
    return [sentence for sentence, _ in with_breaks(text)]


def thoughts(text: str) -> list[str]:
    """Return what can be quoted of `text`, in order: its sentences, but a list's item as a whole."""
    found = list[str]()
    for line in text.splitlines():
        item = line.strip()
        found += [item] if is_item(item) and len(item) <= LONGEST_ITEM else sentences(line)
    return found


def is_item(line: str) -> bool:
    """Say whether a line is a list's item: it begins with a number or a bullet."""
    return bool(_ITEM.match(line))


def with_breaks(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each sentence, and whether a line ended with it."""
    start = 0
    for match in _STOP.finditer(text):
        if match["lines"] is None and not _ends(text, start, match):
            continue
        if sentence := text[start : match.end()].strip():
            yield sentence, match["lines"] is not None or text.startswith("\n", match.end())
        start = match.end()
    if sentence := text[start:].strip():
        yield sentence, True


def _ends(text: str, start: int, stop: re.Match[str]) -> bool:
    """Say whether the sentence that began at `start` ends at a stop."""
    following = _NEXT.match(text, stop.end())
    if following is None:
        return True
    if following[1].islower() or _is_open(text, start, stop.start()):
        return False
    signs = stop["stop"]
    if signs == ";":
        # In Greek it is the question mark.
        return bool(_GREEK.match(text, stop.start() - 1))
    if signs != ".":
        return True
    before = _WORD_BEFORE.search(text, start, stop.start())
    return before is None or not _is_short(before[0])


def _is_short(word: str) -> bool:
    """Say whether a stop after this word is the word's own."""
    if _NUMBER.fullmatch(word) or (len(word) == 1 and word.isalpha()):
        return True
    folded = fold(word)
    return (folded.replace(".", "") if _DOTTED.fullmatch(word) else folded) in _leading()


def _is_open(text: str, start: int, end: int) -> bool:
    """Say whether a bracket or a quotation that began before `end` is closed in the same line after it."""
    line_end = text.find("\n", end)
    ahead = text[end : min(end + _LONGEST_BRACKET, len(text) if line_end < 0 else line_end)]
    for opening, closing in _PAIRS.items():
        begun = text.rfind(opening, max(start, end - _LONGEST_BRACKET), end)
        if begun >= 0 and not any(sign in text[begun + 1 : end] for sign in closing):
            closed = min((place for sign in closing if (place := ahead.find(sign)) >= 0), default=-1)
            if closed > 0 and opening not in ahead[:closed]:
                # What is closed by the stop itself ends with it.
                return bool(ahead[1:closed].strip(".!?…"))
    return False


@cache
def _leading() -> frozenset[str]:
    """Return the folded abbreviations, without stops, that lead to a word and so end no sentence."""
    words = packaged_yaml("knowledge.entries", "abbreviations.yaml")
    return frozenset(fold(str(word)).replace(".", "") for listed in words.values() for word in listed)
