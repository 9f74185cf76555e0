"""Scores from what papers are filed under: the venues and categories of what a reader reads.

In: which group each paper belongs to. Out: `GroupProfileScorer`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.features.text import unit_rows
from recsys.models.readers import Readers
from recsys.models.scorer import (
    Evidence,
    SubjectKind,
    dense,
    narrow,
    shrunk_cosines,
    speaking,
    spread,
)


@dataclass(frozen=True)
class GroupProfileScorer:
    """Cosine between a paper's groups and the reader's, the sum over all papers of interest.

    Attributes
    ----------
    papers : (n_papers, n_groups) CSR float32
        What a paper of interest adds to a profile; a group of few papers weighs more.
    targets : (n_papers, n_groups) CSR float32
        The same as unit rows, which are scored.
    subject : SubjectKind
        What a group is.
    """

    name: str
    papers: sparse.csr_matrix
    targets: sparse.csr_matrix
    subject: SubjectKind

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return spread(unit_rows(self._sums(readers)), narrow(self.targets, rows))

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        """The groups of the profile."""
        whole, targets = self._sums(reader), self.targets[rows]
        length = float(np.sqrt(whole.multiply(whole).sum()))
        if length == 0:
            return []
        scores = dense(targets @ whole.T).ravel() / length
        inner, sizes = targets[:, whole.indices].toarray() * whole.data, whole.data**2
        amounts = shrunk_cosines(scores, inner, length, along=sizes, sizes=sizes)
        return speaking(self.name, self.subject, whole.indices, amounts)

    def _sums(self, readers: Readers) -> sparse.csr_matrix:
        return (readers.interests() @ self.papers).tocsr()
