"""Where a paper that nobody has read belongs in a factorisation.

In: what training learned of authors, words and other features. Out: factors of new papers, from
those alone, by the same equations that training solves.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from scipy import sparse

from recsys.features.text import heaviest_terms
from recsys.models.added import Added
from recsys.models.scorer import gather


def _nothing(kind: type) -> np.ndarray:
    return np.zeros((0, 0), dtype=kind)


@dataclass(frozen=True)
class OtherSide:
    """The other side of a factorisation, from which a paper without readers gets its factors.

    Half precision is enough for it: papers are placed with it, and nothing is scored.

    Attributes
    ----------
    author_factors : (n_authors, n_factors) float16
    term_factors : (n_terms, n_factors) float16
    precision : (n_factors, n_factors) float32
        (XtX + reg I)^-1 over readers, authors and terms.
    author_weight, term_weight : float
        What it counts that somebody wrote a paper, and that it holds a term of weight 1.
    terms_per_paper : int
        So many of its heaviest terms count.
    """

    author_factors: np.ndarray = field(default_factory=lambda: _nothing(np.float16))
    term_factors: np.ndarray = field(default_factory=lambda: _nothing(np.float16))
    precision: np.ndarray = field(default_factory=lambda: _nothing(np.float32))
    author_weight: float = 0.0
    term_weight: float = 0.0
    terms_per_paper: int = 0

    def papers(self, added: Added, confidence: float, n_factors: int) -> np.ndarray:
        """(n, n_factors) float32 of the new papers; zeros where nothing is known of one."""
        factors = np.zeros((len(added.former), n_factors), dtype=np.float32)
        if not len(self.precision):
            return factors
        words = heaviest_terms(added.texts, self.terms_per_paper)
        parts = [added.writers * self.author_weight, words * self.term_weight]
        joint = sparse.hstack(parts, format="csr")
        joint.sort_indices()
        for paper, ends in enumerate(pairwise(joint.indptr.tolist())):
            columns, weights = joint.indices[slice(*ends)], confidence * joint.data[slice(*ends)]
            n_authors = np.searchsorted(columns, added.n_authors)
            authors, terms = columns[:n_authors], columns[n_authors:] - added.n_authors
            items = np.concatenate([self.author_factors[authors], self.term_factors[terms]])
            if len(items):
                items = items.astype(np.float32)
                factors[paper] = solved(self.precision, items, weights, items.T @ weights)
        return factors

    def grown(self, added: Added) -> OtherSide:
        """Of the new people nothing is known."""
        return replace(self, author_factors=added.people(self.author_factors))


@dataclass(frozen=True)
class PaperFeatures:
    """What each feature of a paper adds to its factors and, in the last column, to its bias.

    Attributes
    ----------
    authors : (n_authors, n_factors + 1) float32
        The mean over a paper's authors is added.
    categories : (n_categories, n_factors + 1) float32
        Likewise.
    topics : (n_topics, n_factors + 1) float32
        For each of the leading topics, times where the paper is.
    """

    authors: np.ndarray = field(default_factory=lambda: _nothing(np.float32))
    categories: np.ndarray = field(default_factory=lambda: _nothing(np.float32))
    topics: np.ndarray = field(default_factory=lambda: _nothing(np.float32))

    def papers(self, added: Added, n_factors: int) -> np.ndarray:
        """(n, n_factors + 1) float32 of the new papers; zeros where nothing was learned."""
        if not self.topics.size:
            return np.zeros((len(added.former), n_factors + 1), dtype=np.float32)
        known = added.categories[:, : len(self.categories)]
        placed = _means(added.writers, self.authors) + _means(known, self.categories)
        return placed + added.topics[:, : len(self.topics)] @ self.topics

    def grown(self, added: Added) -> PaperFeatures:
        """New people add nothing."""
        return replace(self, authors=added.people(self.authors))


def solved(
    precision: np.ndarray, items: np.ndarray, weights: np.ndarray, vectors: np.ndarray
) -> np.ndarray:
    """(YtY + reg I + Yt(C - I)Y)^-1 vectors, where only the m read items differ from I.

    Parameters
    ----------
    precision : (n_factors, n_factors)
        (YtY + reg I)^-1.
    items, weights : (m, n_factors), (m,)
        Rows of Y, and the diagonal of C for them.
    """
    extra = (weights - 1.0).astype(np.float32)
    if len(items) >= len(precision):
        whole = np.linalg.inv(precision) + (items.T * extra) @ items
        return np.linalg.solve(whole, vectors)
    # Woodbury identity: an m x m system instead of an n_factors x n_factors one.
    known = items @ precision
    inner = np.eye(len(items), dtype=np.float32) + extra[:, None] * (known @ items.T)
    start = precision @ vectors
    weighed = (extra * (items @ start).T).T
    return start - known.T @ np.linalg.solve(inner, weighed)


def _means(members: sparse.csr_matrix, vectors: np.ndarray) -> np.ndarray:
    sizes = np.maximum(np.diff(members.indptr), 1).astype(np.float32)
    return gather(members, vectors) / sizes[:, None]
