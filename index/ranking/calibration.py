"""From evidence to a probability: how likely the first hit answers, by a logistic function fitted for each encoder.

`calibration.json` holds one profile an encoder, written by `python -m index.fitting.fit`.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from index.model import Hit
from index.ranking.fusion import Blend, Kinship, Weights, kinship

THRESHOLD = 0.2
"""From this probability on the desk answers, unless a setting says otherwise."""

FALLBACK = "*"
"""The profile of an encoder that has none of its own."""

_LARGEST = 3.0


@dataclass(frozen=True)
class Evidence:
    """What speaks for the first hit.

    `dense` is its cosine, `share` its lexical score as a part of what no passage could pass (0 to 1), `margin` its lead
    over the next entry in fused z-scores (0 to 3), `words` the logarithm of the question's words. `kin` is what its
    language is to the question's.
    """

    dense: float
    share: float
    margin: float
    words: float
    kin: Kinship

    @classmethod
    def of(cls, hits: Sequence[Hit], most: float, question: str, asked: str) -> "Evidence | None":
        """Weigh the hits, best first, of a question asked in a language; without hits there is no evidence.

        `most` is the lexical score that no passage could pass.
        """
        if not hits:
            return None
        first = hits[0]
        lead = first.score - hits[1].score if len(hits) > 1 else _LARGEST
        return cls(
            dense=first.dense,
            share=first.lexical / (most or 1.0),
            margin=min(max(lead, 0.0), _LARGEST),
            words=math.log1p(len(question.split())),
            kin=kinship(asked, first.language),
        )

    def values(self) -> list[float]:
        """Return the numbers in the order of `MEASURES`."""
        return [getattr(self, name) for name in MEASURES]


MEASURES = tuple(field.name for field in fields(Evidence) if field.name != "kin")

SPEAKS_NEITHER_WAY = frozenset({"words"})
"""Of the measures; every other one speaks for the hit, the more the higher it is."""


@dataclass(frozen=True)
class Belief:
    """A logistic function of the evidence."""

    intercept: float
    coefficients: Mapping[str, float]

    def probability(self, evidence: Evidence) -> float:
        """Return the probability (0 to 1) that the first hit answers."""
        total = self.intercept + sum(weight * getattr(evidence, name) for name, weight in self.coefficients.items())
        return 1 / (1 + math.exp(-min(max(total, -30.0), 30.0)))


@dataclass(frozen=True)
class EncoderProfile:
    """What was measured for one encoder: how the halves are weighed, and what evidence is worth, by kinship."""

    blend: Blend
    beliefs: Mapping[Kinship, Belief]

    def probability(self, evidence: Evidence | None) -> float:
        """Return the probability (0 to 1) that the first hit answers; without evidence it is 0."""
        return self.beliefs[evidence.kin].probability(evidence) if evidence else 0.0


def profile(encoder: str) -> EncoderProfile:
    """Return the profile of the encoder of this name; one without its own gets the most cautious one."""
    known = profiles()
    found = known.get(encoder) or known.get(encoder.partition("@")[0]) or known[FALLBACK]
    named = {kin: found["kinships"][kin.name.lower()] for kin in Kinship}
    return EncoderProfile(
        blend={kin: Weights(**one["weights"]) for kin, one in named.items()},
        beliefs={kin: Belief(one["intercept"], one["coefficients"]) for kin, one in named.items()},
    )


@cache
def profiles() -> Mapping[str, Any]:
    """Return the packaged profiles by encoder name."""
    loaded: dict[str, Any] = json.loads(files("index").joinpath("calibration.json").read_text(encoding="utf-8"))
    return loaded
