"""Fits an encoder's profile, weights and calibration, on question and passage pairs: `python -m index.fit PAIRS`.

PAIRS is a folder of `NAME_LANGUAGE.tsv.gz` files, each line a question, a passage that answers it, and a source;
`--forum` and `--guides` name files of entries with titles. Each question is asked twice: of all passages of its file,
and of all but the one that answers it, where whatever comes first is wrong. Only figures are written, no texts.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from index import encoder
from index.calibration import Evidence, Profile, foreign
from index.fusion import Weights
from index.model import Encoder, Filters, Vectors
from index.pairs import read_forum, read_guides, read_pairs
from index.search import Layer, Snapshot, whole
from index.segment import Segment
from index.source import Piece, Record
from knowledge.models import Kind

PROFILES = Path(__file__).with_name("calibration.json")

_TODAY = date(2026, 1, 1)
_SHARES = tuple(step / 10 for step in range(11))
_PENALTY = 1.0

ANSWERABLE = 0.75
"""Of the questions that a desk is asked, the part that its knowledge base is taken to answer."""


@dataclass(frozen=True)
class Corpus:
    """Passages of one file, the questions about them with their vectors, and which passage answers each."""

    language: str
    layer: Layer
    questions: Sequence[str]
    vectors: Vectors
    answers: Sequence[int]


@dataclass(frozen=True)
class Observation:
    """What the index said to a question, and whether its first hit was right."""

    evidence: Evidence
    right: bool
    weight: float


def build(language: str, pairs: Sequence[tuple[str, str]], model: Encoder) -> Corpus:
    """Return the corpus of some pairs; equal passages are one."""
    places = {passage: place for place, passage in enumerate(dict.fromkeys(passage for _, passage in pairs))}
    records = [_record(place, passage, language) for passage, place in places.items()]
    rows = model.encode(list(places))
    vectors = {str(place): rows[place] for place in places.values()}
    segment = Segment.build(records, vectors, model.dimension)
    questions = [question for question, _ in pairs]
    return Corpus(
        language, whole(segment), questions, model.encode(questions), [places[passage] for _, passage in pairs]
    )


def observe(corpus: Corpus, weights: Weights, *, removed: bool = True) -> Iterator[Observation]:
    """Ask each question of the corpus, and with `removed` again without its answer."""
    watcher = _Watcher(weights, weights, 0.0, {})
    for question, vector, answer in zip(corpus.questions, corpus.vectors, corpus.answers, strict=True):
        asked = ((corpus.layer, ANSWERABLE), (corpus.layer.without({answer}), 1 - ANSWERABLE))
        for layer, weight in asked[: 2 if removed else 1]:
            result = Snapshot((layer,), watcher).search(
                question, vector, Filters(), language=corpus.language, today=_TODAY, limit=1
            )
            if result.hits and (evidence := watcher.seen):
                yield Observation(evidence, result.hits[0].entry_id == answer, weight)


def best_weights(corpora: Iterable[Corpus]) -> tuple[Weights, dict[str, float]]:
    """Return the weights with the most right first hits, averaged over the corpora, and that rate for each share."""
    corpora = list(corpora)
    rates = {}
    for share in _SHARES:
        weights = Weights(dense=share, lexical=round(1 - share, 2))
        rates[str(share)] = round(
            float(np.mean([np.mean([o.right for o in observe(c, weights, removed=False)]) for c in corpora])), 4
        )
    best = max(rates, key=lambda share: rates[share])
    return Weights(dense=float(best), lexical=round(1 - float(best), 2)), rates


def fit(observations: Sequence[Observation]) -> tuple[float, dict[str, float]]:
    """Return the intercept and the coefficients of a logistic regression with a small penalty on their squares."""
    names = [field.name for field in fields(Evidence)]
    values = np.array([[asdict(observation.evidence)[name] for name in names] for observation in observations])
    right = np.array([observation.right for observation in observations], float)
    counts = np.array([observation.weight for observation in observations])
    centre, spread = values.mean(axis=0), values.std(axis=0)
    spread[spread < 1e-6] = 1.0
    scaled = np.column_stack([np.ones(len(values)), (values - centre) / spread])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = scaled @ weights
        kept = np.append(0.0, weights[1:])
        value = counts @ (np.logaddexp(0, logits) - right * logits) + _PENALTY * (kept @ kept) / 2
        return float(value), scaled.T @ (counts * (1 / (1 + np.exp(-logits)) - right)) + _PENALTY * kept

    found = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B").x
    slopes = found[1:] / spread
    intercept = float(found[0] - slopes @ centre)
    return round(intercept, 4), {name: round(float(slope), 4) for name, slope in zip(names, slopes, strict=True)}


class _Watcher(Profile):
    """A profile that remembers the last evidence it was shown."""

    seen: Evidence | None = None

    def probability(self, evidence: Evidence | None) -> float:
        object.__setattr__(self, "seen", evidence)
        return 0.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, write the profile into `calibration.json` and the figures to standard output."""
    parser = argparse.ArgumentParser(prog="python -m index.fit", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--forum", type=Path, action="append", default=[])
    parser.add_argument("--guides", type=Path, action="append", default=[])
    parser.add_argument("--encoder", default=None)
    parser.add_argument("--per-file", type=int, default=300)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    model = encoder.load(options.encoder, threads=options.threads)
    corpora = list(_corpora(options, model))
    english, english_rates = best_weights(c for c in corpora if not foreign("", c.language))
    other, other_rates = best_weights(c for c in corpora if foreign("", c.language))
    observations = [
        observation
        for corpus in corpora
        for observation in observe(corpus, other if foreign("", corpus.language) else english)
    ]
    intercept, coefficients = fit(observations)
    name = model.name.partition("@")[0]
    profile: dict[str, Any] = {
        "weights": {"english": asdict(english), "other": asdict(other)},
        "intercept": intercept,
        "coefficients": coefficients,
        "fitted_on": f"{len(observations)} questions asked of {len(corpora)} sets of pairs",
        "right_by_dense_share": {"english": english_rates, "other": other_rates},
        "reliability": _reliability(observations, Profile(english, other, intercept, coefficients)),
    }
    known = json.loads(PROFILES.read_text(encoding="utf-8")) if PROFILES.exists() else {}
    PROFILES.write_text(json.dumps(known | {name: profile}, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps({name: profile}, indent=1) + "\n")


def _corpora(options: argparse.Namespace, model: Encoder) -> Iterator[Corpus]:
    for language, pairs in read_pairs(options.pairs, options.per_file):
        yield build(language, pairs, model)
    for path in options.forum:
        yield build("en", read_forum(path, 4 * options.per_file), model)
    for path in options.guides:
        yield build("en", read_guides(path, 4 * options.per_file), model)


def _reliability(observations: Sequence[Observation], profile: Profile) -> list[dict[str, float]]:
    """Return, by tenths of probability, how many questions fell there and how many of their first hits were right."""
    tenths: Mapping[int, list[Observation]] = {tenth: [] for tenth in range(10)}
    for observation in observations:
        tenths[min(int(profile.probability(observation.evidence) * 10), 9)].append(observation)
    return [
        {
            "from": tenth / 10,
            "questions": len(those),
            "right": round(float(np.average([o.right for o in those], weights=[o.weight for o in those])), 3),
        }
        for tenth, those in tenths.items()
        if those
    ]


def _record(place: int, passage: str, language: str) -> Record:
    return Record(
        id=place, reference=str(place), kind=Kind.GUIDE, language=language, city=None, programmes=(),
        organisation_type=None, opens=None, deadlines=(), ends=None, facets=(),
        pieces=(Piece(place, passage, str(place)),),
    )  # fmt: skip


if __name__ == "__main__":
    main()
