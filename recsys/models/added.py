"""New papers and people, as the scorers of a trained model meet them.

In: what is known of a paper that training did not see: its text, its team, where it was filed.
Out: `Added`, from which every scorer makes the rows that it puts behind its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import sparse

from recsys.data.append import appended, stacked
from recsys.models.readers import take_rows


@dataclass(frozen=True)
class Added:
    """n papers and m people who were added behind those that a model was trained on.

    Attributes
    ----------
    targets : "papers" or "authors"
        What the scorer at hand scores.
    n_papers, n_authors : int
        How many there are now.
    ages_days : (n,) float32
        NaN where unknown; 0 for what is newer than the model's data.
    counts : (n, n_terms) CSR float32
        How often each term stands in the abstract, and twice that in the title.
    texts : (n, n_terms) CSR float32
        Unit tf-idf rows.
    known_texts : (n_papers - n, n_terms) CSR float32
        Those of the papers before.
    topics : (n, n_topics) float32
        Where the words point in the model's first dense space.
    writers : (n, n_authors) CSR float32
        1 for each author.
    venue_rows : (n,) int32
        -1 where unknown.
    n_venues : int
    categories : (n, n_categories) CSR float32
    affiliations : (m, n_affiliations) CSR float32
    former : (n,) int
        The row of a changed paper as it was, if it had readers, who are not forgotten; else -1.
    """

    targets: Literal["papers", "authors"]
    n_papers: int
    n_authors: int
    ages_days: np.ndarray
    counts: sparse.csr_matrix
    texts: sparse.csr_matrix
    known_texts: sparse.csr_matrix
    topics: np.ndarray
    writers: sparse.csr_matrix
    venue_rows: np.ndarray
    n_venues: int
    categories: sparse.csr_matrix
    affiliations: sparse.csr_matrix
    former: np.ndarray

    @property
    def written(self) -> sparse.csr_matrix:
        """(m, n) CSR: what the new people wrote of the new papers."""
        m = self.affiliations.shape[0]
        return self.writers[:, self.n_authors - m :].T.tocsr()

    def placed(self, known: np.ndarray, fresh: np.ndarray) -> np.ndarray:
        """The known papers' rows with fresh ones behind; a paper with readers keeps its own."""
        rows = np.array(fresh, dtype=known.dtype)
        rows[self.former >= 0] = known[self.former[self.former >= 0]]
        return appended(known, rows)

    def kept(self, known: sparse.csr_matrix, n_columns: int) -> sparse.csr_matrix:
        """What readers say of papers, with nothing behind, but for those that had readers."""
        former = take_rows(known, self.former)
        wide = (former.data, former.indices, former.indptr)
        return stacked(known, sparse.csr_matrix(wide, shape=(len(self.former), n_columns)))

    def people(self, known: np.ndarray, fill: float = 0.0) -> np.ndarray:
        """The known people's rows with one value behind them for all who are new."""
        more = (self.n_authors - len(known), *known.shape[1:])
        return appended(known, np.full(more, fill, dtype=known.dtype))
