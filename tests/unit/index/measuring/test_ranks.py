"""Ranks and rank correlations are those of SciPy."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import rankdata, spearmanr

from index.measuring.ranks import correlation, ranks

NUMBERS = st.lists(st.tuples(st.integers(0, 5), st.floats(-9, 9)), min_size=2, max_size=30)


@given(NUMBERS)
def test_ranks_and_their_correlation_are_scipys(pairs: list[tuple[int, float]]) -> None:
    one, other = (np.array(row) for row in zip(*pairs, strict=True))
    assert ranks(one).tolist() == rankdata(one).tolist()
    assume(len(set(one.tolist())) > 1 and len(set(other.tolist())) > 1)
    assert correlation(one, other) == pytest.approx(spearmanr(one, other).statistic, abs=1e-12)
