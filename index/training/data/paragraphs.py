"""Paragraphs for the sharpening: neighbouring parallel sentences joined, so that whole passages are learned too."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random

from index.training.data.corpus import Pair
from index.training.data.examples import sentence_held_out

_LISTS = frozenset({"wordnet", "osm-id-tags", "eu-eforms", "ro-sts-train"})
"""Sources whose neighbours have nothing to say to each other."""
_NEWS = "ntrex"
_PASSES = 2
_SHORTEST = 6
_WORDS = (40, 150)
_MADE_OF = 12


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Neighbouring sentences of one source in a language of the region, and what they say in English."""

    language: str
    sentences: tuple[str, ...]
    english: tuple[str, ...]
    source: str

    def pair(self) -> Pair:
        """Return the whole as one long sentence."""
        return Pair(self.language, " ".join(self.sentences), " ".join(self.english), self.source)


def paragraphs(pairs: Sequence[Pair], limit: int, seed: int) -> list[Paragraph]:
    """Return at most `limit` paragraphs a language, of 40 to 150 English words: all of the news, a sample of the rest.

    Of the news two cuts are made; both are the same in every language, as its sentences are.
    """
    found = []
    for language, own in groupby(pairs, lambda pair: pair.language):
        news, rest = list[Paragraph](), list[Paragraph]()
        for source, prose in groupby(own, lambda pair: pair.source):
            if source in _LISTS:
                continue
            usable = [
                pair for pair in prose if len(pair.english.split()) >= _SHORTEST and not sentence_held_out(pair.english)
            ]
            if source == _NEWS:
                for number in range(_PASSES):
                    news += _cut(usable, Random(f"{seed} {number}"))
            else:
                rest += _cut(usable, Random(f"{seed} {source}"))
        chance = Random(f"{seed} {language}")
        room = max(0, limit - len(news))
        found += news[:limit] + chance.sample(rest, min(room, len(rest)))
    return found


def _cut(pairs: Sequence[Pair], chance: Random) -> Iterator[Paragraph]:
    start = 0
    while start < len(pairs):
        wanted, words, end = chance.randint(*_WORDS), 0, start
        while end < len(pairs) and words < wanted and end - start < _MADE_OF:
            words += len(pairs[end].english.split())
            end += 1
        if words >= _WORDS[0]:
            part = pairs[start:end]
            yield Paragraph(
                part[0].language, tuple(pair.text for pair in part), tuple(pair.english for pair in part),
                part[0].source,
            )  # fmt: skip
        start = end
