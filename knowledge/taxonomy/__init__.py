"""The desk's own vocabularies: sectors, competences, directions, programmes and types of organisation.

Each file beside this one maps a code to its labels by language tag, with other words for it under `also`.
Pure: reads packaged files only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from knowledge.languages import base, fold
from knowledge.packaged import packaged_yaml

NAMES = ("sectors", "competences", "directions", "programmes", "organisation_types", "applicants")


@dataclass(frozen=True)
class Term:
    """One code of a vocabulary with its words: `labels` by language tag, `also` by language tag."""

    code: str
    labels: Mapping[str, str]
    also: Mapping[str, tuple[str, ...]]

    def label(self, tag: str) -> str:
        """Return the label in the language of `tag`, else in English."""
        return self.labels.get(tag) or self.labels.get(base(tag)) or self.labels["en"]


@cache
def vocabulary(name: str) -> Mapping[str, Term]:
    """Return the terms of one of `NAMES` by code."""
    raw = packaged_yaml(__name__, f"{name}.yaml")
    return {
        code: Term(
            code,
            {tag: text for tag, text in entry.items() if tag != "also"},
            {tag: tuple(words) for tag, words in entry.get("also", {}).items()},
        )
        for code, entry in raw.items()
    }


@cache
def _codes_by_word(name: str) -> Mapping[str, str]:
    words: dict[str, str] = {}
    for code, term in vocabulary(name).items():
        others = (word for words_of_tag in term.also.values() for word in words_of_tag)
        for word in (code, code.replace("_", " "), *term.labels.values(), *others):
            words.setdefault(fold(word), code)
    return words


def find_code(name: str, text: str) -> str | None:
    """Return the code that `text` (a code, a label or another word for it, in any language) stands for, or None."""
    return _codes_by_word(name).get(fold(text))
