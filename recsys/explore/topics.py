"""What papers are about, in words: what they are filed under, then what their texts tell.

In: a model. Out: `Topics`, rows for both: those of the categories, and behind them those of the
terms. Where a term is called as a category is, the category is meant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.data.strings import Strings, Vocabulary
from recsys.explore.nearness import Near, nearest, nearness
from recsys.models.model import Model
from recsys.models.text_profile import TextProfileScorer

_LEAST_FILED = 0.1  # beside the category of most papers
_LOOKED_AT = 4  # for each that is told, since some say what another one says


@dataclass(frozen=True)
class Topics:
    """The topics of one model.

    Attributes
    ----------
    filed : (n_papers, n_categories) CSR float32
    told : (n_papers, n_terms) CSR float32
        Unit tf-idf rows.
    says : (n_terms,) float32
        How much a term says of what a paper is about: 0 where it is in many papers, and a pair of
        words twice as much as one.
    """

    categories: Vocabulary
    terms: Vocabulary
    filed: sparse.csr_matrix
    told: sparse.csr_matrix
    says: np.ndarray

    def row(self, id_: str) -> int:
        """The row of a topic, or -1 where it is unknown."""
        category, term = self.categories.row(id_), self.terms.row(id_)
        return category if category >= 0 or term < 0 else len(self.categories) + term

    def __getitem__(self, row: int) -> str:
        n = len(self.categories)
        return self.categories[row] if row < n else self.terms[row - n]

    def works(self, row: int) -> np.ndarray:
        """(n_papers,) float32 how much each paper is about a topic."""
        n = len(self.categories)
        return column(self.filed, row) if row < n else column(self.told, row - n)

    def between(self, paper_rows: np.ndarray, rows: np.ndarray) -> sparse.csr_matrix:
        """(n_papers, n_rows) CSR float32 how much some papers are about some topics."""
        both = sparse.hstack([self.filed[paper_rows], self.told[paper_rows]], format="csr")
        return both[:, rows]

    def of(self, works: np.ndarray, n: int, beside: int = -1) -> Near:
        """What (n_papers,) weighed papers are about, n topics at most: first what they are
        mostly filed under. None of them says what another one says, or `beside`.
        """
        own = np.flatnonzero(works)
        filed = works[own] @ self.filed[own]
        filed[filed < _LEAST_FILED * filed.max(initial=0.0)] = 0.0
        told = (works[own] @ self.told[own]) * self.says
        tied = np.concatenate([filed, np.zeros_like(told)])
        alike = np.concatenate([np.zeros_like(filed), told])
        found = nearest(nearness(tied, alike), _LOOKED_AT * n)
        said = [_words(self[beside])] if beside >= 0 else []
        kept: list[int] = []
        for place, row in enumerate(found.rows.tolist()):
            words = _words(self[row])
            if len(kept) < n and not any(words <= other or other <= words for other in said):
                kept.append(place)
                said.append(words)
        return Near(found.rows[kept], found.weights[kept])


def topics_of(model: Model) -> Topics:
    """The topics of a model."""
    papers, terms = model.dataset.papers, model.text.terms
    texts = [one for one in model.paper_scorers if isinstance(one, TextProfileScorer)]
    telling = texts[0].telling if texts else np.ones(len(terms), dtype=bool)
    says = np.where(telling, _n_words(terms.ids), 0).astype(np.float32)
    return Topics(papers.category_names, terms, papers.categories, model.text.papers, says)


def _words(topic: str) -> set[str]:
    return set(topic.casefold().split())


def _n_words(terms: Strings) -> np.ndarray:
    spaces = np.concatenate([[0], np.cumsum(terms.text == ord(" "))])
    return 1 + np.diff(spaces[terms.offsets])


def column(matrix: sparse.csr_matrix, number: int) -> np.ndarray:
    """(n,) float32 one column of a CSR matrix, without a copy of it by columns."""
    cells = np.flatnonzero(matrix.indices == number)
    values = np.zeros(matrix.shape[0], dtype=np.float32)
    values[np.searchsorted(matrix.indptr, cells, side="right") - 1] = matrix.data[cells]
    return values
