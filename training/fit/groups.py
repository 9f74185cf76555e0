"""Venues and categories -> scorers of papers by what a reader's papers are filed under.

In: the papers of a `Dataset`. Out: `GroupProfileScorer`s. What no paper has makes no scorer.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from recsys.data.dataset import Papers, filled
from recsys.features.text import unit_rows
from recsys.models.groups import GroupProfileScorer, rarity
from recsys.models.scorer import SubjectKind


def fit_groups(papers: Papers) -> Iterator[GroupProfileScorer]:
    """Paper scorers over venues and over categories."""
    known = np.flatnonzero(papers.venue_rows >= 0)
    venues = filled(known, papers.venue_rows[known], (len(papers), len(papers.venues)))
    groups: tuple[tuple[SubjectKind, sparse.csr_matrix], ...] = (
        ("venue", venues),
        ("category", papers.categories),
    )
    for name, members in groups:
        weighed = weigh_rare(members)
        if weighed.nnz:
            yield GroupProfileScorer(name, weighed, unit_rows(weighed), name)


def weigh_rare(groups: sparse.csr_matrix) -> sparse.csr_matrix:
    """The (n_members, n_groups) matrix in which a group of few weighs more than one of many."""
    return (groups @ sparse.diags(rarity(groups, groups.shape[1]))).tocsr().astype(np.float32)
