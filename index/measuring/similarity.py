"""Whether sentences are as near as people say: the rank correlation of cosines with the scores that people gave."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.errors import SampleInvalid
from index.measuring.encoding import Vectoriser
from index.measuring.files import read_rows
from index.measuring.ranks import correlation

_COLUMN = re.compile(r"(.+?)_?([12])")


@dataclass(frozen=True)
class RatedPairs:
    """Pairs of sentences in one language or more, and how alike people find each pair.

    `first` and `second` hold, by language, one sentence a pair.
    """

    scores: list[float]
    first: Mapping[str, list[str]]
    second: Mapping[str, list[str]]


def read_rated(path: Path) -> RatedPairs:
    """Return the pairs of a file with the columns `score`, `LANGUAGE_1` and `LANGUAGE_2`, tab-separated with a header.

    Raises `SampleInvalid`.
    """
    scores = list[float]()
    sides: dict[str, defaultdict[str, list[str]]] = {"1": defaultdict(list), "2": defaultdict(list)}
    for where, row in read_rows(path, ("score",)):
        try:
            scores.append(float(row.pop("score")))
        except ValueError as error:
            raise SampleInvalid(f"{where}: `score` is not a number") from error
        for column, sentence in row.items():
            if match := _COLUMN.fullmatch(column):
                sides[match[2]][match[1]].append(sentence)
    if len(scores) < 2 or not sides["1"] or sides["1"].keys() != sides["2"].keys():
        raise SampleInvalid(f"{path}: at least two rows and columns like `ro_1` and `ro_2` are needed")
    return RatedPairs(scores, sides["1"], sides["2"])


def correlations(rated: RatedPairs, vectoriser: Vectoriser) -> dict[str, float | None]:
    """Return Spearman's correlation (-1 to 1) by language, and by pair of them, as `ro-en`, for first and second.

    It is null where all scores or all cosines are equal.
    """
    first = {language: vectoriser.encode(sentences) for language, sentences in rated.first.items()}
    second = {language: vectoriser.encode(sentences) for language, sentences in rated.second.items()}
    figures = {}
    for one, rows in first.items():
        for other, columns in second.items():
            cosines = (rows * columns).sum(axis=1)
            varied = len(set(rated.scores)) > 1 and len(set(cosines.tolist())) > 1
            figures[one if one == other else f"{one}-{other}"] = (
                round(correlation(cosines, rated.scores), 4) if varied else None
            )
    return figures
