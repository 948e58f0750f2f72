"""Fuses the two halves of a search: the sum of z-normalised scores over their candidates. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Weights:
    """How much each half counts; only their proportion matters."""

    dense: float = 1.0
    lexical: float = 1.0


def normalise(scores: Scores) -> Scores:
    """Return z-scores; equal scores say nothing and become zeros."""
    if not len(scores):
        return scores
    spread = float(scores.std())
    if spread < 1e-9:
        return np.zeros_like(scores)
    return np.asarray((scores - scores.mean()) / spread, np.float32)


def fuse(dense: Scores, lexical: Scores, weights: Weights) -> Scores:
    """Return the fused score of each candidate, n: the weighted mean of the z-scores of the two halves, each of n."""
    total = weights.dense + weights.lexical
    mixed = weights.dense * normalise(dense) + weights.lexical * normalise(lexical)
    return np.asarray(mixed / total if total else mixed, np.float32)
