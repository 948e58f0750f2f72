"""The words by which people name countries, cities, sectors and the rest, as regular expressions over folded text.

Sources: Unicode CLDR through Babel for countries and languages, the desk's taxonomies, and the lists in `words/`.
The same expressions go into Rasa's training data and into the gazetteer, so both find the same parts of a message.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from babel import Locale

from knowledge.languages import LANGUAGES, fold
from knowledge.packaged import packaged_yaml
from knowledge.region import NAMED
from knowledge.taxonomy import vocabulary
from nlu.extraction import amounts, dates
from nlu.understanding import EntityKind

_VOCABULARIES = {
    EntityKind.SECTOR: "sectors",
    EntityKind.COMPETENCE: "competences",
    EntityKind.PROGRAMME: "programmes",
    EntityKind.ORGANISATION_TYPE: "organisation_types",
}
_SCRIPTS = {"sr": ("cirilica", "cirilicom", "cirilici", "кирилица"), "sr-Latn": ("latinica", "latinicom", "latinici")}
_ALSO_IN_SMALL = {
    "ict", "ikt", "eic", "edih", "gdpr", "seo", "erp", "crm", "gis", "iso",
    "vat", "dds", "ddv", "pdv", "fpa", "kdv", "tva", "tvs",
}  # fmt: skip
"""Short words in capitals that no language of the desk confuses with another word when they are typed small."""

_LAST_LETTERS = re.compile(r"[a-z]+$")


def words_file(name: str) -> Any:
    """Return the parsed content of `words/<name>.yaml`."""
    return packaged_yaml("nlu", f"words/{name}.yaml")


@cache
def phrases() -> Mapping[EntityKind, Mapping[str, frozenset[str]]]:
    """Return, for each kind, the folded phrases of each canonical value."""
    found: dict[EntityKind, dict[str, set[str]]] = {
        EntityKind.COUNTRY: _countries(),
        EntityKind.CITY: _cities(),
        EntityKind.LANGUAGE: _languages(),
    }
    for kind, name in _VOCABULARIES.items():
        found[kind] = {
            term.code: {
                fold(word)
                for word in (*term.labels.values(), *(word for words in term.also.values() for word in words))
                if len(fold(word)) > 2 or word.isupper()
            }
            for term in vocabulary(name).values()
        }
    for code, words in words_file("competences").items():
        found[EntityKind.COMPETENCE][code].update(map(fold, words))
    return {
        kind: {value: frozenset(filter(None, words)) for value, words in by_value.items()}
        for kind, by_value in found.items()
    }


@cache
def capitals_only() -> frozenset[str]:
    """Return the folded short words that count only when written in capitals (`IT`, `LIFE`, `CAP`)."""
    written = {
        word
        for name in _VOCABULARIES.values()
        for term in vocabulary(name).values()
        for word in (*term.labels.values(), *(word for words in term.also.values() for word in words))
    }
    short = frozenset(fold(word) for word in written if word.isupper() and len(word) <= 4)
    return short - _ALSO_IN_SMALL


@cache
def expression(kind: EntityKind) -> str:
    """Return the one regular expression of a kind, to search in folded text."""
    if kind is EntityKind.STATUS:
        return rf"(?<!\w)(?:{'|'.join(pattern for patterns in statuses().values() for pattern in patterns)})(?!\w)"
    if kind is EntityKind.AMOUNT:
        return amounts.PATTERN
    if kind is EntityKind.DATE:
        return dates.pattern()
    return _alternatives(phrase_patterns(kind))


def phrase_patterns(kind: EntityKind) -> Mapping[str, str]:
    """Return the regular expression of each folded phrase of a kind, its usual endings with it."""
    return {phrase: _phrase_pattern(kind, phrase) for words in phrases()[kind].values() for phrase in words}


@cache
def statuses() -> Mapping[str, tuple[str, ...]]:
    """Return the regular expressions of each status."""
    return {value: tuple(map(fold, patterns)) for value, patterns in words_file("status").items()}


def _countries() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {code: set() for code in NAMED}
    for tag in LANGUAGES:
        territories = Locale.parse(tag).territories
        for code in NAMED:
            found[code].add(fold(territories[code]))
    for code, names in words_file("places")["countries"].items():
        found[code].update(map(fold, names))
    return found


def _cities() -> dict[str, set[str]]:
    return {
        city: {fold(city), *map(fold, names)}
        for by_city in words_file("places")["cities"].values()
        for city, names in by_city.items()
    }


def _languages() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {tag: set() for tag in LANGUAGES}
    for tag in LANGUAGES:
        names = Locale.parse(tag).languages
        for language in LANGUAGES:
            found[language].add(fold(names[language]))
    for language, words in words_file("languages").items():
        found[language].update(map(fold, words))
    for tag, words in _SCRIPTS.items():
        found.setdefault(tag, set()).update(map(fold, words))
    return found


def _alternatives(patterns: Mapping[str, str]) -> str:
    """Join phrases into one expression, longest first, grouped by their first letter so that a search stays quick."""
    groups: dict[str, list[str]] = {}
    for phrase in sorted(patterns, key=lambda phrase: (-len(phrase), phrase)):
        groups.setdefault(phrase[0], []).append(patterns[phrase])
    branches = [f"(?={re.escape(letter)})(?:{'|'.join(group)})" for letter, group in sorted(groups.items())]
    return rf"(?<!\w)(?:{'|'.join(branches)})(?!\w)"


def _phrase_pattern(kind: EntityKind, phrase: str) -> str:
    # The names of cities are short and close to other words (`Varna`, `varni`): only long ones take endings.
    shortest = 6 if kind is EntityKind.CITY else 5
    return " ".join(_word_pattern(word, shortest) for word in phrase.split(" "))


def _word_pattern(word: str, shortest: int) -> str:
    """Match a folded word and its usual endings: the longer the stem that stays, the longer the ending may be."""
    found = _LAST_LETTERS.search(word)
    letters = found.group() if found else ""
    head = re.escape(word[: len(word) - len(letters)])
    suffix = "(?:'[a-z]{1,6})?"
    if len(letters) < shortest:
        return head + letters + suffix
    stem = letters[:-1] if letters[-1] in "aeiou" else letters
    if len(stem) == 4:
        return f"{head}{stem}(?:[aeiou]{{0,2}}[mnst]?|[aeiou]s[iu]){suffix}"
    return f"{head}{stem}[a-z]{{0,{3 if len(stem) < 8 else 4}}}{suffix}"
