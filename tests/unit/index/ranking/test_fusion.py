import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ranking.fusion import EVEN, MOST, Blend, Kinship, Weights, fuse, kinship, kinships, normalise, spoken
from knowledge.languages import TAGS

scores = st.lists(st.floats(-100, 100, width=32), min_size=2, max_size=30)
tags = st.sampled_from(TAGS)


def row(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def same(count: int) -> np.ndarray:
    return np.full(count, Kinship.SAME, np.int8)


def blend(**weights: Weights) -> Blend:
    return EVEN | {Kinship[name.upper()]: one for name, one in weights.items()}


def scaled(scores: np.ndarray) -> np.ndarray:
    return normalise(scores, float(scores.mean()), float(scores.std()))


def test_normalised_scores_are_deviations_from_the_mean() -> None:
    assert normalise(row(1, 2, 6), 2, 2).tolist() == [-0.5, 0, 2]


def test_no_score_lies_further_out_than_the_most() -> None:
    assert normalise(row(1, 2, 60), 2, 2, MOST).tolist() == [-0.5, 0, MOST]


@pytest.mark.parametrize("values", [(), (4.0,), (2.0, 2.0, 2.0)])
def test_scores_that_tell_nothing_apart_become_zeros(values: tuple[float, ...]) -> None:
    assert normalise(row(*values), 2, 0).tolist() == [0.0] * len(values)


def test_both_halves_count_alike_whatever_their_scale() -> None:
    fused = fuse(scaled(row(0.9, 0.1, 0.1)), scaled(row(10, 900, 10)), same(3), EVEN)
    assert fused[0] == pytest.approx(fused[1], abs=1e-5)
    assert fused[2] < fused[0]


def test_a_weight_of_zero_silences_a_half() -> None:
    fused = fuse(row(0.9, 0.1, 0.2), row(1, 9, 3), same(3), blend(same=Weights(0, 1)))
    assert np.argsort(-fused).tolist() == [1, 2, 0]


def test_each_candidate_is_weighed_by_its_own_kinship() -> None:
    kins = np.array([Kinship.SAME, Kinship.FAR, Kinship.FAR], np.int8)
    weights = blend(same=Weights(0, 1), far=Weights(1, 0))
    meaning, words = row(-1.2, 1.1, 0.1), row(1.4, -0.9, -0.5)
    assert fuse(meaning, words, kins, weights).tolist() == [words[0], meaning[1], meaning[2]]


@given(scores, st.floats(0.1, 50), st.floats(-50, 50))
def test_stretching_and_moving_a_half_changes_nothing(values: list[float], factor: float, shift: float) -> None:
    before = row(*values)
    if before.std() > 1e-2:
        assert np.allclose(scaled(before), scaled(np.asarray(before * factor + shift, np.float32)), atol=1e-2)


@pytest.mark.parametrize(
    ("asked", "written", "expected"),
    [
        ("en", "en", Kinship.ENGLISH),
        ("el", "el", Kinship.SAME),
        ("hr", "sr", Kinship.SAME),
        ("sr-Latn", "bs", Kinship.SAME),
        ("bg", "mk", Kinship.NEAR),
        ("uk", "sl", Kinship.NEAR),
        ("el", "en", Kinship.TO_ENGLISH),
        ("en", "el", Kinship.FAR),
        ("tr", "sq", Kinship.FAR),
        ("ro", "de", Kinship.FAR),
    ],
)
def test_kinship_is_what_the_languages_are_to_each_other(asked: str, written: str, expected: Kinship) -> None:
    assert kinship(asked, written) is expected


@given(tags, tags)
def test_kinship_is_mutual_but_for_english(one: str, other: str) -> None:
    if "en" not in (one, other):
        assert kinship(one, other) is kinship(other, one)


def test_kinships_are_one_a_language() -> None:
    assert kinships("bg", ["bg", "en", "mk"]).tolist() == [Kinship.SAME, Kinship.TO_ENGLISH, Kinship.NEAR]


@pytest.mark.parametrize(
    ("question", "language", "expected"),
    [("grant", "ro", "ro"), ("grant", None, "en"), ("грант", None, "bg"), ("δάνειο", None, "el"), ("?", None, "en")],
)
def test_a_question_is_in_its_language_or_else_in_its_script_s(
    question: str, language: str | None, expected: str
) -> None:
    assert spoken(question, language) == expected
