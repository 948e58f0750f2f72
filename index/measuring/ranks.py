"""Ranks and their correlation, as SciPy has them, without the second that its statistics take to load."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def ranks(values: ArrayLike) -> NDArray[np.float64]:
    """Return the rank of each value from 1 on; equal ones share the mean of theirs."""
    _, places, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[places], np.float64)


def correlation(one: ArrayLike, other: ArrayLike) -> float:
    """Return Spearman's rank correlation of two rows of values that vary, -1 to 1."""
    return float(np.corrcoef(ranks(one), ranks(other))[0, 1])
