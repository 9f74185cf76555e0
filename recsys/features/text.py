"""Text of papers -> words -> weighted term vectors.

In: titles and abstracts as people wrote them, LaTeX included. Out: `TextSpace`, which turns
any text into a unit tf-idf row over the vocabulary that training chose.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np
from scipy import sparse

from recsys.data.strings import Vocabulary
from recsys.features.cleaning import comparable, plain

_WORD = re.compile(r"[^\W\d_][^\W_]*(?:-[^\W_]+)*")
_SHORTEST_WORD = 2
TITLE_WEIGHT = 2.0  # a word in the title counts as much as so many in the abstract
STOP_WORDS = frozenset(
    """a about above after again all also although among an and any are as at based be because
    been before being between both but by can could did didn do does doesn doing don due during
    each either et al few for from further furthermore had has have having he her here how
    however i if in into is it its itself just may might more moreover most must no nor not of
    off on once only or other our out over own paper papers propose proposed result results same
    several she should show shows since so some such than that the their them then there
    therefore these they this those through thus to too under until up upon us use used using
    very via was we well were what when where whether which while who whom whose why will with
    within without would you your""".split()
)


def words(text: str) -> list[str]:
    """Comparable words of a text, without markup, addresses and stop words.

    A plural "s" is folded ("networks" -> "network"); a hyphenated word gives its parts, or
    stays whole where a part is a single letter ("t-sne").
    """
    return [*chain.from_iterable(map(words_of_run, runs(text)))]


def runs(text: str) -> list[str]:
    """The runs of letters in a text, from which `words_of_run` makes its words."""
    return _WORD.findall(comparable(plain(text)))


def terms(text: str) -> list[str]:
    """The words of a text and its pairs of neighbouring words ("neural network")."""
    single = words(text)
    return single + [f"{a} {b}" for a, b in pairwise(single)]


@lru_cache(maxsize=1 << 16)  # the same words come again and again
def words_of_run(run: str) -> tuple[str, ...]:
    """The words in one run of letters; none where it says nothing."""
    parts = run.split("-")
    whole = any(len(part) < _SHORTEST_WORD for part in parts)
    found = (_singular(part) for part in ([run] if whole else parts))
    return tuple(w for w in found if len(w) >= _SHORTEST_WORD and w not in STOP_WORDS)


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-3] + "y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word


@dataclass(frozen=True)
class TextSpace:
    """A vocabulary with weights, and the papers of a model in it.

    Attributes
    ----------
    terms : Vocabulary
        Words and word pairs, row = term.
    idf : (n_terms,) float32
        log((1 + n) / (1 + df)) + 1 over the papers.
    papers : (n_papers, n_terms) CSR float32
        Unit rows, (1 + log tf) * idf; an all-zero row is a paper without known words.
    """

    terms: Vocabulary
    idf: np.ndarray
    papers: sparse.csr_matrix

    def vectors(self, texts: Iterable[str]) -> sparse.csr_matrix:
        """(n_texts, n_terms) CSR float32 unit rows; unknown words are passed over."""
        return weigh(self.counts(texts), self.idf)

    def counts_of_papers(
        self, titles: Iterable[str], abstracts: Iterable[str]
    ) -> sparse.csr_matrix:
        """(n_papers, n_terms) CSR float32: how often each term stands in papers, titles heavier."""
        return (TITLE_WEIGHT * self.counts(titles) + self.counts(abstracts)).tocsr()

    def counts(self, texts: Iterable[str]) -> sparse.csr_matrix:
        """(n_texts, n_terms) CSR float32: how often each term stands in each text."""
        counted = [Counter(terms(text)) for text in texts]
        distinct = [*dict.fromkeys(chain.from_iterable(counted))]
        row_of = dict(zip(distinct, self.terms.rows(distinct).tolist(), strict=True))
        data: list[int] = []
        indices: list[int] = []
        indptr = [0]
        for found in counted:
            known = [term for term in found if row_of[term] >= 0]
            data.extend(found[term] for term in known)
            indices.extend(row_of[term] for term in known)
            indptr.append(len(indices))
        shape = (len(indptr) - 1, len(self.terms))
        counts = sparse.csr_matrix((data, indices, indptr), shape=shape, dtype=np.float32)
        counts.sort_indices()
        return counts


def weigh(counts: sparse.csr_matrix, idf: np.ndarray) -> sparse.csr_matrix:
    """Unit tf-idf rows from term counts; see `TextSpace.papers`."""
    weighted = counts.astype(np.float32, copy=True)
    weighted.data = (1.0 + np.log(weighted.data)) * idf[weighted.indices]
    return unit_rows(weighted)


def heaviest_terms(papers: sparse.csr_matrix, most: int) -> sparse.csr_matrix:
    """Each row's `most` heaviest entries, the rest dropped."""
    lengths = np.diff(papers.indptr)
    kept = np.ones(papers.nnz, dtype=bool)
    for row in np.flatnonzero(lengths > most):
        cells = slice(papers.indptr[row], papers.indptr[row + 1])
        kept[cells.start + np.argpartition(-papers.data[cells], most)[most:]] = False
    indptr = np.concatenate([[0], np.cumsum(np.minimum(lengths, most))])
    return sparse.csr_matrix((papers.data[kept], papers.indices[kept], indptr), papers.shape)


def unit_rows(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """The matrix with every row at Euclidean length 1; empty rows stay empty."""
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return sparse.csr_matrix(sparse.diags(scale.astype(np.float32)) @ matrix, dtype=np.float32)
