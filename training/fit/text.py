"""Titles and abstracts -> a text space, BM25 weights, and a dense space of topics.

In: the papers of a `Dataset`. Out: `Texts`, all that a model knows of words.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from recsys.data.dataset import Papers
from recsys.data.strings import Vocabulary
from recsys.features.text import TextSpace, weigh
from recsys.models.text_profile import (
    Bm25,
    TextProfileScorer,
    TopicScorer,
    WordsScorer,
    unit_length,
)
from training.fit.counts import count_terms
from training.fit.mentions import Mentions

_TELLING_SHARE, _FEW_PAPERS = 0.1, 20  # a word in more of the papers than these tells nothing


@dataclass(frozen=True)
class TextSettings:
    """Settings of the text space and of the dense topics under it.

    Attributes
    ----------
    dislike_weight : float
        How much likeness to what a reader dismissed counts against a paper, relative to likeness
        to what they read.
    """

    fewest_papers: int = 2
    fewest_papers_of_a_pair: int = 3
    most_terms: int = 120_000
    topics: int = 128
    dislike_weight: float = 0.1


@dataclass(frozen=True)
class Texts:
    """The scorers over words, and the space they share.

    `encoded` is there where there is an encoder, `mentions` where papers are ranked.
    """

    space: TextSpace
    profile: TextProfileScorer
    words: WordsScorer
    topics: TopicScorer
    encoded: TopicScorer | None = None
    mentions: Mentions | None = None


def fit_texts(papers: Papers, settings: TextSettings, *, seed: int) -> Texts:
    """Learn everything that titles and abstracts say; a title's words count twice."""
    counted = count_terms(
        papers,
        fewest_papers=settings.fewest_papers,
        fewest_papers_of_a_pair=settings.fewest_papers_of_a_pair,
        most_terms=settings.most_terms,
    )
    counts = counted.counts
    n_with = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = (np.log((1 + len(papers)) / (1 + n_with)) + 1).astype(np.float32)
    space = TextSpace(Vocabulary.of(counted.names), idf, weigh(counts, idf))
    return Texts(
        space,
        TextProfileScorer(
            "text",
            space.papers,
            space.papers,
            _telling(n_with, len(papers)),
            settings.dislike_weight,
        ),
        fit_words(counts, counted.is_pair),
        fit_topics(space, settings, seed=seed),
    )


def _telling(n_with: np.ndarray, n_papers: int) -> np.ndarray:
    return n_with <= max(_TELLING_SHARE * n_papers, _FEW_PAPERS)


def fit_words(counts: sparse.csr_matrix, is_pair: np.ndarray) -> WordsScorer:
    """BM25 weights of single words, from (n_papers, n_terms) term counts.

    Pairs of words are left out: what is typed is short, and a pair would count its words twice.
    """
    told = counts.copy()
    told.data = np.where(is_pair[told.indices], 0.0, told.data)
    told.eliminate_zeros()
    lengths = np.asarray(told.sum(axis=1)).ravel()
    usual = float(lengths[lengths > 0].mean()) if (lengths > 0).any() else 1.0
    n_with = np.bincount(told.indices, minlength=told.shape[1])
    idf = np.log1p((told.shape[0] - n_with + 0.5) / (n_with + 0.5))
    weighing = Bm25(np.where(is_pair, 0.0, idf).astype(np.float32), usual)
    return WordsScorer("words", weighing.weights(counts), weighing)


def fit_topics(text: TextSpace, settings: TextSettings, *, seed: int) -> TopicScorer:
    """A dense space by truncated singular value decomposition of the tf-idf matrix."""
    n_topics = min(settings.topics, *(size - 1 for size in text.papers.shape))
    if n_topics < 1:
        nowhere, terms_nowhere = (np.zeros((size, 1), np.float32) for size in text.papers.shape)
        return TopicScorer("topics", nowhere, nowhere, terms_nowhere, settings.dislike_weight)
    left, values, right = randomized_svd(text.papers, n_topics, n_iter=2, random_state=seed)
    papers = unit_length((left * values).astype(np.float32))
    terms = right.T.astype(np.float32)
    return TopicScorer("topics", papers, papers, terms, settings.dislike_weight)
