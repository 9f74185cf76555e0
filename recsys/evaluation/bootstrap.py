"""How far a figure would move if others had asked: intervals by the bootstrap.

In: one number per person. Out: their mean, or the ratio of two sums, with its bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_ROUNDS_AT_ONCE = 100


@dataclass(frozen=True)
class Estimate:
    """A figure, and the bounds between which it would lie in 95 of 100 repetitions."""

    value: float
    low: float
    high: float


def estimate_ratios(parts: np.ndarray, wholes: np.ndarray, *, seed: int) -> tuple[Estimate, ...]:
    """The ratios of `bootstrap_ratio` with their bounds."""
    above, below = parts.sum(axis=0), wholes.sum(axis=0)
    values = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    columns = np.vstack([values, bootstrap_ratio(parts, wholes, seed=seed)]).T
    return tuple(Estimate(*map(float, column)) for column in columns)


def estimate_means(values: np.ndarray, *, seed: int) -> tuple[Estimate, ...]:
    """Means of the m columns of `values` (n, m) with their bounds."""
    return estimate_ratios(values, np.ones_like(values), seed=seed)


def bootstrap_ratio(
    parts: np.ndarray,
    wholes: np.ndarray,
    *,
    seed: int,
    rounds: int = 1000,
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
