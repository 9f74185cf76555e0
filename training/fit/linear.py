"""A closed-form linear model where the catalogue of read papers is small enough.

In: what users liked. Out: a `NeighborScorer` whose likeness is learned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from recsys.models.neighbors import Likeness, NeighborScorer

_ROWS_AT_ONCE = 512


@dataclass(frozen=True)
class LinearSettings:
    """Settings of the closed form; time grows with the third power of `most_papers`.

    `dropout` is the chance that a reading is hidden from the model that has to tell it.
    """

    regularization: float = 50.0
    dropout: float = 0.5
    fewest_readers: int = 2
    most_papers: int = 8000
    neighbors: int = 300


def fit_linear(liked: sparse.csr_matrix, settings: LinearSettings) -> NeighborScorer | None:
    """EASE over the papers with the most readers; None where hardly any has two.

    Steck, "Embarrassingly shallow autoencoders for sparse data" (2019), eq. 8:
    B = I - P diag(1 / P_jj), P = (XtX + L)^-1. With dropout p the much read are held back more:
    L = reg I + p / (1 - p) diag(XtX). Steck, "Autoencoders that don't overfit towards the
    identity" (2020), section 3.
    """
    n_readers = np.diff(liked.tocsc().indptr)
    most_read = np.argsort(-n_readers, kind="stable")[: settings.most_papers]
    kept = np.sort(most_read[n_readers[most_read] >= settings.fewest_readers])
    if len(kept) < 2:
        return None
    gram = (liked[:, kept].T @ liked[:, kept]).astype(np.float64).toarray()
    odds = settings.dropout / (1.0 - settings.dropout)
    gram[np.diag_indices_from(gram)] += settings.regularization + odds * gram.diagonal()
    inverse = linalg.inv(gram, overwrite_a=True, check_finite=False, assume_a="pos")
    inverse /= -np.diag(inverse).copy()  # in place: it is the largest array of a training run
    np.fill_diagonal(inverse, 0.0)
    # inverse[i, j]: what having read i says about j, of which each j keeps the heaviest
    heaviest = _heaviest(inverse.T, kept, liked.shape[1], settings.neighbors)
    return NeighborScorer("linear", Likeness(heaviest.T.tocsr()))


def _heaviest(
    weights: np.ndarray, kept: np.ndarray, n_papers: int, neighbors: int
) -> sparse.csr_matrix:
    """Each row's heaviest weights by size, placed among all papers."""
    most = min(neighbors, weights.shape[1] - 1)
    columns = np.empty((len(weights), most), dtype=np.int64)
    data = np.empty((len(weights), most), dtype=np.float32)
    for start in range(0, len(weights), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        block = weights[rows].astype(np.float32)
        columns[rows] = np.sort(np.argpartition(-np.abs(block), most, axis=1)[:, :most], axis=1)
        data[rows] = np.take_along_axis(block, columns[rows], axis=1)
    lengths = np.zeros(n_papers, dtype=np.int64)
    lengths[kept] = most
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    return sparse.csr_matrix((data.ravel(), kept[columns.ravel()], indptr), (n_papers, n_papers))
