"""Scores by walking the graph of who writes with whom.

In: transition matrices. Out: `WalkScorer`, and `SharedGroupScorer` for common ground that is
not a person (a venue, an affiliation).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.models.readers import Readers, one_hot, take_rows
from recsys.models.scorer import Evidence, SubjectKind, dense, narrow, passed_on, spread, strongest


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
        start = dense(self._start(readers)).T
        reached, visits = start, np.zeros_like(start)
        for _ in range(self.steps):
            reached = (1.0 - self.restart) * (self.ties.T @ reached)
            visits += reached
        return np.ascontiguousarray(visits[rows].T, dtype=np.float32)

    def evidence(self, reader: Readers, row: int) -> list[Evidence]:
        """Co-authors in common with the author `row`, and followed people who write with them."""
        own, followed = self._starts(reader)
        kept = np.float32(1.0 - self.restart)
        ways = (
            ("shared_coauthor", passed_on((own @ self.ties).tocsr(), self.ties, row) * kept**2),
            ("followed_coauthor", passed_on(followed.tocsr(), self.ties, row) * kept),
        )
        return strongest(
            [
                Evidence(kind, "author", int(author), float(amount))
                for kind, met in ways
                for author, amount in zip(met.tocsr().indices, met.tocsr().data, strict=True)
            ]
        )

    def _start(self, readers: Readers) -> sparse.csr_matrix:
        own, followed = self._starts(readers)
        return (own + followed).tocsr()

    def _starts(self, readers: Readers) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
        own = one_hot(readers.author_rows, self.ties.shape[0])
        return own, readers.follows * np.float32(self.follow_weight)


@dataclass(frozen=True)
class SharedGroupScorer:
    """How much common ground two people have: venues, affiliations.

    Attributes
    ----------
    groups : (n_authors, n_groups) CSR float32
        Unit rows; rare groups weigh more.
    subject : SubjectKind
        What a group is.
    """

    name: str
    groups: sparse.csr_matrix
    subject: SubjectKind

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        own = take_rows(self.groups, readers.author_rows)
        return spread(own, narrow(self.groups, rows))

    def evidence(self, reader: Readers, row: int) -> list[Evidence]:
        shared = take_rows(self.groups, reader.author_rows).multiply(self.groups[row]).tocsr()
        pieces = zip(shared.indices, shared.data, strict=True)
        return strongest([Evidence(self.name, self.subject, int(g), float(v)) for g, v in pieces])
