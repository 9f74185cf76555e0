"""Scores for people by their papers: those who wrote what a reader reads.

In: who wrote what. Out: `WritersScorer`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from recsys.data.append import stacked
from recsys.models.added import Added
from recsys.models.circles import Membership
from recsys.models.readers import Readers
from recsys.models.scorer import Evidence, cells, dense, speaking

TEAM = Membership("team")


@dataclass(frozen=True)
class WritersScorer:
    """How much of what the reader reads somebody wrote.

    Attributes
    ----------
    members : (n_papers, n_authors) CSR float32
        The share of the team that each author is.
    """

    name: str
    members: sparse.csr_matrix

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        wrote = (readers.liked @ self.members).tocsr()
        return dense(wrote if len(rows) == wrote.shape[1] else wrote[:, rows])

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        read = reader.liked
        shares = cells(self.members, read.indices, rows).T
        return speaking("wrote", "paper", read.indices, shares * read.data)

    def grown(self, added: Added) -> WritersScorer:
        """New papers are their authors'."""
        return replace(self, members=stacked(self.members, TEAM.of(added.writers, added.ages_days)))
