"""Scores from neighbours: a paper is as good as its likeness to what the reader read.

In: a sparse paper-to-paper likeness that training computed. Out: `NeighborScorer`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.models.readers import Readers
from recsys.models.scorer import Evidence, dense, interest_evidence, narrow


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
        return dense(readers.interests() @ narrow(self.likeness, rows).T.tocsr())

    def evidence(self, reader: Readers, row: int) -> list[Evidence]:
        spoken = self.likeness[row].multiply(reader.interests()).tocsr()
        return interest_evidence(reader, spoken.indices, spoken.data)
