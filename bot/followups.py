"""Recognises messages that go on with what was just said: "more", "the second one", "and for tourism?"."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from knowledge.languages import fold
from nlu.understanding import Entity

_WORD = re.compile(r"[^\W_]+")
_MAX_WORDS = 8


def asks_for_more(text: str) -> bool:
    """Say whether `text` asks for further results and nothing else."""
    words = " ".join(_WORD.findall(fold(text)))
    return words in _data()["more"]


def named_ordinal(text: str) -> int | None:
    """Return the number of the result that `text` points at ("the second one", "2."), or None."""
    words = _WORD.findall(fold(text))
    if not words or len(words) > _MAX_WORDS:
        return None
    found: list[int] = []
    for word in words:
        if word.isascii() and word.isdigit() and 1 <= int(word) <= 9:
            found.append(int(word))
        elif (number := _ordinal(word)) is not None:
            found.append(number)
        elif word not in _fillers():
            return None
    return found[0] if len(found) == 1 else None


def only_refines(text: str, entities: tuple[Entity, ...]) -> bool:
    """Say whether `text` does no more than name filters ("only open ones", "in Bulgaria instead")."""
    if not entities:
        return False
    for entity in sorted(entities, key=lambda entity: entity.start, reverse=True):
        text = f"{text[: entity.start]} {text[entity.end :]}"
    words = _WORD.findall(fold(text))
    return len(words) <= _MAX_WORDS and all(word in _fillers() for word in words)


def _ordinal(word: str) -> int | None:
    for number, forms in _data()["ordinals"].items():
        if any(word.startswith(form[:-1]) if form.endswith("*") else word == form for form in forms):
            return int(number)
    return None


@cache
def _fillers() -> frozenset[str]:
    return frozenset(word for words in _data()["fillers"].values() for phrase in words for word in phrase.split())


@cache
def _data() -> dict[str, Any]:
    raw = yaml.safe_load(files("bot").joinpath("followups.yaml").read_text(encoding="utf-8"))
    return {
        "more": frozenset(fold(phrase) for phrase in raw["more"]),
        "ordinals": {number: [_folded(form) for form in forms] for number, forms in raw["ordinals"].items()},
        "fillers": {tag: [fold(str(word)) for word in words] for tag, words in raw["fillers"].items()},
    }


def _folded(form: str) -> str:
    return fold(form.rstrip("*")) + ("*" if form.endswith("*") else "")
