"""Scores from neighbours: a paper is as good as its likeness to what the reader read.

In: a sparse paper-to-paper likeness that training computed. Out: `NeighborScorer`, and
`BridgeScorer` for papers that nobody has read yet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.models.readers import Readers
from recsys.models.scorer import Evidence, interest_evidence, narrow, spread


@dataclass(frozen=True)
class NeighborScorer:
    """Sum of likenesses between a candidate and each paper of the reader's interests.

    Attributes
    ----------
    likeness : (n_papers, n_papers) CSR float32
        Row = candidate, column = a paper that was read; zero diagonal.
    """

    name: str
    likeness: sparse.csr_matrix

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return spread(readers.interests(), narrow(self.likeness, rows))

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        interests = reader.interests()
        amounts = self.likeness[rows][:, interests.indices].toarray() * interests.data
        return interest_evidence(reader, amounts)


@dataclass(frozen=True)
class BridgeScorer:
    """What an item-kNN says of the papers whose text is closest to the candidate's.

    A paper without readers has no neighbours of its own, but papers like it have.

    Attributes
    ----------
    likeness : (n_papers, n_papers) CSR float32
        As of `NeighborScorer`.
    by_text : (n_papers, n_papers) CSR float32
        Row = candidate, its few closest papers by text; rows sum to 1.
    """

    name: str
    likeness: sparse.csr_matrix
    by_text: sparse.csr_matrix

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        known = sparse.csr_matrix(spread(readers.interests(), self.likeness))
        return spread(known, narrow(self.by_text, rows))

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        interests = reader.interests()
        lifted = (self.by_text[rows] @ self.likeness).tocsr()
        return interest_evidence(reader, lifted[:, interests.indices].toarray() * interests.data)
