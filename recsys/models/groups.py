"""Scores from common ground that is not a person: a category, a venue, an affiliation.

In: which groups papers or people belong to. Out: `CategoryScorer` for papers, by what a reader
reads and writes, and `SharedGroupScorer` for people.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from recsys.data.append import stacked
from recsys.features.text import unit_rows
from recsys.models.added import Added
from recsys.models.readers import Readers, one_hot, take_rows
from recsys.models.scorer import (
    Evidence,
    SubjectKind,
    cells,
    interest_evidence,
    narrow,
    packed,
    shrunk_cosines,
    speaking,
    spread,
)


@dataclass(frozen=True)
class CategoryScorer:
    """Cosine between a paper's categories and the reader's, the sum over all papers of interest.

    Attributes
    ----------
    papers : (n_papers, n_categories) CSR float32
        What a paper of interest adds to a profile; a category of few papers weighs more.
    targets : (n_papers, n_categories) CSR float32
        The same as unit rows, which are scored.
    """

    name: str
    papers: sparse.csr_matrix
    targets: sparse.csr_matrix

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return spread(unit_rows(self._sums(readers)), narrow(self.targets, rows))

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        """The papers of interest, and the categories that they brought into the profile."""
        interests = reader.interests()
        # Only the reader's categories count, and those are few.
        categories, filed = packed(self.papers, interests.indices)
        whole = interests.data @ filed
        length = float(np.linalg.norm(whole))
        if length == 0:
            return []
        targets = cells(self.targets, rows, categories)
        scores = targets @ whole / length
        inner, sizes = targets * whole, whole**2
        by_category = shrunk_cosines(scores, inner, length, along=sizes, sizes=sizes)
        inner = targets @ filed.T * interests.data
        along = filed @ whole * interests.data
        sizes = np.einsum("mg,mg->m", filed, filed) * interests.data**2
        papers = shrunk_cosines(scores, inner, length, along, sizes)
        return [
            *interest_evidence(reader, papers),
            *speaking("category", "category", categories, by_category),
        ]

    def grown(self, added: Added) -> CategoryScorer:
        """New papers are filed as they say, also under what is new."""
        weights = rarity(self.papers, added.categories.shape[1])
        weights[self.papers.indices] = self.papers.data  # as rare as in training
        rows = (added.categories @ sparse.diags(weights)).tocsr()
        papers, targets = stacked(self.papers, rows), stacked(self.targets, unit_rows(rows))
        return replace(self, papers=papers, targets=targets)

    def _sums(self, readers: Readers) -> sparse.csr_matrix:
        return (readers.interests() @ self.papers).tocsr()


@dataclass(frozen=True)
class SharedGroupScorer:
    """How much common ground two people have: venues, affiliations.

    Attributes
    ----------
    groups : (n_authors, n_groups) CSR float32
        Unit rows; rare groups weigh more.
    subject : SubjectKind
        What a group is.
    """

    name: str
    groups: sparse.csr_matrix
    subject: SubjectKind

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        own = take_rows(self.groups, readers.author_rows)
        return spread(own, narrow(self.groups, rows))

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        own = take_rows(self.groups, reader.author_rows)
        amounts = cells(self.groups, rows, own.indices) * own.data
        return speaking(self.name, self.subject, own.indices, amounts)

    def grown(self, added: Added) -> SharedGroupScorer:
        """New people have their affiliations, and the venues of their new papers."""
        members = added.affiliations
        if self.subject == "venue":
            members = (added.written @ one_hot(added.venue_rows, added.n_venues)).tocsr()
        rows = (members @ sparse.diags(rarity(self.groups, members.shape[1]))).tocsr()
        return replace(self, groups=stacked(self.groups, unit_rows(rows)))


def rarity(members: sparse.csr_matrix, n_groups: int) -> np.ndarray:
    """(n_groups,) float32: a group of few members weighs more than one of many.

    `members` (n_members, at most n_groups); a group that it does not know counts as one of one.
    """
    sizes = np.bincount(members.indices[members.data > 0], minlength=n_groups)
    return np.log1p(members.shape[0] / np.maximum(sizes, 1)).astype(np.float32)
