"""Categories -> a scorer of papers by what a reader's papers are filed under.

In: which papers are in which category. Out: a `CategoryScorer`.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recsys.features.text import unit_rows
from recsys.models.groups import CategoryScorer, rarity


def fit_categories(categories: sparse.csr_matrix) -> CategoryScorer:
    """Scores by categories (n_papers, n_categories)."""
    weighed = weigh_rare(categories)
    return CategoryScorer("category", weighed, unit_rows(weighed))


def weigh_rare(groups: sparse.csr_matrix) -> sparse.csr_matrix:
    """The (n_members, n_groups) matrix in which a group of few weighs more than one of many."""
    return (groups @ sparse.diags(rarity(groups, groups.shape[1]))).tocsr().astype(np.float32)
