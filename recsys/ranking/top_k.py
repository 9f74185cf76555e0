"""Scores -> ranks.

In: a score matrix. Out: the best k columns of each row, ties to the lower column.
"""

from __future__ import annotations

import numpy as np

_COLUMNS_PER_BLOCK = 32


def top_k(scores: np.ndarray, k: int) -> np.ndarray:
    """(n, min(k, n_columns)) int64 columns, best first; -1 where a row has no more.

    A column is out where its score is -inf or NaN. Ties go to the lower column.
    """
    k = min(k, scores.shape[1])
    ranked = np.full((len(scores), k), -1, dtype=np.int64)
    if k <= 0:
        return ranked
    for row, (values, least) in enumerate(zip(scores, _borders(scores, k), strict=True)):
        columns = np.flatnonzero(values >= least)
        best = columns[np.argsort(-values[columns], kind="stable")[:k]]
        ranked[row, : len(best)] = best
    return ranked


def _borders(scores: np.ndarray, k: int) -> np.ndarray:
    """(n,) a value that the best k of each row reach and few others: above -inf, never NaN.

    Each of the k highest blocks of columns has a value as high as the lowest of their heights.
    Looking for that takes one pass over the scores, where a partition of all takes many.
    """
    n_columns = scores.shape[1]
    n_blocks = min(n_columns, max(4 * k, n_columns // _COLUMNS_PER_BLOCK))
    heights = scores[:, :n_blocks].copy()
    for start in range(n_blocks, n_columns, n_blocks):
        block = scores[:, start : start + n_blocks]
        higher = heights[:, : block.shape[1]]
        np.fmax(higher, block, out=higher)
    heights[np.isnan(heights)] = -np.inf
    borders = np.partition(heights, -k, axis=1)[:, -k]
    return np.maximum(borders, np.finfo(scores.dtype).min)
