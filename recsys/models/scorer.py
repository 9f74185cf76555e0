"""What every scorer promises: scores for readers, and the evidence behind one score.

A scorer is a frozen dataclass of arrays, so that a bundle can hold and memory-map it. Paper
scorers score papers, author scorers score authors; nothing else tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from scipy import sparse

from recsys.models.added import Added
from recsys.models.readers import Readers, cells_of

FEW_READERS = 4
_NOT_SPARSE = 0.007  # of all weights: a product with dense ones takes less time
_READERS_AT_ONCE = 32  # whose weights stay in the processor's cache

SubjectKind = Literal["paper", "author", "term", "venue", "category", "affiliation", ""]


@dataclass(frozen=True)
class Evidence:
    """Things of one kind that speak for n targets.

    Attributes
    ----------
    kind : str
        What the things are to the reader: "liked", "written", "followed_author", "coauthor", ...
    subject : SubjectKind
        What they are; "" where they are nothing in particular.
    rows : (m,) int
        The things, as rows of their vocabulary; a single -1 where there is none.
    amounts : (n_targets, m) float32
        How much of each target's score goes away when the one thing is taken from the reader and
        all others stay, in the scorer's own unit; negative where it speaks against the target.
    """

    kind: str
    subject: SubjectKind
    rows: np.ndarray
    amounts: np.ndarray


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

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        """Why one reader's scores for the given rows are what they are; may be empty."""
        ...

    def grown(self, added: Added) -> Scorer:
        """The same scorer with rows for new papers and people behind those it has.

        What was there before is scored as before. A new paper has the row that one without
        readers gets in training; what only readers or later papers can say of it is nothing.
        """
        ...


def narrow(matrix: sparse.csr_matrix | np.ndarray, rows: np.ndarray) -> sparse.csr_matrix:
    """The matrix's given rows; the matrix itself, uncopied, where those are all its rows."""
    return matrix if len(rows) == matrix.shape[0] else matrix[rows]


def cells(matrix: sparse.csr_matrix, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """(n_rows, n_columns) float32 array of some rows, and of some columns, each once.

    The same as scipy's `matrix[rows][:, columns].toarray()`, which takes many times as long for the
    few rows that are to be explained.
    """
    place = np.full(matrix.shape[1], -1, dtype=np.int32)
    place[columns] = np.arange(len(columns))
    filled, indptr = cells_of(matrix, rows)
    column = place[matrix.indices[filled]]
    wanted = np.flatnonzero(column >= 0)
    row = np.searchsorted(indptr, wanted, side="right") - 1
    found = np.zeros((len(rows), len(columns)), dtype=np.float32)
    found[row, column[wanted]] = matrix.data[filled[wanted]]
    return found


def packed(matrix: sparse.csr_matrix, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The columns that any of some rows fills, ascending, and (n_rows, n_columns) their cells."""
    filled, indptr = cells_of(matrix, rows)
    columns, column = np.unique(matrix.indices[filled], return_inverse=True)
    found = np.zeros((len(rows), len(columns)), dtype=np.float32)
    found[np.repeat(np.arange(len(rows)), np.diff(indptr)), column] = matrix.data[filled]
    return columns, found


def spread(
    weights: sparse.csr_matrix,
    members: sparse.csr_matrix,
    turned: Callable[[], sparse.csr_matrix] | None = None,
) -> np.ndarray:
    """(n, n_targets) float32 array of weights (n, m) times the transpose of members
    (n_targets, m): without transposing `members` for the few readers of one request, and some
    readers at a time where their weights are no longer sparse. Who keeps the transpose for many
    times many readers gives it as `turned`.
    """
    n, m = weights.shape
    if n > FEW_READERS and weights.nnz < _NOT_SPARSE * n * m:
        return dense(weights @ turned() if turned else reached(weights, members))
    found = np.empty((n, members.shape[0]), dtype=np.float32)
    for start in range(0, n, _READERS_AT_ONCE):
        some = slice(start, start + _READERS_AT_ONCE)
        found[some] = (members @ np.ascontiguousarray(dense(weights[some]).T)).T
    return found


def reached(weights: sparse.csr_matrix, members: sparse.csr_matrix) -> sparse.csr_matrix:
    """The same as `spread`, for whoever wants only the cells that are not 0."""
    if weights.shape[0] <= FEW_READERS:
        return sparse.csr_matrix(spread(weights, members))
    return (weights @ members.T.tocsr()).tocsr()


def gather(weights: sparse.csr_matrix, vectors: np.ndarray) -> np.ndarray:
    """(n, n_factors) float32 weighted sums of dense rows, touching only the rows that count."""
    if not weights.nnz:
        return np.zeros((weights.shape[0], vectors.shape[1]), dtype=np.float32)
    used, column = np.unique(weights.indices, return_inverse=True)
    shape = (weights.shape[0], len(used))
    fewer = sparse.csr_matrix((weights.data, column, weights.indptr), shape=shape)
    return np.asarray(fewer @ vectors[used], dtype=np.float32)


def products(vectors: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """(n, n_targets) float32 inner products of dense rows.

    Readers of whom nothing is known are spared a product as large as the catalogue.
    """
    if not vectors.any():
        return np.zeros((len(vectors), len(targets)), dtype=np.float32)
    return vectors @ targets.T


def dense(matrix: sparse.csr_matrix | np.ndarray) -> np.ndarray:
    """A float32 array of a matrix that is no longer sparse."""
    full = matrix if isinstance(matrix, np.ndarray) else matrix.toarray()
    return np.ascontiguousarray(full, dtype=np.float32)


def speaking(
    kind: str, subject: SubjectKind, rows: np.ndarray, amounts: np.ndarray
) -> list[Evidence]:
    """One piece of evidence without the things that say nothing; none where all are silent."""
    heard = np.flatnonzero(amounts.any(axis=0))
    if not len(heard):
        return []
    return [Evidence(kind, subject, rows[heard], amounts[:, heard].astype(np.float32, copy=False))]


def interest_evidence(reader: Readers, amounts: np.ndarray) -> list[Evidence]:
    """Evidence from what the reader wrote and read; `amounts` (n_targets, m) in the order of
    their interests.
    """
    papers, own = reader.interests().indices, reader.is_own()
    return [
        *speaking("written", "paper", papers[own], amounts[:, own]),
        *speaking("liked", "paper", papers[~own], amounts[:, ~own]),
    ]


def shrunk_cosines(
    scores: np.ndarray, parts: np.ndarray, length: float, along: np.ndarray, sizes: np.ndarray
) -> np.ndarray:
    """(n_targets, m) float32: how much each cosine with a profile falls when one part of the
    profile is taken out, which also changes the profile's length.

    Parameters
    ----------
    scores : (n_targets,)
        Cosines with the whole profile.
    parts : (n_targets, m)
        Inner products of unit targets with each part of the profile.
    length : float
        Of the whole profile.
    along, sizes : (m,)
        Inner product of each part with the whole profile, and with itself.
    """
    left = np.sqrt(np.maximum(length**2 - 2 * along + sizes, 0.0))
    rest = scores[:, None] * length - parts
    # What is left of a profile whose only part is gone is rounding: it says nothing.
    known = left > 1e-4 * length
    after = np.divide(rest, left, out=np.zeros_like(rest), where=known)
    return (scores[:, None] - after).astype(np.float32)
