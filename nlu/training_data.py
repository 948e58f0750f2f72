"""The Rasa project's training data: read, checked, and written folded with the lookups for `rasa train`."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from knowledge.languages import LANGUAGES, fold
from knowledge.packaged import packaged_yaml
from nlu.extraction import gazetteer, lookups
from nlu.extraction.folding import fold_with_offsets
from nlu.understanding import EntityKind, Intent

# Rasa keeps a regular expression only for an entity that some example bears, so every kind gets one here.
_BEARERS = (
    "[bulgaria](country) [sofia](city) [turizm](sector) [interreg europe](programme) [cluster](organisation_type)",
    "[50 000 eur](amount) [31 mart 2027](date) [otvoreni](status) [bugarski](language)",
    "[knigovodstvo](competence)",
)


@cache
def examples(tag: str) -> Mapping[Intent, tuple[str, ...]]:
    """Return the hand-written examples of a language by intent, as people type them."""
    raw = packaged_yaml("nlu", f"rasa/data/{tag}.yml")
    return {
        Intent(block["intent"]): tuple(line.removeprefix("- ") for line in block["examples"].splitlines() if line)
        for block in raw["nlu"]
    }


@cache
def folded_examples() -> Mapping[Intent, tuple[str, ...]]:
    """Return all languages' examples, folded: both scripts, with and without diacritics, become one spelling."""
    gathered: dict[Intent, dict[str, None]] = {intent: {} for intent in Intent}
    for tag in LANGUAGES:
        for intent, texts in examples(tag).items():
            gathered[intent].update(dict.fromkeys(map(fold, texts)))
    return {intent: tuple(texts) for intent, texts in gathered.items()}


def rasa_document() -> dict[str, Any]:
    """Return the whole of Rasa's NLU training data: examples with their entities, expressions and synonyms."""
    blocks: list[dict[str, str]] = [
        {"intent": str(intent), "examples": _listed([_annotated(text, intent) for text in texts])}
        for intent, texts in folded_examples().items()
    ]
    blocks[0]["examples"] += _listed(list(_BEARERS))
    blocks += [{"regex": str(kind), "examples": _listed([lookups.expression(kind)])} for kind in EntityKind]
    for kind, by_value in lookups.phrases().items():
        # Their words are other kinds' too: a language's a country's, a competence's a sector's.
        if kind not in (EntityKind.LANGUAGE, EntityKind.COMPETENCE):
            blocks += [
                {"synonym": value, "examples": _listed(sorted(words))} for value, words in by_value.items() if words
            ]
    return {"version": "3.1", "nlu": blocks}


def check() -> list[str]:
    """Return what is wrong with the data, one sentence each; empty when all is well."""
    problems = [
        f"{tag} has only {len(examples(tag).get(intent, ()))} examples of {intent}."
        for tag in LANGUAGES
        for intent in Intent
        if len(examples(tag).get(intent, ())) < 10
    ]
    owners: dict[str, Intent] = {}
    for intent, texts in folded_examples().items():
        for text in texts:
            if owners.setdefault(text, intent) is not intent:
                problems.append(f"The example {text!r} stands under both {owners[text]} and {intent}.")
    return problems + _label_conflicts()


def _label_conflicts() -> list[str]:
    problems: list[str] = []
    for kind, by_value in lookups.phrases().items():
        owners: dict[str, str] = {}
        for value, words in by_value.items():
            for word in words:
                if owners.setdefault(word, value) != value:
                    problems.append(f"The {kind} word {word!r} names both {owners[word]} and {value}.")
    return problems


def _annotated(text: str, intent: Intent) -> str:
    folded = fold_with_offsets(text)
    begun = len(text)
    for entity in reversed(gazetteer.settle(folded, gazetteer.find(folded), intent)):
        if entity.end > begun:
            continue  # A mark cannot hold another: of a sector and a competence in the same words one is marked.
        begun = entity.start
        text = f"{text[: entity.start]}[{entity.text}]({entity.kind}){text[entity.end :]}"
    return text


def _listed(lines: list[str]) -> str:
    return "".join(f"- {line}\n" for line in lines)
