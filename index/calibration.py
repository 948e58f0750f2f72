"""From evidence to a probability: how likely the first hit answers, by a logistic function fitted for each encoder.

`calibration.json` holds one profile an encoder, written by `python -m index.fit`.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from index.fusion import Scores, Weights
from index.model import Hit
from knowledge.languages import base, script

THRESHOLD = 0.3
"""From this probability on the desk answers, unless a setting says otherwise."""

FALLBACK = "*"
"""The profile of an encoder that has none of its own."""

_LARGEST_MARGIN = 3.0


@dataclass(frozen=True)
class Evidence:
    """What speaks for the first hit.

    `dense` is its cosine and `share` its lexical score as a part of what no passage could pass (0 to 1);
    `best_dense` and `best_share` are the highest of all candidates; `margin` is its lead over the next entry in fused
    z-scores, 0 to 3; `words` the logarithm of the question's words; `foreign` is 1 when the question is not English,
    and `foreign_dense`, `foreign_share` are the first two again for such questions.
    """

    dense: float
    share: float
    best_dense: float
    best_share: float
    margin: float
    words: float
    foreign: float
    foreign_dense: float
    foreign_share: float

    @classmethod
    def of(
        cls, hits: Sequence[Hit], dense: Scores, lexical: Scores, most: float, question: str, language: str | None
    ) -> "Evidence | None":
        """Weigh the hits of a question, best first, against all candidates' scores; no hits, no evidence."""
        if not hits:
            return None
        most = most or 1.0
        lead = hits[0].score - hits[1].score if len(hits) > 1 else _LARGEST_MARGIN
        away = float(foreign(question, language))
        return cls(
            dense=hits[0].dense,
            share=hits[0].lexical / most,
            best_dense=float(dense.max()),
            best_share=float(lexical.max()) / most,
            margin=min(max(lead, 0.0), _LARGEST_MARGIN),
            words=math.log1p(len(question.split())),
            foreign=away,
            foreign_dense=away * hits[0].dense,
            foreign_share=away * hits[0].lexical / most,
        )


@dataclass(frozen=True)
class Profile:
    """What was measured for one encoder: how the halves are weighed, and the coefficients of `Evidence`'s fields."""

    english: Weights
    other: Weights
    intercept: float
    coefficients: Mapping[str, float]

    def weights(self, question: str, language: str | None) -> Weights:
        """Return the weights for a question in `language`."""
        return self.other if foreign(question, language) else self.english

    def probability(self, evidence: Evidence | None) -> float:
        """Return the probability (0 to 1) that the first hit answers; without evidence it is 0."""
        if evidence is None:
            return 0.0
        values = asdict(evidence)
        total = self.intercept + sum(weight * values[name] for name, weight in self.coefficients.items())
        return 1 / (1 + math.exp(-min(max(total, -30.0), 30.0)))


def foreign(question: str, language: str | None) -> bool:
    """Return whether a question is not English; where its language is unknown, whether its letters are not Latin."""
    return base(language) != "en" if language else script(question) not in ("Latn", "Zyyy")


def profile(encoder: str) -> Profile:
    """Return the profile of the encoder of this name; one without its own gets the most cautious one."""
    known = profiles()
    found = known.get(encoder) or known.get(encoder.partition("@")[0]) or known[FALLBACK]
    return Profile(
        english=Weights(**found["weights"]["english"]),
        other=Weights(**found["weights"]["other"]),
        intercept=found["intercept"],
        coefficients=found["coefficients"],
    )


@cache
def profiles() -> Mapping[str, Any]:
    """Return the packaged profiles by encoder name."""
    loaded: dict[str, Any] = json.loads(files("index").joinpath("calibration.json").read_text(encoding="utf-8"))
    return loaded
