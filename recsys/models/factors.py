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
from recsys.models.circles import without
from recsys.models.placing import OtherSide, PaperFeatures, solved
from recsys.models.readers import Readers, take_rows
from recsys.models.scorer import Evidence, gather, interest_evidence, narrow, speaking

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
        return self.reader_factors(readers) @ narrow(self.paper_factors, rows).T

    def reader_factors(self, readers: Readers) -> np.ndarray:
        """(n_readers, n_factors) float32; zeros for a reader without a history."""
        history = self._history(readers)
        factors = np.zeros((len(readers), self.precision.shape[0]), dtype=np.float32)
        for reader in range(len(readers)):
            cells = slice(history.indptr[reader], history.indptr[reader + 1])
            if cells.start < cells.stop:
                items = self._items(history.indices[cells])
                factors[reader] = self._solve(items, history.data[cells])
        return factors

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        """What goes with each thing of the history when the factors are solved for without it.

        By eq. 7 a score is the sum of y_i^T W y_j c_j over the history, but W changes with it:
        taking out j is a downdate of rank one (Sherman and Morrison, 1950). What was dismissed
        is no reason for anything, and not told.
        """
        history = self._history(reader)
        if not history.nnz:
            return []
        items, weights = self._items(history.indices), self.confidence * np.abs(history.data)
        wanted = history.data > 0
        solved = self._apply(items, weights, items.T)  # W y_j, a column each
        likeness = self.paper_factors[rows] @ solved  # y_i^T W y_j
        extra, own = weights - 1.0, np.einsum("mf,fm->m", items, solved)
        fitted = (items @ solved) @ (weights * wanted)
        amounts = likeness * ((weights - extra * fitted) / (1.0 - extra * own))
        is_paper = history.indices < len(self.paper_factors)
        authors = history.indices[~is_paper] - len(self.paper_factors)
        return [
            *interest_evidence(reader, amounts[:, is_paper & wanted]),
            *speaking("followed_work", "author", authors, amounts[:, ~is_paper]),
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

    def _history(self, readers: Readers) -> sparse.csr_matrix:
        """(n_readers, n_papers + n_authors) weights; negative where p is 0 and not 1."""
        interests, follows = readers.interests(), readers.follows * np.float32(self.follow_weight)
        dismissed = without(readers.disliked, interests) * np.float32(self.dislike_weight)
        return sparse.hstack([interests - dismissed, follows], format="csr")

    def _items(self, columns: np.ndarray) -> np.ndarray:
        n_papers = len(self.paper_factors)
        items = np.empty((len(columns), self.precision.shape[0]), dtype=np.float32)
        is_paper = columns < n_papers
        items[is_paper] = self.paper_factors[columns[is_paper]]
        items[~is_paper] = self.author_factors[columns[~is_paper] - n_papers]
        return items

    def _solve(self, items: np.ndarray, history: np.ndarray) -> np.ndarray:
        weights = self.confidence * np.abs(history)
        return self._apply(items, weights, items.T @ np.where(history > 0, weights, 0.0))

    def _apply(self, items: np.ndarray, weights: np.ndarray, vectors: np.ndarray) -> np.ndarray:
        return solved(self.precision, items, weights, vectors)


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
