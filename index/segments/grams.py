"""Texts to terms: folded character 4-grams within word borders, and whole identifiers, each a 32-bit number."""

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.languages import fold, readings

Terms = NDArray[np.uint32]

# From a word's beginning and without going back, so that a very long word is read once.
_IDENTIFIER = re.compile(r"(?<![^\W_])[^\W_]++(?:[-./_][^\W_]++)+")
_SPLIT = re.compile(r"[-./_]")
_LONGEST = 8
"""Parts of an identifier of which every run is a term too; a web address has more."""

_SOFT = re.compile("(?<=[dgk])i(?=[aeiou])")
"""What is left of đ, ѓ and ќ where they are written dj, gj and kj; many write the bare letter instead."""
_FLAG = 0x80000000
"""The highest bit marks a whole identifier; a 4-gram of ASCII letters never has it."""


class _Bytes(dict[int, str]):
    """Maps every character to one byte's worth: itself if ASCII, its like above 127 if a letter, else a space."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = " " if not letter.isalnum() else letter if code < 128 else chr(128 + code % 128)
        return self[code]


_BYTES = _Bytes()


def identifiers(folded: str) -> list[str]:
    """Return what looks like an identifier in a folded text: parts joined by hyphens, dots or slashes, with a digit."""
    return ["-".join(_SPLIT.split(match)) for match in _IDENTIFIER.findall(folded) if _has_digit(match)]


def named(text: str) -> Terms:
    """Return the terms of what can only be a name given by somebody: identifiers of three parts or more, with letters.

    Two parts may be a range, a price or `covid-19`; three, as in `I3-2026-INV1`, are a call's own name.
    """
    found = {
        name for name in identifiers(fold(text)) if name.count("-") >= 2 and any(letter.isalpha() for letter in name)
    }
    return np.array([_code(name) for name in sorted(found)], np.uint32)


def parts(name: str) -> list[str]:
    """Return the runs of two parts or more of an identifier, by which people ask for it, the whole not among them."""
    split = name.split("-")
    if len(split) > _LONGEST:
        return []
    runs = (split[start:end] for start in range(len(split)) for end in range(start + 2, len(split) + 1))
    return ["-".join(run) for run in runs if len(run) < len(split) and any(map(_has_digit, run))]


def terms(texts: Sequence[str], *, asked: bool = False) -> tuple[Terms, NDArray[np.int32]]:
    """Return the terms of all `texts` in one row, repeats included, and beside each the number of its text.

    Texts that are `asked` name an identifier as a whole or in part; others are found by every part of theirs.
    """
    folded = [fold(text) for text in texts]
    pieces = [f" {' '.join(_SOFT.sub('', text).translate(_BYTES).split())} ".encode("latin-1") for text in folded]
    line = np.frombuffer(b"".join(pieces) + b"   ", np.uint8)
    letters = line.astype(np.uint32)
    codes = letters[:-3] << 24 | letters[1:-2] << 16 | letters[2:-1] << 8 | letters[3:]
    inside = (line[1:-2] != 32) & (line[2:-1] != 32)
    owners = np.repeat(np.arange(len(pieces), dtype=np.int32), [len(piece) for piece in pieces])
    found = [(number, name) for number, text in enumerate(folded) for name in identifiers(text)]
    if not asked:
        found += [(number, part) for number, name in found for part in parts(name)]
    extra = np.array([_code(name) for _, name in found], np.uint32)
    extra_owners = np.array([number for number, _ in found], np.int32)
    return np.concatenate([codes[inside], extra]), np.concatenate([owners[inside], extra_owners])


def sought(question: str, language: str) -> tuple[Terms, Terms]:
    """Return the terms of a question as typed, repeats included, and those that only its readings have, each once.

    Readings that are wrong hardly cost anything, for few texts have their terms.
    """
    typed = terms([question], asked=True)[0]
    return typed, np.setdiff1d(terms(readings(question, language), asked=True)[0], typed)


def _has_digit(text: str) -> bool:
    return any(letter.isdigit() for letter in text)


def _code(name: str) -> int:
    return zlib.crc32(name.encode()) | _FLAG
