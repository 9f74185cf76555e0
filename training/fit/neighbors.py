"""Who reads this also reads that.

In: what users liked, and text. Out: `NeighborScorer` and `BridgeScorer` from implicit's item-kNN.
"""

from __future__ import annotations

import warnings

import numpy as np
from implicit.nearest_neighbours import CosineRecommender
from implicit.utils import ParameterWarning
from scipy import sparse

from recsys.features.text import TextSpace, heaviest_terms
from recsys.models.neighbors import TERMS_PER_PAPER, BridgeScorer, Likeness, NeighborScorer
from training.fit.circles import unit_sums

_PAPERS_PER_ROW = 5000  # a reader or a word of n papers makes n^2 pairs of them


def fit_neighbors(liked: sparse.csr_matrix, *, neighbors: int, threads: int) -> NeighborScorer:
    """Each paper's nearest papers, by the cosine of their readers."""
    return NeighborScorer("knn", Likeness(_likeness(liked, neighbors, threads)))


def fit_bridge(
    knn: NeighborScorer, text: TextSpace, *, neighbors: int, threads: int
) -> BridgeScorer:
    """The same neighbours, reached over each paper's closest papers by text."""
    words = heaviest_terms(text.papers, TERMS_PER_PAPER).T.tocsr()
    close = _likeness(words, neighbors, threads)
    return BridgeScorer("bridge", knn.likeness, unit_sums(close.T.tocsr()))


def _likeness(readings: sparse.csr_matrix, neighbors: int, threads: int) -> sparse.csr_matrix:
    """(n_papers, n_papers) CSR: each row's nearest papers by cosine, from (n_readers, n_papers)
    or (n_terms, n_papers) rows.
    """
    model = CosineRecommender(K=min(neighbors, readings.shape[1]), num_threads=threads)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ParameterWarning)
        model.fit(heaviest_terms(readings, _PAPERS_PER_ROW), show_progress=False)
    likeness = model.similarity.tocsr().astype(np.float32)
    likeness.setdiag(0.0)
    likeness.eliminate_zeros()
    likeness.sort_indices()
    return likeness
