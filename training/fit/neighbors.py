"""Who reads this also reads that.

In: what users liked. Out: `NeighborScorer` from implicit's item-kNN.
"""

from __future__ import annotations

import warnings

import numpy as np
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender
from implicit.utils import ParameterWarning
from scipy import sparse

from recsys.models.neighbors import NeighborScorer

_KINDS = {"cosine": CosineRecommender, "bm25": BM25Recommender}


def fit_neighbors(
    liked: sparse.csr_matrix, *, kind: str, neighbors: int, threads: int
) -> NeighborScorer:
    """Each paper's nearest papers by their readers; `kind` is "cosine" or "bm25"."""
    model = _KINDS[kind](K=min(neighbors, liked.shape[1]), num_threads=threads)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ParameterWarning)
        model.fit(liked, show_progress=False)
    likeness = model.similarity.tocsr().astype(np.float32)
    likeness.setdiag(0.0)
    likeness.eliminate_zeros()
    return NeighborScorer(f"knn_{kind}", likeness.T.tocsr())
