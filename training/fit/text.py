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


@dataclass(frozen=True)
class TextSettings:
    """Settings of the text space and of the dense topics under it."""

    fewest_papers: int = 2
    most_terms: int = 60_000
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
        fit_words(counts),
        fit_topics(space, n_topics=settings.topics, seed=seed),
    )


def fit_words(counts: sparse.csr_matrix) -> WordsScorer:
    """BM25 weights from (n_papers, n_terms) term counts."""
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    n_with = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log1p((counts.shape[0] - n_with + 0.5) / (n_with + 0.5))
    relative = lengths / max(float(lengths.mean()), 1.0) if len(lengths) else lengths
    slow = _SATURATION * (1 - _LENGTH_MATTERS + _LENGTH_MATTERS * relative)
    slow = np.repeat(slow, np.diff(counts.indptr))
    weighted = counts.copy()
    weighted.data = (
        idf[counts.indices] * counts.data * (_SATURATION + 1) / (counts.data + slow)
    ).astype(np.float32)
    return WordsScorer("words", weighted)


def fit_topics(text: TextSpace, *, n_topics: int, seed: int) -> TopicScorer:
    """A dense space by truncated singular value decomposition of the tf-idf matrix."""
    n_topics = min(n_topics, *(size - 1 for size in text.papers.shape))
    if n_topics < 1:
        nowhere, terms_nowhere = (np.zeros((size, 1), np.float32) for size in text.papers.shape)
        return TopicScorer("topics", nowhere, nowhere, terms_nowhere)
    left, values, right = randomized_svd(text.papers, n_topics, n_iter=2, random_state=seed)
    papers = unit_length((left * values).astype(np.float32))
    return TopicScorer("topics", papers, papers, right.T.astype(np.float32))


def _count(papers: Papers, settings: TextSettings) -> tuple[list[str], sparse.csr_matrix]:
    """The chosen terms and (n_papers, n_terms) float32 counts.

    Terms of too few papers, or of more than a fifth of all, say nothing about likeness.
    """
    counter = CountVectorizer(analyzer=terms, dtype=np.float32)
    try:
        whole = counter.fit_transform([*papers.titles, *papers.abstracts])
    except ValueError:  # scikit-learn refuses texts without a single word
        return [], sparse.csr_matrix((len(papers), 0), dtype=np.float32)
    n = len(papers)
    counts = (_TITLE_WEIGHT * whole[:n] + whole[n:]).tocsr()
    n_with = np.bincount(counts.indices, minlength=counts.shape[1])
    fewest = settings.fewest_papers
    kept = np.flatnonzero((n_with >= fewest) & (n_with <= max(n / 5, fewest)))
    kept = np.sort(kept[np.argsort(-n_with[kept], kind="stable")[: settings.most_terms]])
    return list(counter.get_feature_names_out()[kept]), counts[:, kept].tocsr().astype(np.float32)


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
