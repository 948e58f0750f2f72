"""Whether a probability can be trusted: does it tell questions apart, is it as often right as it says."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.measuring.ranks import ranks

Figures = dict[str, int | float | None]

THRESHOLDS = tuple(round(step / 20, 2) for step in range(20))
"""The thresholds whose cost is reported, 0 to 0.95."""


@dataclass(frozen=True)
class Answers:
    """What was said to n questions: the probability given, whether the first was right, and whether any could be."""

    probability: NDArray[np.float64]
    right: NDArray[np.bool_]
    answerable: NDArray[np.bool_]


def auroc(answers: Answers) -> float | None:
    """Return how likely an answerable question gets more probability than an unanswerable one; ties count half.

    It is null where one of the two sorts is missing.
    """
    count, rest = int(answers.answerable.sum()), int((~answers.answerable).sum())
    if not count or not rest:
        return None
    sum_of_ranks = ranks(answers.probability)[answers.answerable].sum()
    return round(float((sum_of_ranks - count * (count + 1) / 2) / (count * rest)), 4)


def reliability(answers: Answers) -> list[Figures]:
    """Return, by tenths of probability, the questions that fell there, their mean probability and the part right."""
    return [
        {
            "from": tenth / 10,
            "questions": int(there.sum()),
            "probability": round(float(answers.probability[there].mean()), 4),
            "right": round(float(answers.right[there].mean()), 4),
        }
        for tenth, there in _tenths(answers)
    ]


def calibration_error(answers: Answers) -> float | None:
    """Return how far probability and truth lie apart within a tenth, 0 to 1, averaged over the questions."""
    if not len(answers.probability):
        return None
    return round(
        float(
            sum(
                there.mean() * abs(answers.probability[there].mean() - answers.right[there].mean())
                for _, there in _tenths(answers)
            )
        ),
        4,
    )


def at(answers: Answers, threshold: float) -> Figures:
    """Return what becomes of the questions at a threshold.

    `answered` is of those answerable, `right_answered` of those whose first hit is right, `declined` of those
    unanswerable; `wrong` is of all that are answered. Each is null where there is nothing to count.
    """
    given = answers.probability >= threshold
    return {
        "threshold": threshold,
        "answered": _share(given[answers.answerable]),
        "right_answered": _share(given[answers.right]),
        "wrong": _share(~answers.right[given]),
        "declined": _share(~given[~answers.answerable]),
    }


def _tenths(answers: Answers) -> list[tuple[int, NDArray[np.bool_]]]:
    places = np.minimum((answers.probability * 10).astype(int), 9)
    return [(tenth, places == tenth) for tenth in range(10) if (places == tenth).any()]


def _share(flags: NDArray[np.bool_]) -> float | None:
    return round(float(flags.mean()), 4) if len(flags) else None
