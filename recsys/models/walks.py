"""Scores by walking the graph of who writes with whom.

In: a transition matrix. Out: `WalkScorer`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from recsys.data.append import widened
from recsys.models.added import Added
from recsys.models.readers import Readers, one_hot
from recsys.models.scorer import Evidence, cells, speaking

_OVER_COAUTHORS = ("coauthor", "shared_coauthor", "coauthor_of_coauthor")
_OVER_FOLLOWED = ("followed", "followed_coauthor", "followed_circle")


@dataclass(frozen=True)
class WalkScorer:
    """Random walk with restart from the reader's profile and the people they follow.

    Tong, Faloutsos, Pan, "Fast random walk with restart and its applications" (2006), cut off
    after a few steps.

    Attributes
    ----------
    ties : (n_authors, n_authors) CSR float32
        Rows sum to 1.
    restart : float
        Probability of starting over at each step.
    follow_weight : float
        How much starting at a followed person counts, against 1 for the reader's own profile.
    """

    name: str
    ties: sparse.csr_matrix
    restart: float
    steps: int
    follow_weight: float

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        near, kept = self._start(readers), np.float32(1.0 - self.restart)
        visits = np.zeros(near.shape, dtype=np.float32)
        for _ in range(self.steps - 1):
            near = (near @ self.ties).tocsr() * kept
            visits += near.toarray()
        # The last step comes by so many people that a sparse product takes longer than a dense.
        visits += (self.ties.T @ near.toarray().T).T * kept
        return visits if len(rows) == visits.shape[1] else visits[:, rows]

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        """The walks that begin over each co-author, and those from each followed person."""
        own, followed = self._starts(reader)
        kept = np.float32(1.0 - self.restart)
        first = (own @ self.ties).tocsr() * kept
        begun = [_each(first), (_each(followed) @ self.ties).tocsr() * kept]
        visits = self._visits(sparse.vstack(begun, format="csr"), rows).T
        return [
            *self._told(_OVER_COAUTHORS, first.indices, rows, visits[:, : first.nnz]),
            *self._told(_OVER_FOLLOWED, followed.indices, rows, visits[:, first.nnz :]),
        ]

    def grown(self, added: Added) -> WalkScorer:
        """No walk comes by the new people: who writes with whom is learned in training."""
        return replace(self, ties=widened(self.ties, added.n_authors, added.n_authors))

    def _visits(self, near: sparse.csr_matrix, rows: np.ndarray) -> np.ndarray:
        """(m, n_rows) float32 how often walks that have taken their first step, (m, n_authors) CSR,
        come by the given people, then and later.

        Of the last step only what leads to these people is looked at.
        """
        kept = np.float32(1.0 - self.restart)
        walks = np.arange(near.shape[0])
        visits = np.zeros((len(walks), len(rows)), dtype=np.float32)
        for _ in range(self.steps - 2):
            visits += cells(near, walks, rows)
            near = (near @ self.ties).tocsr() * kept
        visits += cells(near, walks, rows)
        if self.steps > 1:
            visits += (near @ self.ties[:, rows]).toarray() * kept
        return visits

    def _told(
        self, kinds: tuple[str, str, str], people: np.ndarray, rows: np.ndarray, amounts: np.ndarray
    ) -> list[Evidence]:
        """Apart: whom one meets is who is recommended, writes with them, or is only near."""
        same = people == rows[:, None]
        together = cells(self.ties, people, rows).T > 0
        cases = (same, together & ~same, ~together & ~same)
        return [
            piece
            for kind, case in zip(kinds, cases, strict=True)
            for piece in speaking(kind, "author", people, np.where(case, amounts, 0.0))
        ]

    def _start(self, readers: Readers) -> sparse.csr_matrix:
        own, followed = self._starts(readers)
        return (own + followed).tocsr()

    def _starts(self, readers: Readers) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        own = one_hot(readers.author_rows, self.ties.shape[0])
        return own, readers.follows * np.float32(self.follow_weight)


def _each(person: sparse.csr_matrix) -> sparse.csr_matrix:
    """(m, n) CSR of the m filled cells of one row, each in a row of its own."""
    rows = np.arange(person.nnz)
    shape = (person.nnz, person.shape[1])
    return sparse.csr_matrix((person.data, (rows, person.indices)), shape=shape)
