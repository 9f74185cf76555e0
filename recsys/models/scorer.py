"""What every scorer promises: scores for readers, and the evidence behind one score.

A scorer is a frozen dataclass of arrays, so that a bundle can hold and memory-map it. Paper
scorers score papers, author scorers score authors; nothing else tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from scipy import sparse

from recsys.models.readers import Readers

_FEW_READERS = 4

SubjectKind = Literal["paper", "author", "term", "venue", "affiliation", ""]


@dataclass(frozen=True)
class Evidence:
    """One thing that speaks for a recommendation.

    Attributes
    ----------
    kind : str
        What the thing is to the reader: "liked", "written", "followed_author", "coauthor", ...
    subject, row : SubjectKind, int
        The thing itself, as a row of its vocabulary; "" and -1 where there is none.
    amount : float
        Its part in the scorer's score, in the scorer's own unit; parts add up to the score.
    """

    kind: str
    subject: SubjectKind
    row: int
    amount: float


class Scorer(Protocol):
    """Scores for n readers at once."""

    @property
    def name(self) -> str:
        """The scorer's name in tables, settings and bundles."""
        ...

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        """(n_readers, n_rows) float32, higher is better.

        `rows` are ascending and unique. A reader or a candidate of whom the scorer knows
        nothing gets 0; every value is finite.
        """
        ...

    def evidence(self, reader: Readers, row: int) -> list[Evidence]:
        """Why one reader's score for one row is what it is, strongest first; may be empty."""
        ...


def narrow(matrix: sparse.csr_matrix | np.ndarray, rows: np.ndarray) -> sparse.csr_matrix:
    """The matrix's given rows; the matrix itself, uncopied, where those are all its rows."""
    return matrix if len(rows) == matrix.shape[0] else matrix[rows]


def spread(weights: sparse.csr_matrix, members: sparse.csr_matrix) -> np.ndarray:
    """(n, n_targets) float32 array of weights (n, m) times the transpose of members
    (n_targets, m): without transposing `members` for the few readers of one request.
    """
    if weights.shape[0] <= _FEW_READERS:
        return np.ascontiguousarray((members @ dense(weights).T).T, dtype=np.float32)
    return dense(weights @ members.T.tocsr())


def gather(weights: sparse.csr_matrix, vectors: np.ndarray) -> np.ndarray:
    """(n, n_factors) float32 weighted sums of dense rows, touching only the rows that count."""
    used = np.unique(weights.indices)
    return np.asarray(weights[:, used] @ vectors[used], dtype=np.float32)


def passed_on(met: sparse.csr_matrix, ties: sparse.csr_matrix, row: int) -> sparse.csr_matrix:
    """(1, n) CSR: what each of those met passes on to one person, over their tie to them."""
    onward = ties[met.indices][:, [row]].toarray().ravel()
    return sparse.csr_matrix((met.data * onward, met.indices, met.indptr), met.shape)


def dense(matrix: sparse.csr_matrix | np.ndarray) -> np.ndarray:
    """A float32 array of a matrix that is no longer sparse."""
    full = matrix if isinstance(matrix, np.ndarray) else matrix.toarray()
    return np.ascontiguousarray(full, dtype=np.float32)


def strongest(found: list[Evidence], most: int = 5) -> list[Evidence]:
    """The heaviest few pieces of evidence, ties by row."""
    ordered = sorted(found, key=lambda piece: (-piece.amount, piece.row))
    return [piece for piece in ordered[:most] if piece.amount > 0]


def interest_evidence(reader: Readers, columns: np.ndarray, amounts: np.ndarray) -> list[Evidence]:
    """Evidence from papers that the reader read or wrote; `columns` and `amounts` (m,)."""
    written = set(reader.written.indices.tolist())
    pieces = [
        Evidence("written" if int(row) in written else "liked", "paper", int(row), float(amount))
        for row, amount in zip(columns, amounts, strict=True)
    ]
    return strongest(pieces)
