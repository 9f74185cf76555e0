"""Texts -> the terms that say something, and how often each stands in each paper.

In: titles and abstracts. Out: `TermCounts` over words and pairs of neighbouring words. Pairs are
counted as numbers made of two numbers: there are millions of them, and few are kept.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from dataclasses import dataclass
from itertools import chain

import numpy as np
from scipy import sparse

from recsys.data.dataset import Papers, incidence
from recsys.features.text import TITLE_WEIGHT, runs, words_of_run

_FEW_PAPERS = 20  # so few may all share a word that still says something


@dataclass(frozen=True)
class TermCounts:
    """Terms in alphabetical order, and where they stand.

    Attributes
    ----------
    names : (n_terms,) object, str
        A word, or two with a space between.
    is_pair : (n_terms,) bool
    counts : (n_papers, n_terms) CSR float32
        How often the term stands in the abstract, and twice that in the title.
    """

    names: np.ndarray
    is_pair: np.ndarray
    counts: sparse.csr_matrix


def count_terms(
    papers: Papers, *, fewest_papers: int, fewest_papers_of_a_pair: int, most_terms: int
) -> TermCounts:
    """Count the words and pairs of words that are worth it.

    Terms of too few papers, or of more than a fifth of all, say nothing about likeness. Words
    go before pairs of words where there are more terms than wanted.
    """
    vocabulary, said, places = _numbered(papers)
    n, n_words = len(papers), len(vocabulary)
    neighbours = places[:-1] == places[1:]
    pairs = (said[:-1].astype(np.int64) * n_words + said[1:])[neighbours]
    word_codes, word_counts = _counted(said, places, n, fewest_papers)
    pair_codes, pair_counts = _counted(pairs, places[:-1][neighbours], n, fewest_papers_of_a_pair)
    counts = sparse.hstack([word_counts, pair_counts], format="csr")
    left, right = np.divmod(pair_codes, max(n_words, 1))
    names = vocabulary[word_codes].tolist()
    names += [f"{a} {b}" for a, b in zip(vocabulary[left], vocabulary[right], strict=True)]
    is_pair = np.arange(len(names)) >= len(word_codes)
    return _chosen(np.array(names, dtype=object), is_pair, counts, most_terms)


def _numbered(papers: Papers) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All words in the order in which they are said: vocabulary, row of each word, its text.

    Texts are numbered from 0, all titles before all abstracts.
    """
    rows, said, lengths = _RowsOfRuns(), array("i"), []
    for text in chain(papers.titles, papers.abstracts):
        before = len(said)
        said.extend(chain.from_iterable(map(rows.__getitem__, runs(text))))
        lengths.append(len(said) - before)
    places = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    vocabulary = np.array(list(rows.of_words), dtype=object)
    return vocabulary, np.frombuffer(said, dtype=np.int32), places


class _RowsOfRuns(dict[str, tuple[int, ...]]):
    """Run of letters -> rows of its words, which are numbered as they are first said."""

    def __init__(self) -> None:
        super().__init__()
        self.of_words: defaultdict[str, int] = defaultdict()
        self.of_words.default_factory = self.of_words.__len__

    def __missing__(self, run: str) -> tuple[int, ...]:
        self[run] = tuple(self.of_words[word] for word in words_of_run(run))
        return self[run]


def _counted(
    codes: np.ndarray, places: np.ndarray, n_papers: int, fewest: int
) -> tuple[np.ndarray, sparse.csr_matrix]:
    """Ascending codes that stand in enough papers, and (n_papers, n_codes) counts of them."""
    found, columns, times = np.unique(codes, return_inverse=True, return_counts=True)
    # What is said less often than that cannot stand in as many papers.
    often = times >= fewest
    kept = often[columns]
    columns, places = (np.cumsum(often) - 1)[columns[kept]], places[kept]
    weights = np.where(places < n_papers, TITLE_WEIGHT, 1.0)
    shape = (n_papers, int(often.sum()))
    counts = incidence(places % max(n_papers, 1), columns, weights, shape)
    n_with = np.bincount(counts.indices, minlength=shape[1])
    enough = (n_with >= fewest) & (n_with <= max(n_papers / 5, _FEW_PAPERS))
    return found[often][enough], counts[:, np.flatnonzero(enough)]


def _chosen(
    names: np.ndarray, is_pair: np.ndarray, counts: sparse.csr_matrix, most: int
) -> TermCounts:
    by_name = np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.int64)
    n_with = np.bincount(counts.indices, minlength=len(names))
    heaviest = np.lexsort((-n_with[by_name], is_pair[by_name]))[:most]
    kept = by_name[np.sort(heaviest)]
    chosen = counts[:, kept]
    chosen.sort_indices()
    return TermCounts(names[kept], is_pair[kept], chosen)
