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
from recsys.models.scorer import Evidence, dense, speaking

_OVER_COAUTHORS = ("coauthor", "shared_coauthor", "coauthor_of_coauthor")
_OVER_FOLLOWED = ("followed", "followed_coauthor", "followed_circle")

_STEPS_TO_FEW = 2  # so many steps reach so few people that sparse matrices are faster


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
        near, kept = self._start(readers).T.tocsr(), np.float32(1.0 - self.restart)
        visits = np.zeros(near.shape, dtype=np.float32)
        for _ in range(min(self.steps, _STEPS_TO_FEW)):
            near = (self.ties.T @ near).tocsr() * kept
            visits += near.toarray()
        reached = dense(near)
        for _ in range(self.steps - _STEPS_TO_FEW):
            reached = (self.ties.T @ reached) * kept
            visits += reached
        return np.ascontiguousarray(visits[rows].T, dtype=np.float32)

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        """The walks that begin over each co-author, and those from each followed person."""
        own, followed = self._starts(reader)
        first = (own @ self.ties).tocsr() * np.float32(1.0 - self.restart)
        *_, shorter, whole = self._visits_to(rows)
        arrived = one_hot(rows, self.ties.shape[0]).T.tocsr()
        over = (arrived + shorter)[first.indices].toarray().T * first.data
        from_followed = whole[followed.indices].toarray().T * followed.data
        return [
            *self._told(_OVER_COAUTHORS, first.indices, rows, over),
            *self._told(_OVER_FOLLOWED, followed.indices, rows, from_followed),
        ]

    def grown(self, added: Added) -> WalkScorer:
        """No walk comes by the new people: who writes with whom is learned in training."""
        return replace(self, ties=widened(self.ties, added.n_authors, added.n_authors))

    def _visits_to(self, rows: np.ndarray) -> list[sparse.csr_matrix]:
        """How often a walk of 0, 1, ... steps from anyone comes by the given people, each
        (n_authors, n_rows) CSR; no step visits nobody.
        """
        reached = one_hot(rows, self.ties.shape[0]).T.tocsr()
        visits = [sparse.csr_matrix(reached.shape, dtype=np.float32)]
        for _ in range(self.steps):
            reached = (self.ties @ reached).tocsr() * np.float32(1.0 - self.restart)
            visits.append((visits[-1] + reached).tocsr())
        return visits

    def _told(
        self, kinds: tuple[str, str, str], people: np.ndarray, rows: np.ndarray, amounts: np.ndarray
    ) -> list[Evidence]:
        """Apart: whom one meets is who is recommended, writes with them, or is only near."""
        same = people == rows[:, None]
        together = self.ties[people][:, rows].toarray().T > 0
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
