"""Whether the sentence that answers is picked out of others: sentences of a passage hidden among its neighbours'.

The pairs are those that `index.fitting.fit` learns from. Of each file some questions are asked; beside the leading
sentences of the passage that answers stand those of passages near it in the file, so that all are of one subject. Run

    python -m index.measuring.hidden PAIRS [--encoder NAME] [--per-file 100] [--only PART_OF_A_NAME]

for figures by language of question and passage: words alone, the encoder alone, the weighted sums of both, and what
`index.ranking.quoting` picks.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from index.encoding import encoder
from index.errors import SampleInvalid
from index.measuring.encoding import Vectoriser
from index.measuring.files import read_lines
from index.model import Vectors
from index.ranking.quoting import scores, word_shares
from knowledge.entries.sentences import sentences
from knowledge.languages import parse_tag

WEIGHTS = tuple(step / 10 for step in range(11))
"""Of the encoder, in the sums that are tried; the words have the rest."""

_OWN = 2
_OTHERS = 6
_SHORTEST = 20
_ENGLISH = "en"


@dataclass(frozen=True)
class Mixture:
    """A question and sentences, some of which answer it; `languages` are the question's and the sentences'."""

    languages: tuple[str, str]
    question: str
    sentences: tuple[str, ...]
    right: frozenset[int]


@dataclass(frozen=True)
class _Pair:
    question: str
    passage: str
    languages: tuple[str, str]


def read_mixtures(path: Path, limit: int = 100) -> list[Mixture]:
    """Return at most `limit` mixtures for each pair of languages of a file, always the same ones.

    The file is `NAME_LANGUAGE.tsv.gz`, or without a language English: a question, a passage and a source, which may
    end in `:ro>en` for the languages of the two. Raises `SampleInvalid`.
    """
    pairs = list(_pairs(path))
    subjects = _subjects(pairs)
    by_languages = defaultdict[tuple[str, str], list[int]](list)
    for number, pair in enumerate(pairs):
        by_languages[pair.languages].append(number)
    mixtures = []
    for numbers in by_languages.values():
        random = Random(1)
        for place in sorted(random.sample(range(len(numbers)), min(limit, len(numbers)))):
            if mixture := _mixture(pairs, numbers, place, subjects, random):
                mixtures.append(mixture)
    return mixtures


def accuracies(mixtures: Sequence[Mixture], vectoriser: Vectoriser) -> dict[str, dict[str, Any]]:
    """Return, by languages of question and passage, how often the best sentence is right, 0 to 1.

    `words` and `encoder` alone, `sums` by the encoder's weight, and `quoted`, what the desk picks.
    """
    texts = list(dict.fromkeys(text for mixture in mixtures for text in (mixture.question, *mixture.sentences)))
    rows = dict(zip(texts, vectoriser.encode(texts), strict=True))
    outcomes = defaultdict[str, list[list[bool]]](list)
    for mixture in mixtures:
        cosines = np.stack([rows[sentence] for sentence in mixture.sentences]) @ rows[mixture.question]
        outcomes[">".join(dict.fromkeys(mixture.languages))].append(_outcome(mixture, cosines))
    return {name: _figures(np.mean(right, axis=0).tolist(), len(right)) for name, right in sorted(outcomes.items())}


def _outcome(mixture: Mixture, cosines: Vectors) -> list[bool]:
    """Return whether each weight of `WEIGHTS` picks a right sentence, and after them whether the desk does."""
    shares = np.array(word_shares(mixture.question, mixture.sentences))
    picked = [int((weight * cosines + (1 - weight) * shares).argmax()) for weight in WEIGHTS]
    picked.append(int(np.argmax(scores(mixture.question, mixture.sentences, lambda: cosines))))
    return [place in mixture.right for place in picked]


def _figures(right: Sequence[float], questions: int) -> dict[str, Any]:
    *sums, quoted = (round(each, 4) for each in right)
    return {
        "questions": questions,
        "words": sums[0],
        "encoder": sums[-1],
        "quoted": quoted,
        "sums": dict(zip(map(str, WEIGHTS), sums, strict=True)),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the figures to standard output as JSON."""
    parser = argparse.ArgumentParser(prog="python -m index.measuring.hidden", description=(__doc__ or "").split(":")[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--encoder", default=None)
    parser.add_argument("--per-file", type=int, default=100)
    parser.add_argument("--only", default="")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    vectoriser = Vectoriser(encoder.load(options.encoder, threads=options.threads))
    mixtures = [
        mixture
        for path in sorted(options.pairs.glob(f"*{options.only}*.tsv.gz"))
        for mixture in read_mixtures(path, options.per_file)
    ]
    sys.stdout.write(json.dumps(accuracies(mixtures, vectoriser), indent=1) + "\n")


def _pairs(path: Path) -> Iterator[_Pair]:
    named = parse_tag(path.name.partition(".")[0].rpartition("_")[2]) or _ENGLISH
    for number, line in enumerate(read_lines(path), 1):
        fields = line.split("\t")
        if len(fields) != 3:
            raise SampleInvalid(f"{path}, line {number}: a question, a passage and a source are needed")
        asked, between, told = fields[2].rpartition(":")[2].partition(">")
        languages = (parse_tag(asked), parse_tag(told)) if between else (named, named)
        if languages[0] is None or languages[1] is None:
            raise SampleInvalid(f"{path}, line {number}: {fields[2]} names no languages of the desk")
        yield _Pair(fields[0], fields[1], (languages[0], languages[1]))


def _subjects(pairs: Sequence[_Pair]) -> list[int]:
    """Return a number for each pair, equal where pairs share a question or a passage, directly or through others."""
    above = dict[str, str]()

    def top(text: str) -> str:
        while (higher := above.get(text, text)) != text:
            above[text] = text = above.get(higher, higher)
        return text

    for pair in pairs:
        above[top(pair.question)] = top(pair.passage)
    numbers = dict[str, int]()
    return [numbers.setdefault(top(pair.question), len(numbers)) for pair in pairs]


def _mixture(
    pairs: Sequence[_Pair], numbers: Sequence[int], place: int, subjects: Sequence[int], random: Random
) -> Mixture | None:
    """Return the mixture of the pair at `place` of `numbers`, or None where its neighbourhood has too little."""
    pair = pairs[numbers[place]]
    own = _leading(pair.passage)
    others = dict[str, None]()
    for near in sorted(range(len(numbers)), key=lambda each: abs(each - place)):
        if subjects[numbers[near]] != subjects[numbers[place]]:
            others.update(dict.fromkeys(_leading(pairs[numbers[near]].passage)))
        if len(others) >= _OTHERS:
            break
    strange = [sentence for sentence in others if sentence not in own][:_OTHERS]
    if not own or pair.question in own or len(strange) < _OTHERS:
        return None
    mixed = [*own, *strange]
    random.shuffle(mixed)
    return Mixture(pair.languages, pair.question, tuple(mixed), frozenset(mixed.index(sentence) for sentence in own))


def _leading(passage: str) -> list[str]:
    return [sentence for sentence in dict.fromkeys(sentences(passage)) if len(sentence) >= _SHORTEST][:_OWN]


if __name__ == "__main__":
    main()
