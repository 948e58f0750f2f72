"""How good the desk's search is: hit rates, mean reciprocal rank, and whether it knows when it does not know."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from index.errors import GoldenFileInvalid
from index.live.service import SearchService
from index.measuring import trust
from index.measuring.trust import Figures
from index.model import Vectors
from index.ranking.calibration import THRESHOLD
from knowledge.languages import parse_tag

DEPTH = 10

_TIMED = 200
"""Questions asked one at a time, encoding included, for the latency."""


@dataclass(frozen=True)
class GoldenQuestion:
    """A question with the references of the entries that answer it; none: the desk should not answer."""

    id: str
    language: str
    text: str
    relevant: frozenset[str]


@dataclass(frozen=True)
class Judged:
    """What became of a question: the rank (from 1) of the first relevant entry, if any, and the probability given."""

    language: str
    answerable: bool
    rank: int | None
    probability: float


def read_questions(path: Path | str) -> list[GoldenQuestion]:
    """Return the questions of a JSONL file of `{"id", "lang", "question", "relevant_ids"}`.

    Raises `GoldenFileInvalid` naming the line.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldenFileInvalid(f"{path}: {error}") from error
    questions = [
        _question(line, f"{path}, line {number}") for number, line in enumerate(text.split("\n"), 1) if line.strip()
    ]
    if not questions:
        raise GoldenFileInvalid(f"{path}: no questions in it")
    return questions


def evaluate(
    search: SearchService,
    questions: Sequence[GoldenQuestion],
    threshold: float = THRESHOLD,
    *,
    today: date | None = None,
) -> dict[str, Any]:
    """Ask every question, without filters, and return figures over all and by language.

    Fractions are null where there is nothing to count. `probability` says whether the probability can be trusted, and
    `thresholds` what other thresholds would do; see `index.measuring.trust`. `warnings` names relevant references that
    cannot be found in the index; they count as misses. `latency_ms` is of single questions, encoding included.
    """
    day = today or date.today()  # noqa: DTZ011 - a deadline's day is the desk's local one
    vectors = search.encode_sync([question.text for question in questions])
    outcomes = [_ask(search, question, vector, day) for question, vector in zip(questions, vectors, strict=True)]
    by_language = defaultdict[str, list[Judged]](list)
    for outcome in outcomes:
        by_language[outcome.language].append(outcome)
    known = search.references()
    answers = trust.Answers(
        np.array([outcome.probability for outcome in outcomes], np.float64),
        np.array([outcome.rank == 1 for outcome in outcomes], bool),
        np.array([outcome.answerable for outcome in outcomes], bool),
    )
    return {
        "threshold": threshold,
        "overall": figures(outcomes, threshold),
        "languages": {tag: figures(by_language[tag], threshold) for tag in sorted(by_language)},
        "probability": {
            "auroc": trust.auroc(answers),
            "calibration_error": trust.calibration_error(answers),
            "reliability": trust.reliability(answers),
            "at_threshold": trust.at(answers, threshold),
        },
        "thresholds": [trust.at(answers, each) for each in trust.THRESHOLDS],
        "latency_ms": _latency(search, questions, day),
        "warnings": [
            f"{question.id}: no published entry {reference}"
            for question in questions
            for reference in sorted(question.relevant - known)
        ],
    }


def figures(outcomes: Sequence[Judged], threshold: float) -> Figures:
    """Return the figures of some outcomes; `hit@k` and `mrr` are over answerable ones."""
    answerable = [outcome for outcome in outcomes if outcome.answerable]
    others = [outcome for outcome in outcomes if not outcome.answerable]
    return {
        "questions": len(outcomes),
        **{f"hit@{k}": _mean(_within(outcome, k) for outcome in answerable) for k in (1, 5, 10)},
        "mrr": _mean(1 / outcome.rank if outcome.rank else 0.0 for outcome in answerable),
        "answered": _mean(float(outcome.probability >= threshold) for outcome in answerable),
        "declined": _mean(float(outcome.probability < threshold) for outcome in others),
    }


def _within(outcome: Judged, k: int) -> float:
    return float(outcome.rank is not None and outcome.rank <= k)


def _ask(search: SearchService, question: GoldenQuestion, vector: Vectors, today: date) -> Judged:
    result = search.search_sync(question.text, language=question.language, today=today, limit=DEPTH, vector=vector)
    rank = next((rank for rank, hit in enumerate(result.hits, 1) if hit.reference in question.relevant), None)
    return Judged(question.language, bool(question.relevant), rank, result.probability)


def _latency(search: SearchService, questions: Sequence[GoldenQuestion], today: date) -> Figures:
    times = []
    for question in questions[:: -(-len(questions) // _TIMED)]:
        start = perf_counter()
        search.search_sync(question.text, language=question.language, today=today, limit=DEPTH)
        times.append((perf_counter() - start) * 1000)
    return {f"p{q}": round(float(np.percentile(times, q)), 2) for q in (50, 95, 99)}


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return round(sum(listed) / len(listed), 4) if listed else None


def _question(line: str, where: str) -> GoldenQuestion:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise GoldenFileInvalid(f"{where}: not JSON, {error.msg}") from error
    if not isinstance(record, dict):
        raise GoldenFileInvalid(f"{where}: not an object")
    text, references = record.get("question"), record.get("relevant_ids")
    tag = parse_tag(str(record.get("lang", "")))
    if not isinstance(text, str) or not text.strip():
        raise GoldenFileInvalid(f"{where}: `question` is missing or empty")
    if tag is None:
        raise GoldenFileInvalid(f"{where}: `lang` is not one of the desk's languages")
    if not isinstance(references, list) or not all(isinstance(reference, str) for reference in references):
        raise GoldenFileInvalid(f"{where}: `relevant_ids` is not a list of entry references")
    return GoldenQuestion(str(record.get("id", where)), tag, text, frozenset(references))
