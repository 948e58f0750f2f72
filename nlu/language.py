"""Which of the desk's languages a message is written in."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from knowledge.languages import SCRIPTS, TAGS, base, fold, script
from knowledge.region import READ_ALIKE
from nlu.extraction.lookups import words_file
from nlu.training_data import examples

if TYPE_CHECKING:
    from lingua import LanguageDetector as LinguaDetector

_FAMILY = tuple(tag for tag in TAGS if base(tag) in READ_ALIKE and tag not in SCRIPTS)
# Letters that only these languages write: one of them rules the others of its script out.
_LETTERS = (
    (frozenset({"uk"}), re.compile("[іїєґ]")),
    (frozenset({"mk"}), re.compile("[ѓќѕ]")),
    (frozenset({"sr"}), re.compile("[ђћ]")),
    (frozenset({"mk", "sr"}), re.compile("[јљњџ]")),
    (frozenset({"bg"}), re.compile("ъ")),
    (frozenset({"bg", "uk"}), re.compile("[щюяйь]")),
    (frozenset({"ro"}), re.compile("[ăîșțţ]")),
    (frozenset({"tr"}), re.compile("[ığ]")),
    (frozenset({"sq"}), re.compile("ë")),
    (frozenset(_FAMILY), re.compile("[ćđ]")),
)
_IJEKAVIAN = re.compile(r"\b\w*(?:iie[a-z]{2}|(?:[gmvplcdst]|sl|pr)ie(?:d|s|t|l|r|n)[a-z]*)\w*")
_WORDS = re.compile(r"[^\W\d_]+")


class LanguageDetector:
    """Lingua over the desk's languages, with rules for scripts, close relatives and short texts.

    The models are loaded at the first text that needs them. `small` keeps Lingua's low-accuracy mode (trigrams only),
    which is enough beside the rules and takes a fraction of the memory.
    """

    def __init__(self, *, small: bool = True) -> None:
        self._small = small

    def detect(self, text: str, history: Sequence[str] = (), chosen: str | None = None) -> str:
        """Return one of `knowledge.languages.TAGS`.

        `history` are the tags of the person's earlier messages, the latest last; `chosen` is the language they picked.
        What the text leaves open falls to the chosen language, then to the latest of the history, then to English.
        """
        text = text[:1000]
        written = script(text)
        expected = [_in_script(tag, written) for tag in (chosen, *reversed(history)) if tag in TAGS]
        if written == "Zyyy":
            return expected[0] if expected else "en"
        scores = self._scores(text, written)
        for tag in dict.fromkeys(expected):
            # Owners rarely change language: what was spoken before weighs as much as one clear word.
            if tag in scores:
                scores[tag] *= 4.0 if tag == expected[0] else 2.0
        if not scores:
            return expected[0] if expected else "en"
        best = max(scores, key=lambda tag: scores[tag])
        if expected and expected[0] in scores and scores[best] < 2.0 * scores[expected[0]]:
            best = expected[0]
        return best

    def _scores(self, text: str, written: str) -> dict[str, float]:
        """Return how likely each tag is, from the words known, the letters seen, and Lingua."""
        if written == "Grek":
            return {"el": 1.0}
        words = _WORDS.findall(fold(text))
        vocabulary = _vocabulary()
        candidates = [tag for tag in TAGS if _fits(tag, written)]
        scores = dict.fromkeys(candidates, 0.02)
        for tag, confidence in self._lingua(text):
            for member in _FAMILY if tag in _FAMILY else (tag,):
                if member in scores:
                    scores[member] += confidence / (2 if member in _FAMILY and member != tag else 1)
        for tag in candidates:
            frequency = vocabulary[base(tag)]
            for word in words:
                # A word of our own examples counts by how much more this language uses it than the others do.
                scores[tag] *= 1.0 + 3.0 * frequency.get(word, 0.0)
        lowered = text.lower()
        for tags, letters in _LETTERS:
            if tags & scores.keys() and letters.search(lowered):
                for tag in scores.keys() - tags:
                    scores[tag] *= 0.05
        for tag in scores.keys() & _marks().keys():
            scores[tag] *= 3.0 ** sum(word in _marks()[tag] for word in words)
        if written == "Latn":
            _weigh_family(words, lowered, scores)
        return scores

    def _lingua(self, text: str) -> list[tuple[str, float]]:
        codes = {"sr": "sr-Latn" if script(text) == "Latn" else "sr"}
        return [
            (codes.get(code, code), value.value)
            for value in _lingua(self._small).compute_language_confidence_values(text)
            if (code := value.language.iso_code_639_1.name.lower())
        ]


def _in_script(tag: str, written: str) -> str:
    """Return `sr` or `sr-Latn` by what is typed, any other tag as it is."""
    if base(tag) != "sr" or written == "Zyyy":
        return tag
    return "sr-Latn" if written == "Latn" else "sr"


def _fits(tag: str, written: str) -> bool:
    if written == "Cyrl":
        return SCRIPTS.get(tag) == written
    return tag != "sr"


def _weigh_family(words: list[str], lowered: str, scores: dict[str, float]) -> None:
    # Much of what is said in the three is the same in each; then the one that most people write comes first.
    scores["sr-Latn"] *= 1.1
    scores["bs"] *= 0.9
    scores["sr-Latn"] *= 0.5 ** sum(bool(_IJEKAVIAN.fullmatch(word)) for word in words)
    # What is typed in the letters of another script keeps its own language only where words say so.
    for tag in SCRIPTS:
        if tag in scores and tag != "sr":
            scores[tag] *= 0.8
    if re.search("[đćčšž]", lowered):
        for tag in (*_FAMILY, "sl"):
            scores[tag] *= 2.0


@cache
def _marks() -> Mapping[str, frozenset[str]]:
    return {tag: frozenset(map(fold, words)) for tag, words in words_file("marks").items()}


@cache
def _vocabulary() -> Mapping[str, Mapping[str, float]]:
    """Return for each language its words among the NLU examples, each with its share of use by this language."""
    counts: dict[str, dict[str, int]] = {}
    totals: dict[str, int] = {}
    for language in {base(tag) for tag in TAGS}:
        counts[language] = {}
        for texts in examples(language).values():
            for text in texts:
                for word in _WORDS.findall(fold(text)):
                    counts[language][word] = counts[language].get(word, 0) + 1
                    totals[word] = totals.get(word, 0) + 1
    return {
        language: {word: count / totals[word] for word, count in words.items()} for language, words in counts.items()
    }


@cache
def _lingua(small: bool) -> "LinguaDetector":
    # Imported late: the library brings its models with it, and a desk may never need them.
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, base(tag).upper()) for tag in TAGS if tag != "sr-Latn"]
    builder = LanguageDetectorBuilder.from_iso_codes_639_1(*codes)
    return (builder.with_low_accuracy_mode() if small else builder).build()
