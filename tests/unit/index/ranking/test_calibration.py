from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoding.encoder import DEFAULT
from index.model import Hit
from index.ranking.calibration import MEASURES, THRESHOLD, Evidence, profile, profiles
from index.ranking.fusion import Kinship

EVIDENCE = Evidence(dense=0.5, share=0.3, margin=0.5, words=2.0, kin=Kinship.SAME)
NAMES = sorted(profiles())
unit = st.floats(0, 1)


def hit(score: float, dense: float = 0.5, lexical: float = 5.0) -> Hit:
    return Hit(
        entry_id=1, reference="r", language="ro", passage_id=1, score=score, dense=dense, lexical=lexical
    )  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kin", list(Kinship))
@given(dense=unit, share=unit, margin=st.floats(0, 3))
def test_better_evidence_never_lowers_the_probability(
    name: str, kin: Kinship, dense: float, share: float, margin: float
) -> None:
    weak = replace(EVIDENCE, kin=kin)
    strong = replace(
        weak,
        dense=weak.dense + dense,
        share=weak.share + share,
        margin=weak.margin + margin,
    )
    assert 0 <= profile(name).probability(weak) <= profile(name).probability(strong) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_no_hits_are_no_answer(name: str) -> None:
    assert profile(name).probability(None) == 0
    assert Evidence.of([], 0.0, "?", "en") is None


def test_evidence_is_what_the_hits_say() -> None:
    evidence = Evidence.of([hit(2.0), hit(1.5)], 20.0, "a b c", "en")
    assert evidence is not None
    assert evidence.share == pytest.approx(0.25)
    assert evidence.margin == pytest.approx(0.5)
    assert evidence.kin is Kinship.FAR
    assert len(evidence.values()) == len(MEASURES)


def test_an_unknown_encoder_gets_the_fallback_and_a_version_its_name() -> None:
    assert profile("never-heard-of") == profile("*")
    assert profile(f"{DEFAULT}@0123456789ab") == profile(DEFAULT)
    assert profile(DEFAULT) != profile("*")


def test_the_threshold_is_a_probability() -> None:
    assert 0 < THRESHOLD < 1
