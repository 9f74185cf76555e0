"""Scores by walking the graph of who writes with whom.

In: a transition matrix. Out: `WalkScorer`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from recsys.data.append import widened
from recsys.models.added import Added
from recsys.models.readers import Readers, one_hot, take_rows
from recsys.models.scorer import Evidence, cells, packed, speaking, spread

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
        start, kept = self._start(readers), np.float32(1.0 - self.restart)
        near = start
        for _ in range(self.steps - 1):
            near = (start + (near @ self.ties) * kept).tocsr()
        visits = spread(near * kept, self._back)
        return visits if len(rows) == visits.shape[1] else visits[:, rows]

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        """The walks that begin over each co-author, and those from each followed person."""
        first, follows = take_rows(self.ties, reader.author_rows), reader.follows
        onward = take_rows(self.ties, follows.indices)
        onward.data *= np.repeat(follows.data, np.diff(onward.indptr)) * self.follow_weight
        begun = sparse.csr_matrix(
            (
                np.concatenate([first.data, onward.data]) * np.float32(1.0 - self.restart),
                np.concatenate([first.indices, onward.indices]),
                np.concatenate([np.arange(first.nnz), first.nnz + onward.indptr]),
            ),
            shape=(first.nnz + follows.nnz, self.ties.shape[1]),
        )
        visits = self._visits(begun, rows).T
        return [
            *self._told(_OVER_COAUTHORS, first.indices, rows, visits[:, : first.nnz]),
            *self._told(_OVER_FOLLOWED, follows.indices, rows, visits[:, first.nnz :]),
        ]

    def grown(self, added: Added) -> WalkScorer:
        """No walk comes by the new people: who writes with whom is learned in training."""
        return replace(self, ties=widened(self.ties, added.n_authors, added.n_authors))

    def _visits(self, near: sparse.csr_matrix, rows: np.ndarray) -> np.ndarray:
        """(m, n_rows) float32 how often walks that have taken their first step, (m, n_authors) CSR,
        come by the given people, then and later.

        They take one step more, and all others are taken backwards from these few people, so that
        both meet half-way.
        """
        kept, walks = np.float32(1.0 - self.restart), np.arange(near.shape[0])
        visits = cells(near, walks, rows)
        half_way, weights = packed((near @ self.ties).tocsr(), walks)
        targets = np.arange(len(rows))
        ones = (np.ones(len(rows), dtype=np.float32), rows, np.arange(len(rows) + 1))
        leading = sparse.csr_matrix(ones, shape=(len(rows), near.shape[1]))
        for step in range(1, self.steps):
            leading = leading if step == 1 else leading @ self._back
            visits += weights @ cells(leading, targets, half_way).T * kept**step
        return visits

    @cached_property
    def _back(self) -> sparse.csr_matrix:
        """(n_authors, n_authors) CSR: from a person to those whose walk may come by."""
        return self.ties.T.tocsr()

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
        own = one_hot(readers.author_rows, self.ties.shape[0])
        return (own + readers.follows * np.float32(self.follow_weight)).tocsr()
