"""Circles: which people stand near a reader, and the papers and people that follow from it.

In: follows, co-authorship and reading as sparse matrices. Out: `Circle`, a weighting of
authors for each reader, and the scorers that turn it into scores for papers and for authors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import sparse

from recsys.models.readers import Readers, one_hot
from recsys.models.scorer import Evidence, dense, narrow, passed_on, spread, strongest


@dataclass(frozen=True)
class Circle:
    """The people near a reader: the followed, the co-authors, or theirs in turn.

    Attributes
    ----------
    kind : str
        What these people are to the reader, as evidence names it.
    start : "profile" or "follows"
        Where the walk begins: at the reader's own profile or at whom they follow.
    ties : tuple of (n_authors, n_authors) CSR float32
        One matrix a step, from a person to the people near them; none is the start itself.
    """

    kind: str
    start: Literal["profile", "follows"]
    ties: tuple[sparse.csr_matrix, ...]

    def weights(self, readers: Readers) -> sparse.csr_matrix:
        """(n_readers, n_authors) CSR float32; never the reader's own profile.

        A second step leaves out those whom the first one reached: A -> B -> A says nothing
        about A, and B is a circle of its own.
        """
        reached = self._origin(readers)
        for ties in self.ties:
            reached = without((reached @ ties).tocsr(), reached)
        return without(reached, _profiles(readers))

    def _origin(self, readers: Readers) -> sparse.csr_matrix:
        if self.start == "follows":
            return readers.follows
        return _profiles(readers)


@dataclass(frozen=True)
class CirclePaperScorer:
    """How much of a paper comes from the reader's circle.

    Attributes
    ----------
    members : (n_papers, n_authors) CSR float32
        What each author is to each paper: 1 for a sum over its authors, 1/team for the share
        of the team, or the weight with which that person read it.
    """

    name: str
    circle: Circle
    members: sparse.csr_matrix

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return spread(self.circle.weights(readers), narrow(self.members, rows))

    def evidence(self, reader: Readers, row: int) -> list[Evidence]:
        people = self.circle.weights(reader).multiply(self.members[row]).tocsr()
        pieces = zip(people.indices, people.data, strict=True)
        kind = self.circle.kind
        return strongest([Evidence(kind, "author", int(a), float(v)) for a, v in pieces])


@dataclass(frozen=True)
class CircleScorer:
    """The people of a circle themselves, as possible collaborators.

    Attributes
    ----------
    between : bool
        Whether the evidence is the person met on the way (a shared co-author) or the one reached.
    """

    name: str
    circle: Circle
    between: bool

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        reached = self.circle.weights(readers)
        return dense(reached if len(rows) == reached.shape[1] else reached[:, rows])

    def evidence(self, reader: Readers, row: int) -> list[Evidence]:
        amount = float(self.circle.weights(reader)[0, row])
        if amount <= 0:  # not in the circle, though there may be a way
            return []
        if not self.between:
            return strongest([Evidence(self.circle.kind, "author", row, amount)])
        *before, last = self.circle.ties
        nearer = Circle(self.circle.kind, self.circle.start, tuple(before))
        met = passed_on(nearer.weights(reader), last, row)
        pieces = zip(met.indices, met.data, strict=True)
        kind = self.circle.kind
        return strongest([Evidence(kind, "author", int(a), float(v)) for a, v in pieces])


def without(matrix: sparse.csr_matrix, dropped: sparse.csr_matrix) -> sparse.csr_matrix:
    """The matrix with every cell that `dropped` fills set to nothing."""
    mask = dropped.copy()
    mask.data = np.ones_like(mask.data)
    kept = (matrix - matrix.multiply(mask)).tocsr()
    kept.eliminate_zeros()
    return kept


def _profiles(readers: Readers) -> sparse.csr_matrix:
    return one_hot(readers.author_rows, readers.follows.shape[1])
