"""Scores -> ranks.

In: a score matrix. Out: the best k columns of each row, ties to the lower column.
"""

from __future__ import annotations

import numpy as np


def top_k(scores: np.ndarray, k: int) -> np.ndarray:
    """(n, min(k, n_columns)) int64 columns, best first; -1 where a row has no more.

    A column is out where its score is -inf or NaN. Ties go to the lower column.
    """
    k = min(k, scores.shape[1])
    if k <= 0:
        return np.empty((len(scores), 0), dtype=np.int64)
    keyed = np.where(np.isnan(scores), -np.inf, scores)
    # The k-th best value of each row splits sure winners from ties at the border.
    border = np.partition(keyed, -k, axis=1)[:, -k]
    ranked = np.full((len(scores), k), -1, dtype=np.int64)
    for row, (values, worst) in enumerate(zip(keyed, border, strict=True)):
        columns = np.flatnonzero((values >= worst) & (values > -np.inf))
        best = columns[np.argsort(-values[columns], kind="stable")][:k]
        ranked[row, : len(best)] = best
    return ranked
