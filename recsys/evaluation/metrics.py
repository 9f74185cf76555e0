"""Ranked lists and what should be in them -> recall and ndcg.

In: ranked columns and relevant columns per person. Out: one value per person.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse


def hits(ranked: np.ndarray, relevant: sparse.csr_matrix) -> np.ndarray:
    """(n, k) bool: whether each ranked column is relevant; False for -1 (no more)."""
    found = np.zeros(ranked.shape, dtype=bool)
    for row, columns in enumerate(ranked):
        wanted = relevant.indices[relevant.indptr[row] : relevant.indptr[row + 1]]
        found[row] = np.isin(columns, wanted)
    return found


def recall_at_k(found: np.ndarray, n_relevant: np.ndarray, k: int, *, capped: bool) -> np.ndarray:
    """(n,) float64: relevant among the first k / all relevant.

    `capped` divides by min(k, relevant) instead, so that 1.0 can always be reached. Someone
    with nothing relevant gets NaN.
    """
    whole = np.minimum(n_relevant, k) if capped else n_relevant
    reached = found[:, :k].sum(axis=1).astype(np.float64)
    return np.divide(reached, whole, out=np.full(len(found), np.nan), where=whole > 0)


def ndcg_at_k(found: np.ndarray, n_relevant: np.ndarray, k: int) -> np.ndarray:
    """(n,) float64: discounted gains / those of an ideal list of min(k, relevant).

    Binary gains, discount 1 / log2(rank + 1). Someone with nothing relevant gets NaN.
    References: Järvelin and Kekäläinen, "Cumulated gain-based evaluation" (2002).
    """
    discounts = 1.0 / np.log2(np.arange(2, k + 2))
    ideal = np.concatenate([[0.0], np.cumsum(discounts)])[np.minimum(n_relevant, k)]
    gained = found[:, :k] @ discounts[: found[:, :k].shape[1]]
    return np.divide(gained, ideal, out=np.full(len(found), np.nan), where=ideal > 0)
