"""A closed-form linear model where the catalogue of read papers is small enough.

In: what users liked. Out: a `NeighborScorer` whose likeness is learned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from recsys.models.neighbors import NeighborScorer


@dataclass(frozen=True)
class LinearSettings:
    """Settings of the closed form; time grows with the third power of `most_papers`."""

    regularization: float = 100.0
    fewest_readers: int = 2
    most_papers: int = 8000
    neighbors: int = 300


def fit_linear(liked: sparse.csr_matrix, settings: LinearSettings) -> NeighborScorer | None:
    """EASE over the papers with the most readers; None where hardly any has two.

    Steck, "Embarrassingly shallow autoencoders for sparse data" (2019), eq. 8:
    B = I - P diag(1 / P_jj), P = (XtX + reg I)^-1.
    """
    n_readers = np.diff(liked.tocsc().indptr)
    most_read = np.argsort(-n_readers, kind="stable")[: settings.most_papers]
    kept = np.sort(most_read[n_readers[most_read] >= settings.fewest_readers])
    if len(kept) < 2:
        return None
    gram = (liked[:, kept].T @ liked[:, kept]).toarray().astype(np.float64)
    gram[np.diag_indices_from(gram)] += settings.regularization
    inverse = linalg.inv(gram, overwrite_a=True, check_finite=False, assume_a="pos")
    weights = (-inverse / np.diag(inverse)).astype(np.float32)
    np.fill_diagonal(weights, 0.0)
    # weights[i, j]: what having read i says about j; a row of likeness is a candidate
    return NeighborScorer("linear", _heaviest(weights.T, kept, liked.shape[1], settings.neighbors))


def _heaviest(
    weights: np.ndarray, kept: np.ndarray, n_papers: int, neighbors: int
) -> sparse.csr_matrix:
    """Each row's heaviest weights by size, placed among all papers."""
    most = min(neighbors, weights.shape[1] - 1)
    columns = np.sort(np.argpartition(-np.abs(weights), most, axis=1)[:, :most], axis=1)
    data = np.take_along_axis(weights, columns, axis=1).ravel()
    lengths = np.zeros(n_papers, dtype=np.int64)
    lengths[kept] = most
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    return sparse.csr_matrix((data, kept[columns.ravel()], indptr), (n_papers, n_papers))
