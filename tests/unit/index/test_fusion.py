import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import Weights, fuse, normalise

scores = st.lists(st.floats(-100, 100, width=32), min_size=2, max_size=30)


def row(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_normalised_scores_have_no_mean_and_unit_spread() -> None:
    found = normalise(row(1, 2, 3, 6))
    assert found.mean() == pytest.approx(0, abs=1e-6)
    assert found.std() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("values", [(), (4.0,), (2.0, 2.0, 2.0)])
def test_scores_that_tell_nothing_apart_become_zeros(values: tuple[float, ...]) -> None:
    assert normalise(row(*values)).tolist() == [0.0] * len(values)


def test_both_halves_count_alike_whatever_their_scale() -> None:
    fused = fuse(row(0.9, 0.1, 0.1), row(10, 900, 10), Weights())
    assert fused[0] == pytest.approx(fused[1], abs=1e-5)
    assert fused[2] < fused[0]


def test_a_weight_of_zero_silences_a_half() -> None:
    fused = fuse(row(0.9, 0.1, 0.2), row(1, 9, 3), Weights(dense=0, lexical=1))
    assert np.argsort(-fused).tolist() == [1, 2, 0]


def test_weights_of_nothing_do_not_divide_by_zero() -> None:
    assert fuse(row(1, 2), row(2, 1), Weights(0, 0)).tolist() == [0.0, 0.0]


@given(scores, st.floats(0.1, 50), st.floats(-50, 50))
def test_stretching_and_moving_a_half_changes_no_order(values: list[float], factor: float, shift: float) -> None:
    dense = row(*values)
    lexical = row(*reversed(values))
    before = fuse(dense, lexical, Weights())
    after = fuse(np.asarray(dense * factor + shift, np.float32), lexical, Weights())
    if dense.std() > 1e-2:
        assert np.allclose(before, after, atol=1e-2)
