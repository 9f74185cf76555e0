"""Titles and abstracts -> a text space, BM25 weights, and a dense space of topics.

In: the papers of a `Dataset`. Out: `Texts`, all that a model knows of words.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.utils.extmath import randomized_svd

from recsys.data.dataset import Papers
from recsys.data.strings import Vocabulary
from recsys.features.text import TextSpace, terms, weigh
from recsys.models.text_profile import TextProfileScorer, TopicScorer, WordsScorer, unit_length

_TITLE_WEIGHT = 2.0
_SATURATION, _LENGTH_MATTERS = 1.2, 0.75  # k1 and b of BM25
_FEW_PAPERS = 20  # so few may all share a word that still says something


@dataclass(frozen=True)
class TextSettings:
    """Settings of the text space and of the dense topics under it."""

    fewest_papers: int = 2
    fewest_papers_of_a_pair: int = 3
    most_terms: int = 120_000
    topics: int = 128


@dataclass(frozen=True)
class Texts:
    """The scorers over words, and the space they share."""

    space: TextSpace
    profile: TextProfileScorer
    words: WordsScorer
    topics: TopicScorer


def fit_texts(papers: Papers, settings: TextSettings, *, seed: int) -> Texts:
    """Learn everything that titles and abstracts say; a title's words count twice."""
    names, counts = _count(papers, settings)
    n_with = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = (np.log((1 + len(papers)) / (1 + n_with)) + 1).astype(np.float32)
    space = TextSpace(Vocabulary.of(names), idf, weigh(counts, idf))
    return Texts(
        space,
        TextProfileScorer("text", space.papers),
        fit_words(counts, _are_pairs(names)),
        fit_topics(space, n_topics=settings.topics, seed=seed),
    )


def fit_words(counts: sparse.csr_matrix, is_pair: np.ndarray) -> WordsScorer:
    """BM25 weights of single words, from (n_papers, n_terms) term counts.

    Pairs of words are left out: what is typed is short, and a pair would count its words twice.
    """
    words = counts.copy()
    words.data = np.where(is_pair[words.indices], 0.0, words.data)
    words.eliminate_zeros()
    lengths = np.asarray(words.sum(axis=1)).ravel()
    usual = float(lengths[lengths > 0].mean()) if (lengths > 0).any() else 1.0
    longer = 1 - _LENGTH_MATTERS + _LENGTH_MATTERS * lengths / usual
    slow = np.repeat(_SATURATION * longer, np.diff(words.indptr))
    n_with = np.bincount(words.indices, minlength=words.shape[1])
    idf = np.log1p((words.shape[0] - n_with + 0.5) / (n_with + 0.5))
    saturated = words.data * (_SATURATION + 1) / (words.data + slow)
    words.data = (idf[words.indices] * saturated).astype(np.float32)
    return WordsScorer("words", words)


def fit_topics(text: TextSpace, *, n_topics: int, seed: int) -> TopicScorer:
    """A dense space by truncated singular value decomposition of the tf-idf matrix."""
    n_topics = min(n_topics, *(size - 1 for size in text.papers.shape))
    if n_topics < 1:
        nowhere, terms_nowhere = (np.zeros((size, 1), np.float32) for size in text.papers.shape)
        return TopicScorer("topics", nowhere, nowhere, terms_nowhere)
    left, values, right = randomized_svd(text.papers, n_topics, n_iter=2, random_state=seed)
    papers = unit_length((left * values).astype(np.float32))
    return TopicScorer("topics", papers, papers, right.T.astype(np.float32))


def _count(papers: Papers, settings: TextSettings) -> tuple[np.ndarray, sparse.csr_matrix]:
    """The chosen terms, and (n_papers, n_terms) float32 counts in titles and abstracts.

    Terms of too few papers, or of more than a fifth of all, say nothing about likeness. Words
    go before pairs of words where there are more terms than wanted.
    """
    counter = CountVectorizer(analyzer=terms, dtype=np.float32)
    n = len(papers)
    try:
        whole = counter.fit_transform([*papers.titles, *papers.abstracts])
    except ValueError:  # scikit-learn refuses texts without a single word
        return np.empty(0, dtype=str), sparse.csr_matrix((n, 0), dtype=np.float32)
    names = counter.get_feature_names_out()
    counts = (_TITLE_WEIGHT * whole[:n] + whole[n:]).tocsr()
    n_with, is_pair = np.bincount(counts.indices, minlength=len(names)), _are_pairs(names)
    fewest = np.where(is_pair, settings.fewest_papers_of_a_pair, settings.fewest_papers)
    kept = np.flatnonzero((n_with >= fewest) & (n_with <= max(n / 5, _FEW_PAPERS)))
    heaviest = np.lexsort((-n_with[kept], is_pair[kept]))
    kept = np.sort(kept[heaviest[: settings.most_terms]])
    return names[kept], counts[:, kept].tocsr().astype(np.float32)


def _are_pairs(names: np.ndarray) -> np.ndarray:
    return np.char.find(names.astype(str), " ") >= 0


def heaviest_terms(papers: sparse.csr_matrix, most: int) -> sparse.csr_matrix:
    """Each row's `most` heaviest entries, the rest dropped."""
    kept = np.concatenate(
        [
            np.arange(start, stop)
            if stop - start <= most
            else start + np.sort(np.argpartition(-papers.data[start:stop], most)[:most])
            for start, stop in pairwise(papers.indptr)
        ]
        or [np.zeros(0, dtype=np.int64)]
    ).astype(np.int64)
    lengths = np.minimum(np.diff(papers.indptr), most)
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    return sparse.csr_matrix((papers.data[kept], papers.indices[kept], indptr), papers.shape)
