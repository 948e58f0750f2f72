"""Entities of a message, by the lookups: found here for the twin; Rasa's findings are brought to canonical values."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from knowledge import clock
from knowledge.languages import script
from knowledge.region import HOMES
from nlu.extraction import lookups
from nlu.extraction.amounts import parse_amount
from nlu.extraction.dates import parse_date
from nlu.extraction.folding import Folded, fold_with_offsets
from nlu.extraction.phrase_index import PhraseIndex
from nlu.understanding import Entity, EntityKind, Intent

Today = Callable[[], date]

# Where two findings overlap the longer one stays, then the earlier of these kinds.
_ORDER = (
    EntityKind.DATE,
    EntityKind.AMOUNT,
    EntityKind.PROGRAMME,
    EntityKind.COUNTRY,
    EntityKind.CITY,
    EntityKind.LANGUAGE,
    EntityKind.ORGANISATION_TYPE,
    EntityKind.SECTOR,
    EntityKind.COMPETENCE,
    EntityKind.STATUS,
)
_BESIDE = frozenset({EntityKind.SECTOR, EntityKind.COMPETENCE})
"""The kinds that the same words may name at once: who asks for software means a field of business and a skill."""

_ONLY_IN = {"podat": "uk", "logist": "el"}
"""Folded beginnings of words for a competence that mean it in one language only: taxes in Ukrainian are data elsewhere,
Greek accounting is logistics."""

_SPOKEN = re.compile(
    r"(?:spea|talk|govor|hovor|vorb|flet|flas|fol |mila|konus|zbor|prica|rozmovl|pisi|scri|shkru|grap|iazi|bilen)[a-z]*"
    r"(?: \w+){0,2} ?$|(?:^| )(?:in|na|po|ne|v|ste|sta|se|language|iezik|ezik|iazik|limba|dil|glossa) $"
)


@dataclass(frozen=True)
class Finding:
    """A part of folded text that a lookup of `kind` matched."""

    kind: EntityKind
    start: int
    end: int


def find(folded: Folded) -> list[Finding]:
    """Return every match of every lookup, overlapping ones too."""
    spoken = [
        Finding(kind, start, end)
        for kind in lookups.phrases()
        for start, end in _phrase_index(kind).finditer(folded.text)
    ]
    return spoken + [
        Finding(kind, found.start(), found.end())
        for kind, expression in _compiled().items()
        for found in expression.finditer(folded.text)
    ]


def settle(
    folded: Folded, findings: Iterable[Finding], intent: Intent, today: Today = clock.today, *, language: str = ""
) -> tuple[Entity, ...]:
    """Return the findings as canonical entities in reading order, without overlaps but of a sector and a competence.

    `language` is that of the message, where it is known. A word that names both a language and a people (`bulgarian`)
    is a language when the person asks to change it or speaks of speaking it, else the country.
    """
    taken: list[Finding] = []
    entities: list[Entity] = []
    for finding in sorted(findings, key=lambda one: (one.start - one.end, _rank(folded, one, intent))):
        if any(_excludes(other, finding) for other in taken):
            continue
        entity = _entity(folded, finding, intent, today)
        if entity and not _foreign(folded, finding, language):
            taken.append(finding)
            entities.append(entity)
    return tuple(sorted(entities, key=lambda entity: entity.start))


@lru_cache(maxsize=4096)
def named_in(text: str, language: str = "") -> tuple[Entity, ...]:
    """Return what `text` names; it wishes for nothing: `Bulgaria` is where a company is, not a language to go on in."""
    folded = fold_with_offsets(text)
    return settle(folded, find(folded), Intent.ASK, language=language)


def competence_of(text: str, language: str = "") -> str | None:
    """Return the code of the competence that `text` names."""
    return competence_in(named_in(text, language))


def competence_in(entities: Iterable[Entity]) -> str | None:
    """Return the first competence among entities."""
    return next((entity.value for entity in entities if entity.kind is EntityKind.COMPETENCE), None)


def resolve(kind: EntityKind, surface: str) -> str | None:
    """Return the canonical value of folded words of a kind that has lookups, or None."""
    if kind is EntityKind.STATUS:
        return next((value for value, pattern in _statuses().items() if pattern.fullmatch(surface)), None)
    by_value = lookups.phrases().get(kind, {})
    for value, phrases in by_value.items():
        if surface in phrases:
            return value
    if not by_value:
        return None
    meant = set(_phrase_index(kind).matching(surface))
    fitting = [value for value, phrases in by_value.items() if not meant.isdisjoint(phrases)]
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    return max(fitting, key=lambda value: max(_shared(surface, phrase) for phrase in by_value[value]))


def _excludes(one: Finding, other: Finding) -> bool:
    """Say whether two findings cannot both stand."""
    apart = one.kind is not other.kind and {one.kind, other.kind} <= _BESIDE
    return not apart and one.start < other.end and other.start < one.end


def _foreign(folded: Folded, finding: Finding, language: str) -> bool:
    """Say whether a word means the competence in another language than that of the message."""
    surface = folded.text[finding.start : finding.end]
    return finding.kind is EntityKind.COMPETENCE and any(
        surface.startswith(beginning) and language != home for beginning, home in _ONLY_IN.items()
    )


def _shared(one: str, other: str) -> int:
    """Return how many letters two words begin with alike."""
    return next((count for count, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(other))


def _entity(folded: Folded, finding: Finding, intent: Intent, today: Today) -> Entity | None:
    surface = folded.text[finding.start : finding.end]
    start, end = folded.span(finding.start, finding.end)
    text = folded.original[start:end]
    kind = finding.kind
    if surface in lookups.capitals_only() and not text.isupper():
        return None
    if kind is EntityKind.DATE:
        day = parse_date(surface, today())
        value = day.isoformat() if day else None
    elif kind is EntityKind.AMOUNT:
        amount = parse_amount(surface)
        value = None if amount is None else str(amount)
    else:
        value = resolve(kind, surface)
        if value == "GE" and script(text) == "Grek":
            # In Greek the country and agriculture are one word; the desk's owners mean the fields.
            return None
        if value and kind is EntityKind.LANGUAGE and not _is_spoken(folded, finding, intent):
            kind, value = EntityKind.COUNTRY, HOMES.get(value)
    return Entity(kind, value, text, start, end) if value else None


def _rank(folded: Folded, finding: Finding, intent: Intent) -> int:
    if finding.kind is EntityKind.LANGUAGE and _is_spoken(folded, finding, intent):
        return -1
    return _ORDER.index(finding.kind)


def _is_spoken(folded: Folded, finding: Finding, intent: Intent) -> bool:
    if intent is Intent.LANGUAGE:
        return True
    before = folded.text[max(0, finding.start - 30) : finding.start]
    found = _SPOKEN.search(before)
    if not found:
        return False
    # "in Bulgarian" is a language, "in Bulgarian villages" is not: a bare preposition counts at the end only.
    exact = folded.text[finding.start : finding.end] in _language_words()
    return len(found.group().strip()) > 4 or (exact and not folded.text[finding.end :].strip(" .,!?;"))


@cache
def _language_words() -> frozenset[str]:
    return frozenset().union(*lookups.phrases()[EntityKind.LANGUAGE].values())


@cache
def _phrase_index(kind: EntityKind) -> PhraseIndex:
    return PhraseIndex(lookups.phrase_patterns(kind))


@cache
def _compiled() -> dict[EntityKind, re.Pattern[str]]:
    """Return the expressions of the kinds that are no list of phrases."""
    return {kind: re.compile(lookups.expression(kind)) for kind in EntityKind if kind not in lookups.phrases()}


@cache
def _statuses() -> dict[str, re.Pattern[str]]:
    return {value: re.compile("|".join(patterns)) for value, patterns in lookups.statuses().items()}
