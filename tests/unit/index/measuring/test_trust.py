import numpy as np
import pytest

from index.measuring.trust import Answers, at, auroc, calibration_error, reliability


def answers(*rows: tuple[float, bool, bool]) -> Answers:
    return Answers(
        np.array([row[0] for row in rows], float),
        np.array([row[1] for row in rows], bool),
        np.array([row[2] for row in rows], bool),
    )


EXAMPLE = answers(
    (0.95, True, True),
    (0.91, True, True),
    (0.55, False, True),
    (0.15, True, True),
    (0.58, False, False),
    (0.15, False, False),
)


def test_how_well_answerable_questions_are_told_from_others() -> None:
    # Of eight pairs five are in order and one is a tie.
    assert auroc(EXAMPLE) == round((2 + 2 + 1 + 0.5) / 8, 4)
    assert auroc(answers((0.2, True, True), (0.1, False, False))) == 1.0
    assert auroc(answers((0.1, True, True), (0.2, False, False))) == 0.0


@pytest.mark.parametrize("answerable", [True, False])
def test_without_both_sorts_there_is_nothing_to_tell_apart(answerable: bool) -> None:
    assert auroc(answers((0.2, False, answerable))) is None


def test_tenths_tell_what_was_said_and_what_was_so() -> None:
    assert reliability(EXAMPLE) == [
        {"from": 0.1, "questions": 2, "probability": 0.15, "right": 0.5},
        {"from": 0.5, "questions": 2, "probability": 0.565, "right": 0.0},
        {"from": 0.9, "questions": 2, "probability": 0.93, "right": 1.0},
    ]
    assert reliability(answers((1.0, True, True)))[0]["from"] == 0.9


def test_the_calibration_error_is_the_mean_distance() -> None:
    assert calibration_error(EXAMPLE) == round((0.35 + 0.565 + 0.07) / 3, 4)
    assert calibration_error(answers()) is None


def test_what_a_threshold_costs() -> None:
    assert at(EXAMPLE, 0.5) == {
        "threshold": 0.5,
        "answered": 0.75,
        "right_answered": round(2 / 3, 4),
        "wrong": 0.5,
        "declined": 0.5,
    }
    everything = at(EXAMPLE, 0.0)
    assert (everything["answered"], everything["declined"]) == (1.0, 0.0)
    nothing = at(EXAMPLE, 1.0)
    assert (nothing["answered"], nothing["wrong"], nothing["declined"]) == (0.0, None, 1.0)
