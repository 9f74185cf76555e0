"""How far a figure would move if others had asked: intervals by the bootstrap.

In: one number per person. Out: bounds of their mean, or of the ratio of two sums.
"""

from __future__ import annotations

import numpy as np

_ROUNDS_AT_ONCE = 100


def bootstrap_ratio(
    parts: np.ndarray,
    wholes: np.ndarray,
    *,
    seed: int,
    rounds: int = 2000,
    level: float = 0.95,
) -> np.ndarray:
    """(2, m) float64: lower and upper bounds of m ratios sum(parts) / sum(wholes).

    People are drawn with replacement, and each draw serves all m columns: the column of a
    difference is a paired comparison. With `wholes` of 1 the ratio is a mean. NaN where nobody
    has a whole. Efron and Tibshirani, "An introduction to the bootstrap" (1993), chapter 13:
    percentile intervals.

    Parameters
    ----------
    parts, wholes : (n, m) float
        One row a person.
    level : float
        Probability between the bounds.
    """
    n, m = parts.shape
    if n == 0 or m == 0:
        return np.full((2, m), np.nan)
    rng, found = np.random.default_rng(seed), []
    for first in range(0, rounds, _ROUNDS_AT_ONCE):
        draws = rng.integers(n, size=(min(_ROUNDS_AT_ONCE, rounds - first), n))
        times = np.stack([np.bincount(drawn, minlength=n) for drawn in draws]).astype(np.float64)
        above, below = times @ parts, times @ wholes
        found.append(np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0))
    ratios = np.concatenate(found)
    bounds = np.full((2, m), np.nan)
    defined = ~np.isnan(ratios).all(axis=0)
    outside = (1.0 - level) / 2
    bounds[:, defined] = np.nanquantile(ratios[:, defined], [outside, 1.0 - outside], axis=0)
    return bounds
