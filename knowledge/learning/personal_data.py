"""Finds personal data in words: addresses, telephone numbers, accounts, cards, national numbers and known names.

Presidio finds them, with recognizers of its own and national numbers checked by python-stdnum. It is loaded at
the first call (some seconds), works without a language model and without the network, and so knows no
names but those that it is told (`known`) or that somebody introduced themselves by.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from knowledge.languages import fold
from knowledge.region import COUNTRIES, country_of

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine, PatternRecognizer

LEAST_SCORE = 0.35
"""What presidio is less sure of is left."""

NATIONAL = {
    "bg.egn": r"\b\d{10}\b",
    "gr.amka": r"\b\d{11}\b",
    "hr.oib": r"\b\d{11}\b",
    "ro.cnp": r"\b\d{13}\b",
    "si.emso": r"\b\d{13}\b",
    "tr.tckimlik": r"\b\d{11}\b",
    "ua.rntrc": r"\b\d{10}\b",
}
"""Numbers of persons: the module of python-stdnum that checks each, and what to look for. `si.emso` is the JMBG of all
of former Yugoslavia."""

_NAME = r"([^\W\d_][\w'’-]+(?:\s+[A-ZА-ЯЁЄІЇҐЂЈЉЊЋЏЃЌΑ-ΩÀ-ÞŠĐČĆŽŞĞİȘȚ][\w'’-]+){0,2})"
_INTRODUCTIONS = re.compile(
    r"(?:\b(?i:my name is|i am called|казвам се|името ми е|numele meu este|mă numesc|ma numesc|zovem se|ime mi je|"
    r"зовем се|име ми је|моето име е|јас се викам|се викам|moje ime je|pišem se|"
    r"με λένε|ονομάζομαι|λέγομαι|quhem|emri im është|adım|benim adım|ismim|мене звати|мене звуть|моє ім'я))\s+" + _NAME
)
_KINDS = {
    "EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "IBAN_CODE": "iban", "CREDIT_CARD": "card",
    "IP_ADDRESS": "ip", "NATIONAL_ID": "national_id",
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """Personal data at `text[start:end]`; `kind` is email, phone, iban, card, ip, national_id or name."""

    kind: str
    start: int
    end: int
    text: str
    score: float


def find_personal(text: str, language: str, country: str | None = None, known: Collection[str] = ()) -> list[Found]:
    """Return the personal data in `text`, in its order and without overlaps.

    `known` are names and whatever else is known of the person, and is looked for in every spelling.
    """
    found = [*_by_presidio(text, country_of(country, language)), *_introduced(text), *_known(text, known)]
    found.sort(key=lambda each: (-each.score, each.start, -each.end))
    kept: list[Found] = []
    for each in found:
        if not any(each.start < other.end and other.start < each.end for other in kept):
            kept.append(each)
    return sorted(kept, key=lambda each: each.start)


def without_personal(text: str, found: Collection[Found]) -> str:
    """Return `text` with a `[kind]` in the place of everything found."""
    for each in sorted(found, key=lambda each: each.start, reverse=True):
        text = f"{text[: each.start]}[{each.kind}]{text[each.end :]}"
    return text


def _by_presidio(text: str, country: str | None) -> Iterator[Found]:
    for result in _analyzer(country).analyze(text, language="en", score_threshold=LEAST_SCORE):
        kind = _KINDS.get(result.entity_type)
        if kind is not None:
            yield Found(kind, result.start, result.end, text[result.start : result.end], round(result.score, 3))


def _introduced(text: str) -> Iterator[Found]:
    for match in _INTRODUCTIONS.finditer(text):
        yield Found("name", match.start(1), match.end(1), match[1], 0.95)


def _known(text: str, known: Collection[str]) -> Iterator[Found]:
    """Find words that are known, whole words only, however they are spelled; names of one or two letters are left."""
    wanted = {fold(word) for name in known for word in name.split() if len(word) > 2} - {""}
    wanted |= {fold(name) for name in known if " " not in name.strip()} - {""}
    for match in re.finditer(r"[\w@.+'’-]+", text):
        word = match[0].strip(".'’-")
        if len(word) > 2 and fold(word) in wanted:
            start = match.start() + match[0].index(word)
            yield Found("name", start, start + len(word), word, 0.9)


@cache
def _analyzer(country: str | None) -> "AnalyzerEngine":
    """Return presidio with the recognizers that need no model; numbers are also dialled from `country`."""
    import tldextract

    # Presidio checks the ends of e-mail addresses with a list that tldextract would fetch from the network.
    offline = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    tldextract.tldextract.TLD_EXTRACTOR = offline
    tldextract.extract = offline  # type: ignore[assignment]
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NoOpNlpEngine
    from presidio_analyzer.predefined_recognizers import (
        CreditCardRecognizer,
        EmailRecognizer,
        IbanRecognizer,
        IpRecognizer,
        PhoneRecognizer,
    )

    # Telephone numbers without a country's prefix may be dialled anywhere in the region.
    regions = tuple(dict.fromkeys([country, *COUNTRIES])) if country else COUNTRIES
    registry = RecognizerRegistry(
        recognizers=[
            EmailRecognizer(), IbanRecognizer(), CreditCardRecognizer(), IpRecognizer(),
            PhoneRecognizer(supported_regions=regions), *_national(),
        ]
    )  # fmt: skip
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=NoOpNlpEngine([{"lang_code": "en", "model_name": "none"}]),
        supported_languages=["en"],
    )


def _national() -> "list[PatternRecognizer]":
    from importlib import import_module

    from presidio_analyzer import Pattern, PatternRecognizer

    class NationalNumber(PatternRecognizer):
        """A number of persons whose check digit python-stdnum knows."""

        def __init__(self, module: str, pattern: str) -> None:
            self._check = import_module(f"stdnum.{module}")
            super().__init__("NATIONAL_ID", patterns=[Pattern(module, pattern, 0.4)], name=module)

        def validate_result(self, pattern_text: str) -> bool:
            return bool(self._check.is_valid(pattern_text))

    return [NationalNumber(module, pattern) for module, pattern in NATIONAL.items()]
