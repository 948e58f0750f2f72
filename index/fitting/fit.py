"""Fits an encoder's profile, weights and calibration: `python -m index.fitting.fit --pairs FILE --aligned FOLDER`.

Weights are chosen so that answers come first. Then each question is asked of all passages, of all but those that
answer it, and of passages about something else, and a logistic function learns how likely the first hit is right. The
questions should be of texts that the encoder has not been trained on, or it looks better than it is. `--aligned` is a
folder of one sentence file a language, whose sentences say the same; parts of them are asked across languages. Only
figures are written, no texts.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from index.encoding import encoder
from index.fitting import corpora
from index.fitting.corpora import Corpus
from index.measuring import trust
from index.measuring.trust import Answers
from index.model import Filters, Vectors
from index.ranking.calibration import MEASURES, SPEAKS_NEITHER_WAY, Belief, EncoderProfile, Evidence
from index.ranking.fusion import EVEN, Blend, Kinship, Weights
from index.ranking.search import Layer, Snapshot

PROFILES = Path(__file__).parents[1] / "calibration.json"

_TODAY = date(2026, 1, 1)
_PENALTY = 1.0

SHARES = {"answered": 0.7, "removed": 0.2, "astray": 0.1}
"""How often a desk is taken to be asked what it can answer, what it nearly can, and what is about something else."""


@dataclass(frozen=True)
class Observation:
    """What the index said to a question, `asked` in one of the ways of `SHARES`, and whether it was right."""

    corpus: str
    source: str
    evidence: Evidence
    asked: str
    right: bool
    weight: float


def fit_blend(corpora: Sequence[Corpus]) -> Blend:
    """Return the weights under which the answers come first: a softmax over each question's candidates, by kinship.

    The weights of a kinship sum to one; one that was never seen gets even weights. Every source counts alike.
    """
    seen: Mapping[Kinship, list[_Choice]] = {kin: [] for kin in Kinship}
    for corpus in corpora:
        snapshot = Snapshot((corpus.layer,), EncoderProfile(EVEN, {}))
        for question, vector, answers in zip(corpus.questions, corpus.vectors, corpus.answers, strict=True):
            found = snapshot.candidates(question, vector, language=corpus.asked, today=_TODAY)
            right = np.isin(found.places, list(answers))
            if right.any():
                choice = _Choice(corpus.source, found.meaning, found.words, right)
                seen[Kinship(int(found.kins[right][0]))].append(choice)
    return {kin: _weights(choices) if choices else EVEN[kin] for kin, choices in seen.items()}


def _alike(sources: Sequence[str], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what each of n observations counts, given its source, so that all sources together count alike."""
    names, places = np.unique(np.array(sources), return_inverse=True)
    shares = counts / np.bincount(places, counts)[places]
    return np.asarray(shares * len(counts) / len(names))


@dataclass(frozen=True)
class _Choice:
    """The candidates of a question, n: where it is from, both halves' z-scores, and which are right."""

    source: str
    dense: Vectors
    lexical: Vectors
    right: NDArray[np.bool_]

    def loss(self, share: float, heat: float) -> float:
        scores = heat * (share * self.dense + (1 - share) * self.lexical)
        return float(logsumexp(scores) - logsumexp(scores[self.right]))


def _weights(choices: Sequence[_Choice]) -> Weights:
    """Return the weights of least cross-entropy, whatever the softmax's own scale."""
    counts = _alike([choice.source for choice in choices], np.ones(len(choices)))

    def loss(at: NDArray[np.float64]) -> float:
        losses = [choice.loss(at[0], at[1]) for choice in choices]
        return float(counts @ losses / len(choices))

    found = minimize(loss, np.array([0.5, 2.0]), method="L-BFGS-B", bounds=[(0.0, 1.0), (0.1, 20.0)]).x
    share = round(float(found[0]), 2)
    return Weights(share, round(1 - share, 2))


def observe(corpora: Sequence[Corpus], blend: Blend) -> Iterator[Observation]:
    """Ask each question of its corpus, of the corpus without its answers, and of another one."""
    watcher = _Watcher(blend, {})
    for number, corpus in enumerate(corpora):
        others = [other for other in (*corpora[number + 1 :], *corpora[:number]) if other.asked == corpus.asked]
        astray = others[0].layer if others else None
        for question, vector, answers in zip(corpus.questions, corpus.vectors, corpus.answers, strict=True):
            asked: dict[str, Layer | None] = {
                "answered": corpus.layer, "removed": corpus.layer.without(set(answers)), "astray": astray,
            }  # fmt: skip
            if not answers:
                asked = {"removed": corpus.layer}
            for name, layer in asked.items():
                if layer is None:
                    continue
                result = Snapshot((layer,), watcher).search(
                    question, vector, Filters(), language=corpus.asked, today=_TODAY, limit=1
                )
                if result.hits and (evidence := watcher.seen):
                    right = name == "answered" and result.hits[0].entry_id in answers
                    weight = SHARES[name] / len(corpus.questions)
                    yield Observation(corpus.name, corpus.source, evidence, name, right, weight)


def fit(observations: Sequence[Observation]) -> Belief:
    """Return the logistic function with the least loss and a small penalty on its coefficients' squares.

    What speaks for a hit never lowers the probability.
    """
    values = np.array([observation.evidence.values() for observation in observations])
    right = np.array([observation.right for observation in observations], float)
    weights = np.array([observation.weight for observation in observations])
    counts = _alike([observation.source for observation in observations], weights)
    centre, spread = values.mean(axis=0), values.std(axis=0)
    spread[spread < 1e-6] = 1.0
    scaled = np.column_stack([np.ones(len(values)), (values - centre) / spread])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = scaled @ weights
        kept = np.append(0.0, weights[1:])
        value = counts @ (np.logaddexp(0, logits) - right * logits) + _PENALTY * (kept @ kept) / 2
        return float(value), scaled.T @ (counts * (1 / (1 + np.exp(-logits)) - right)) + _PENALTY * kept

    bounds = [(None, None), *((None if name in SPEAKS_NEITHER_WAY else 0.0, None) for name in MEASURES)]
    found = minimize(loss, np.zeros(scaled.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds).x
    slopes = found[1:] / spread
    coefficients = {name: round(float(slope), 4) for name, slope in zip(MEASURES, slopes, strict=True)}
    return Belief(round(float(found[0] - slopes @ centre), 4), coefficients)


def fit_beliefs(observations: Sequence[Observation]) -> Mapping[Kinship, Belief]:
    """Return a belief for every kinship; one that was never seen gets that of all together."""
    return {kin: fit([one for one in observations if one.evidence.kin == kin] or list(observations)) for kin in Kinship}


def cross_validated(observations: Sequence[Observation], folds: int = 5) -> Mapping[Kinship | None, Answers]:
    """Return what was said to each question by beliefs fitted on the other corpora, `folds` groups of them.

    By the kinship of the first hit, and under None all together. Questions count as often as `SHARES` says that a desk
    is asked such.
    """
    names = list(dict.fromkeys(one.corpus for one in observations))
    given = np.zeros(len(observations))
    for fold in range(folds):
        hidden = set(names[fold::folds])
        beliefs = fit_beliefs([one for one in observations if one.corpus not in hidden])
        for place, one in enumerate(observations):
            if one.corpus in hidden:
                given[place] = beliefs[one.evidence.kin].probability(one.evidence)
    times = np.array([round(10 * SHARES[one.asked]) for one in observations])
    right = np.array([one.right for one in observations])
    answerable = np.array([one.asked == "answered" for one in observations])

    def those(chosen: NDArray[np.bool_]) -> Answers:
        said, were, could = (np.repeat(column[chosen], times[chosen]) for column in (given, right, answerable))
        return Answers(said, were, could)

    kins = np.array([one.evidence.kin for one in observations])
    return {None: those(kins >= 0), **{kin: those(kins == kin) for kin in Kinship if (kins == kin).any()}}


class _Watcher(EncoderProfile):
    """A profile that remembers the last evidence it was shown."""

    seen: Evidence | None = None

    def probability(self, evidence: Evidence | None) -> float:
        object.__setattr__(self, "seen", evidence)
        return 0.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, write the profile into `calibration.json` and the figures to standard output."""
    parser = argparse.ArgumentParser(prog="python -m index.fitting.fit", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--pairs", type=Path, action="append", default=[], help="*.tsv.gz: question, passage, source")
    parser.add_argument("--crossed", type=Path, action="append", default=[], help="*.tsv.gz: pairs across languages")
    parser.add_argument("--forum", type=Path, action="append", default=[], help="*.jsonl.gz: title, body, answers")
    parser.add_argument("--guides", type=Path, action="append", default=[], help="*.jsonl: description, title, text")
    parser.add_argument("--titles", type=Path, action="append", default=[], help="*.jsonl: title, description, lang")
    parser.add_argument("--entries", type=Path, help="*.jsonl: reference, title, text, language; of everyday questions")
    parser.add_argument("--strangers", type=int, default=3000, help="entries that no everyday question is about")
    parser.add_argument("--aligned", type=Path, help="a folder of <language>.tsv with index_id and text")
    parser.add_argument("--encoder", default=None)
    parser.add_argument("--limit", type=int, default=300)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    model = encoder.load(options.encoder, threads=options.threads)
    gathered = []
    for corpus in corpora.read(options, model):
        gathered.append(corpus)
        sys.stderr.write(f"{corpus.name}: {len(corpus.questions)} questions\n")
    blend = fit_blend(gathered)
    observations = list(observe(gathered, blend))
    beliefs = fit_beliefs(observations)
    answers = cross_validated(observations)
    every = answers[None]
    name = model.name.partition("@")[0]
    profile: dict[str, Any] = {
        "kinships": {
            kin.name.lower(): {"weights": asdict(blend[kin]), **asdict(beliefs[kin])} for kin in Kinship
        },
        "fitted_on": f"{len(observations)} questions asked of {len(gathered)} sets of passages",
        "cross_validated": {
            **_trust(every),
            "thresholds": [trust.at(every, threshold) for threshold in trust.THRESHOLDS],
            "kinships": {kin.name.lower(): _trust(those) for kin, those in answers.items() if kin is not None},
        },
    }  # fmt: skip
    known = json.loads(PROFILES.read_text(encoding="utf-8")) if PROFILES.exists() else {}
    PROFILES.write_text(json.dumps(known | {name: profile}, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps({name: profile}, indent=1) + "\n")


def _trust(answers: Answers) -> dict[str, Any]:
    return {
        "auroc": trust.auroc(answers),
        "calibration_error": trust.calibration_error(answers),
        "reliability": trust.reliability(answers),
    }


if __name__ == "__main__":
    main()
