"""Scores from latent factors: what matters is the angle between a reader and a paper.

In: factors that training learned. Out: `FactorScorer`, which solves for each reader's factors
from what they read at the moment of asking, and `FeatureScorer`, which adds up their features.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.models.readers import Readers, take_rows
from recsys.models.scorer import Evidence, gather, interest_evidence, narrow, strongest


@dataclass(frozen=True)
class FactorScorer:
    """Implicit-feedback factorisation; readers are folded in, never stored.

    Hu, Koren, Volinsky, "Collaborative filtering for implicit feedback datasets" (2008), eq. 4:
    x = (YtY + Yt(C - I)Y + reg I)^-1 Yt C p.

    Attributes
    ----------
    paper_factors : (n_papers, n_factors) float32
    author_factors : (n_authors, n_factors) float32
        Authors as things to follow.
    precision : (n_factors, n_factors) float32
        (YtY + reg I)^-1 over papers and authors.
    confidence, follow_weight : float
        Confidence of a paper read with weight 1, and of a follow relative to it.
    """

    name: str
    paper_factors: np.ndarray
    author_factors: np.ndarray
    precision: np.ndarray
    confidence: float
    follow_weight: float

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return self.reader_factors(readers) @ narrow(self.paper_factors, rows).T

    def reader_factors(self, readers: Readers) -> np.ndarray:
        """(n_readers, n_factors) float32; zeros for a reader without a history."""
        history = self._history(readers)
        factors = np.zeros((len(readers), self.precision.shape[0]), dtype=np.float32)
        for reader in range(len(readers)):
            cells = slice(history.indptr[reader], history.indptr[reader + 1])
            if cells.start < cells.stop:
                weights = self.confidence * history.data[cells]
                factors[reader] = self._solve(self._items(history.indices[cells]), weights)
        return factors

    def evidence(self, reader: Readers, row: int) -> list[Evidence]:
        # Hu et al., eq. 7: the score is a sum over the history, y_i^T W y_j c_j.
        history = self._history(reader)
        if not history.nnz:
            return []
        items = self._items(history.indices)
        weights = self.confidence * history.data
        lifted = self._apply(items, weights, self.paper_factors[row])
        amounts = (items @ lifted) * weights
        is_paper = history.indices < len(self.paper_factors)
        papers = interest_evidence(reader, history.indices[is_paper], amounts[is_paper])
        authors = history.indices[~is_paper] - len(self.paper_factors)
        followed = [
            Evidence("followed_work", "author", int(author), float(amount))
            for author, amount in zip(authors, amounts[~is_paper], strict=True)
        ]
        return strongest(papers + followed)

    def _history(self, readers: Readers) -> sparse.csr_matrix:
        follows = readers.follows * np.float32(self.follow_weight)
        return sparse.hstack([readers.interests(), follows], format="csr")

    def _items(self, columns: np.ndarray) -> np.ndarray:
        n_papers = len(self.paper_factors)
        items = np.empty((len(columns), self.precision.shape[0]), dtype=np.float32)
        is_paper = columns < n_papers
        items[is_paper] = self.paper_factors[columns[is_paper]]
        items[~is_paper] = self.author_factors[columns[~is_paper] - n_papers]
        return items

    def _solve(self, items: np.ndarray, weights: np.ndarray) -> np.ndarray:
        return self._apply(items, weights, items.T @ weights)

    def _apply(self, items: np.ndarray, weights: np.ndarray, vector: np.ndarray) -> np.ndarray:
        """(YtY + reg I + Yt(C - I)Y)^-1 vector, where only the m read items differ from I."""
        extra = (weights - 1.0).astype(np.float32)
        if len(items) >= len(self.precision):
            whole = np.linalg.inv(self.precision) + (items.T * extra) @ items
            return np.linalg.solve(whole, vector)
        # Woodbury identity: an m x m system instead of an n_factors x n_factors one.
        known = items @ self.precision
        inner = np.eye(len(items), dtype=np.float32) + extra[:, None] * (known @ items.T)
        start = self.precision @ vector
        return start - known.T @ np.linalg.solve(inner, extra * (items @ start))


@dataclass(frozen=True)
class FeatureScorer:
    """A hybrid factorisation: people and papers are the sums of their features.

    Kula, "Metadata embeddings for user and item cold-start recommendations" (2015), eq. 1.
    A new user or paper is represented by its features alone.

    Attributes
    ----------
    user_factors : (n_users, n_factors) float32
        What a user's own identity adds; zeros for a user nobody trained on.
    profile_factors, coauthor_factors, followed_factors : (n_authors, n_factors) float32
        What it adds to a reader to own a profile, to write with its owner, and to follow it.
    paper_factors : (n_papers, n_factors) float32
        All features of a paper summed.
    paper_bias : (n_papers,) float32
    coauthors : (n_authors, n_authors) CSR float32
        Unit-sum rows: a profile's co-authors as features.
    """

    name: str
    user_factors: np.ndarray
    profile_factors: np.ndarray
    coauthor_factors: np.ndarray
    followed_factors: np.ndarray
    paper_factors: np.ndarray
    paper_bias: np.ndarray
    coauthors: sparse.csr_matrix

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        factors = self.reader_factors(readers)
        known = (np.abs(factors).max(axis=1, initial=0.0) > 0).astype(np.float32)
        scores = factors @ narrow(self.paper_factors, rows).T
        scores += known[:, None] * self.paper_bias[rows]
        return scores

    def reader_factors(self, readers: Readers) -> np.ndarray:
        """(n_readers, n_factors) float32; zeros for a reader without features."""
        n_follows = np.maximum(np.diff(readers.follows.indptr), 1)[:, None]
        factors = gather(readers.follows, self.followed_factors) / n_follows.astype(np.float32)
        is_user, is_author = readers.user_rows >= 0, readers.author_rows >= 0
        factors[is_user] += self.user_factors[readers.user_rows[is_user]]
        factors[is_author] += self.profile_factors[readers.author_rows[is_author]]
        factors += gather(take_rows(self.coauthors, readers.author_rows), self.coauthor_factors)
        return factors

    def evidence(self, reader: Readers, row: int) -> list[Evidence]:
        paper = self.paper_factors[row]
        ties = take_rows(self.coauthors, reader.author_rows)
        named = (
            ("followed_work", reader.follows / max(reader.follows.nnz, 1), self.followed_factors),
            ("coauthor_work", ties, self.coauthor_factors),
        )
        pieces = [
            Evidence(kind, "author", int(author), float(weight * (factors[author] @ paper)))
            for kind, matrix, factors in named
            for author, weight in zip(matrix.indices, matrix.data, strict=True)
        ]
        return strongest(pieces)
