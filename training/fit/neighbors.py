"""Who reads this also reads that.

In: what users liked. Out: `NeighborScorer` from implicit's item-kNN.
"""

from __future__ import annotations

import warnings

import numpy as np
from implicit.nearest_neighbours import CosineRecommender
from implicit.utils import ParameterWarning
from scipy import sparse

from recsys.models.neighbors import NeighborScorer


def fit_neighbors(liked: sparse.csr_matrix, *, neighbors: int, threads: int) -> NeighborScorer:
    """Each paper's nearest papers, by the cosine of their readers."""
    model = CosineRecommender(K=min(neighbors, liked.shape[1]), num_threads=threads)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ParameterWarning)
        model.fit(liked, show_progress=False)
    likeness = model.similarity.tocsr().astype(np.float32)
    likeness.setdiag(0.0)
    likeness.eliminate_zeros()
    return NeighborScorer("knn", likeness.T.tocsr())
