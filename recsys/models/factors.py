"""Scores from latent factors: what matters is the angle between a reader and a paper.

In: factors that training learned. Out: `FactorScorer`, which solves for each reader's factors
from what they read at the moment of asking, and `FeatureScorer`, which adds up their features.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from recsys.data.append import widened
from recsys.models.added import Added
from recsys.models.placing import OtherSide, PaperFeatures, solved
from recsys.models.readers import Readers, take_rows
from recsys.models.scorer import (
    Evidence,
    gather,
    interest_evidence,
    narrow,
    products,
    speaking,
)

_ROUNDING = 1e-6  # of factors, float32


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
    confidence : float
        Confidence that a paper read with weight 1 is wanted.
    follow_weight, dislike_weight : float
        Relative to it: of a follow, and that a dismissed paper is not wanted.
    other_side : OtherSide
        What new papers are placed with.
    """

    name: str
    paper_factors: np.ndarray
    author_factors: np.ndarray
    precision: np.ndarray
    confidence: float
    follow_weight: float
    dislike_weight: float = 0.0
    other_side: OtherSide = field(default_factory=OtherSide)

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return products(self.reader_factors(readers), narrow(self.paper_factors, rows))

    def reader_factors(self, readers: Readers) -> np.ndarray:
        """(n_readers, n_factors) float32; zeros for a reader without a history."""
        factors = np.zeros((len(readers), self.precision.shape[0]), dtype=np.float32)
        for reader in range(len(readers)):
            items, history = self._history(readers, reader)
            if len(items):
                weights = self.confidence * np.abs(history)
                wanted = items.T @ np.where(history > 0, weights, 0.0)
                factors[reader] = solved(self.precision, items, weights, wanted)
        return factors

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        """What goes with each thing of the history when the factors are solved for without it.

        By eq. 7 a score is the sum of y_i^T W y_j c_j over the history, but W changes with it:
        taking out j is a downdate of rank one (Sherman and Morrison, 1950). What was dismissed
        is no reason for anything, and not told.
        """
        items, history = self._history(reader, 0)
        if not len(items):
            return []
        weights, wanted = self.confidence * np.abs(history), history > 0
        each = solved(self.precision, items, weights, items.T)  # W y_j, a column each
        likeness, fitted = self.paper_factors[rows] @ each, items @ each  # y_i^T W y_j
        extra = weights - 1.0
        kept = (weights - extra * (fitted @ (weights * wanted))) / (1.0 - extra * fitted.diagonal())
        amounts, people = likeness * kept, reader.follows.indices
        return [
            *interest_evidence(reader, amounts[:, : reader.interests().nnz]),
            *speaking("followed_work", "author", people, amounts[:, len(items) - len(people) :]),
        ]

    def grown(self, added: Added) -> FactorScorer:
        """New papers are solved for from their authors and words; nobody follows new people."""
        other_side = self.other_side.grown(added)
        placed = other_side.papers(added, self.confidence, len(self.precision))
        return replace(
            self,
            paper_factors=added.placed(self.paper_factors, placed),
            author_factors=added.people(self.author_factors),
            other_side=other_side,
        )

    def _history(self, readers: Readers, reader: int) -> tuple[np.ndarray, np.ndarray]:
        """Factors (m, n_factors) and weights (m,) of one reader's interests, of what they dismissed
        and of whom they follow, in this order; a weight is negative where p is 0 and not 1.
        """
        sources = (
            (readers.interests(), self.paper_factors, 1.0),
            (readers.dismissed(), self.paper_factors, -self.dislike_weight),
            (readers.follows, self.author_factors, self.follow_weight),
        )
        items, weights = [], []
        for matrix, factors, weight in sources:
            some = slice(matrix.indptr[reader], matrix.indptr[reader + 1])
            items.append(factors[matrix.indices[some]])
            weights.append(matrix.data[some] * np.float32(weight))
        return np.concatenate(items), np.concatenate(weights)


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
    features : PaperFeatures
        What new papers are placed with.
    """

    name: str
    user_factors: np.ndarray
    profile_factors: np.ndarray
    coauthor_factors: np.ndarray
    followed_factors: np.ndarray
    paper_factors: np.ndarray
    paper_bias: np.ndarray
    coauthors: sparse.csr_matrix
    features: PaperFeatures = field(default_factory=PaperFeatures)

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        factors = self.reader_factors(readers)
        known = (np.abs(factors).max(axis=1, initial=0.0) > 0).astype(np.float32)
        scores = products(factors, narrow(self.paper_factors, rows))
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

    def grown(self, added: Added) -> FeatureScorer:
        """New papers are their features alone; new people are none."""
        features, n = self.features.grown(added), added.n_authors
        placed = features.papers(added, self.paper_factors.shape[1])
        return replace(
            self,
            profile_factors=added.people(self.profile_factors),
            coauthor_factors=added.people(self.coauthor_factors),
            followed_factors=added.people(self.followed_factors),
            paper_factors=added.placed(self.paper_factors, placed[:, :-1]),
            paper_bias=added.placed(self.paper_bias, placed[:, -1]),
            coauthors=widened(self.coauthors, n, n),
            features=features,
        )

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        """Follows, whose mean is taken anew without each, and co-authors.

        What the reader's own identity adds is nobody's doing, and not told.
        """
        follows, ties = reader.follows, take_rows(self.coauthors, reader.author_rows)
        followed = self.followed_factors[follows.indices]
        mean, n = followed.mean(axis=0) if len(followed) else 0.0, len(followed)
        without_each = followed - mean if n > 1 else followed
        lost = (
            ("followed_work", follows, without_each / max(n - 1, 1)),
            ("coauthor_work", ties, self.coauthor_factors[ties.indices] * ties.data[:, None]),
        )
        whole, papers = self.reader_factors(reader), self.paper_factors[rows]
        pieces = []
        for kind, matrix, vectors in lost:
            amounts = papers @ vectors.T
            # A reader without any features is a stranger, to whom the biases do not apply.
            last = whole.any() & ~np.any(np.abs(whole - vectors) > _ROUNDING, axis=1)
            amounts[:, last] += self.paper_bias[rows][:, None]
            pieces += speaking(kind, "author", matrix.indices, amounts)
        return pieces
