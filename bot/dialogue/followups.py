"""Recognises messages that go on with what was just said: "more", "the second one", "and for tourism?"."""

import re
from functools import cache
from typing import Any

from bot.dialogue.state import FIELD_OF
from knowledge.languages import fold
from knowledge.packaged import packaged_yaml
from nlu.understanding import Entity

_WORD = re.compile(r"[^\W_]+")
_MAX_WORDS = 8
_MAX_STOP_WORDS = 5
_MAX_SUBJECT_WORDS = 2
"""A list is asked for by its filters; with more words of its own, a message asks about a subject."""


def asks_for_more(text: str) -> bool:
    """Say whether `text` asks for further results and nothing else."""
    words = _WORD.findall(fold(text))
    if not words or len(words) > _MAX_WORDS:
        return False
    return " ".join(words) in _data()["more"] or _without_fillers(words) in _more_alone()


def named_ordinal(text: str) -> int | None:
    """Return the number of the result that `text` points at ("the second one", "2."), or None."""
    words = _WORD.findall(fold(text))
    if not words or len(words) > _MAX_WORDS:
        return None
    found: list[int] = []
    for word in words:
        if len(word) == 1 and word in "123456789":
            found.append(int(word))
        elif (number := _ordinal(word)) is not None:
            found.append(number)
        elif word not in _fillers():
            return None
    return found[0] if len(found) == 1 else None


def only_refines(text: str, entities: tuple[Entity, ...]) -> bool:
    """Say whether `text` does no more than name filters ("only open ones", "in Bulgaria instead")."""
    words = residue(text, entities)
    return _names_filters(entities) and len(words) <= _MAX_WORDS and all(word in _fillers() for word in words)


def only_details(text: str, entities: tuple[Entity, ...]) -> bool:
    """Say whether `text` does no more than name particulars ("Bulgaria, tourism, by the end of the month")."""
    words = residue(text, entities)
    return len(words) <= _MAX_WORDS and all(word in _fillers() or word in _data()["until"] for word in words)


def asks_for_a_list(text: str, entities: tuple[Entity, ...]) -> bool:
    """Say whether `text` names filters and hardly anything else ("open calls for tourism in Bulgaria")."""
    words = [word for word in residue(text, entities) if word not in _fillers()]
    return _names_filters(entities) and len(words) <= _MAX_SUBJECT_WORDS


def asks_to_stop(text: str, *, news_meant: bool) -> bool:
    """Say whether `text` asks for no more news; `news_meant` says that it is about news anyway."""
    spoken = _WORD.findall(fold(text))
    words = [word for word in spoken if word not in _fillers() and len(word) > 2]
    stop = _data()["stop"]
    if len(words) == 1 and words[0].startswith(stop["alone"]):
        return True
    said = any(word.startswith(stop["verbs"]) for word in words)
    if news_meant:
        return said or any(word in stop["not"] for word in spoken)
    return said and len(spoken) <= _MAX_STOP_WORDS and any(word.startswith(stop["news"]) for word in words)


def residue(text: str, entities: tuple[Entity, ...]) -> list[str]:
    """Return the folded words of `text` that name no entity."""
    letters = list(text)
    for entity in entities:
        for place in range(max(0, entity.start), min(entity.end, len(letters))):
            letters[place] = " "
    return _WORD.findall(fold("".join(letters)))


def _names_filters(entities: tuple[Entity, ...]) -> bool:
    return any(entity.kind in FIELD_OF for entity in entities)


def _ordinal(word: str) -> int | None:
    for number, forms in _data()["ordinals"].items():
        if any(word.startswith(form[:-1]) if form.endswith("*") else word == form for form in forms):
            return int(number)
    return None


def _without_fillers(words: list[str]) -> str:
    return " ".join(word for word in words if word not in _fillers())


@cache
def _more_alone() -> frozenset[str]:
    """Return the phrases for "more" without fillers, by which they are known among fillers."""
    return frozenset(filter(None, (_without_fillers(phrase.split()) for phrase in _data()["more"])))


@cache
def _fillers() -> frozenset[str]:
    return frozenset(word for words in _data()["fillers"].values() for phrase in words for word in phrase.split())


@cache
def _data() -> dict[str, Any]:
    raw = packaged_yaml("bot.dialogue", "followups.yaml")
    return {
        "more": frozenset(fold(phrase) for phrase in raw["more"]),
        "ordinals": {number: [_folded(form) for form in forms] for number, forms in raw["ordinals"].items()},
        "stop": {part: tuple(fold(stem) for stem in stems) for part, stems in raw["stop"].items()},
        "fillers": {tag: [fold(str(word)) for word in words] for tag, words in raw["fillers"].items()},
        "until": frozenset(fold(str(word)) for word in raw["until"]),
    }


def _folded(form: str) -> str:
    return fold(form.rstrip("*")) + ("*" if form.endswith("*") else "")
