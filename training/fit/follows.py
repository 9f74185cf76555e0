"""Follows -> people who belong together in the eyes of those who follow.

In: a dataset with its signals. Out: author scorers. Whom somebody follows is their own affair:
what others follow ranks and is not told, and who is followed together counts only where a few
people follow both, so that nobody's follows can be read off a ranking either.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from recsys.data.dataset import Dataset, incidence
from recsys.features.signals import Signals
from recsys.models.circles import Circle, CircleScorer
from recsys.models.scorer import Scorer

_FEWEST_WHO_FOLLOW_BOTH = 3


def fit_follows(dataset: Dataset, signals: Signals) -> Iterator[Scorer]:
    """Whom the reader follows, who follows the reader, and who is followed together."""
    yield CircleScorer("followed", Circle("followed", "follows", ()))
    back = followers_of_profiles(dataset, signals)
    if back.nnz:
        circle = Circle("follows_back", "profile", (back,))
        yield CircleScorer("follows_back", circle, private=True)
    together = followed_together(signals.follows)
    if together.nnz:
        circle = Circle("followed_together", "follows", (together,))
        yield CircleScorer("followed_together", circle, private=True)


def followers_of_profiles(dataset: Dataset, signals: Signals) -> sparse.csr_matrix:
    """(n_authors, n_authors) CSR: 1 in the row of whoever is followed, in the column of the
    profile that the one who follows has claimed.
    """
    claimed = dataset.users.author_rows
    owners = np.flatnonzero(claimed >= 0)
    shape = (len(dataset.users), len(dataset.authors))
    profiles = incidence(owners, claimed[owners], np.ones(len(owners)), shape)
    return (signals.follows.T @ profiles).tocsr()


def followed_together(follows: sparse.csr_matrix) -> sparse.csr_matrix:
    """(n_authors, n_authors) CSR: cosine of two people's followers, where some have both."""
    both = (follows.T @ follows).tocsr()
    scale = sparse.diags(1.0 / np.sqrt(np.maximum(both.diagonal(), 1.0)), dtype=np.float32)
    both.setdiag(0.0)
    both.data[both.data < _FEWEST_WHO_FOLLOW_BOTH] = 0.0
    both.eliminate_zeros()
    return (scale @ both @ scale).tocsr()
