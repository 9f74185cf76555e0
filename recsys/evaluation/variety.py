"""What lists are like beyond being right: how much their papers differ, and how old they are.

In: ranked rows. Out: one value per list.
"""

from __future__ import annotations

import numpy as np


def unlikeness(rows: np.ndarray, topics: np.ndarray) -> np.ndarray:
    """(n,) float64: mean of 1 - cosine over all pairs of a list; NaN for fewer than two papers.

    Ziegler et al., "Improving recommendation lists through topic diversification" (2005), eq. 5.

    Parameters
    ----------
    rows : (n, k) int
        Papers, -1 where there are no more.
    topics : (n_papers, n_topics) float32
        Unit rows; a paper of which nothing is known is unlike every other.
    """
    there = rows >= 0
    vectors = np.where(there[:, :, None], topics[np.maximum(rows, 0)], 0.0).astype(np.float64)
    whole, single = vectors.sum(axis=1), (vectors**2).sum(axis=(1, 2))
    likeness = (whole**2).sum(axis=1) - single  # of all ordered pairs, without those of one
    pairs = there.sum(axis=1) * (there.sum(axis=1) - 1.0)
    mean = np.divide(likeness, pairs, out=np.full(len(rows), np.nan), where=pairs > 0)
    return 1.0 - mean


def mean_age(rows: np.ndarray, ages: np.ndarray) -> np.ndarray:
    """(n,) float64: mean age of those papers of a list whose age is known; NaN without any."""
    known = (rows >= 0) & ~np.isnan(ages)[np.maximum(rows, 0)]
    sums = np.where(known, ages[np.maximum(rows, 0)], 0.0).sum(axis=1, dtype=np.float64)
    n = known.sum(axis=1)
    return np.divide(sums, n, out=np.full(len(rows), np.nan), where=n > 0)
