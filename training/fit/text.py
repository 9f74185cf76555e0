"""Titles and abstracts -> a text space, and a dense space of topics under it.

In: a `Dataset`. Out: `TextSpace` (sparse) and `TopicScorer` (dense).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.utils.extmath import randomized_svd

from recsys.data.dataset import Papers
from recsys.data.strings import Vocabulary
from recsys.features.text import TextSpace, terms, weigh
from recsys.models.text_profile import TopicScorer, unit_length

_TITLE_WEIGHT = 2.0


def fit_text_space(papers: Papers, *, min_papers: int = 2, most_terms: int = 60_000) -> TextSpace:
    """Choose a vocabulary and weigh every paper in it; a title's words count twice.

    Terms of fewer than `min_papers` papers, or of more than a fifth of all, say nothing about
    likeness and are left out.
    """
    counter = CountVectorizer(analyzer=terms, dtype=np.float32)
    try:
        whole = counter.fit_transform([*papers.titles, *papers.abstracts])
    except ValueError:  # scikit-learn refuses texts without a single word
        return _wordless(len(papers))
    n = len(papers)
    counts = (_TITLE_WEIGHT * whole[:n] + whole[n:]).tocsr()
    n_with = np.bincount(counts.indices, minlength=counts.shape[1])
    useful = (n_with >= min_papers) & (n_with <= max(n / 5, min_papers))
    names = counter.get_feature_names_out()
    kept = np.flatnonzero(useful)
    kept = np.sort(kept[np.argsort(-n_with[kept], kind="stable")[:most_terms]])
    idf = (np.log((1 + n) / (1 + n_with[kept])) + 1).astype(np.float32)
    return TextSpace(Vocabulary.of(names[kept]), idf, weigh(counts[:, kept], idf))


def fit_topics(text: TextSpace, *, n_topics: int, seed: int) -> TopicScorer:
    """A dense space by truncated singular value decomposition of the tf-idf matrix."""
    n_topics = min(n_topics, *(size - 1 for size in text.papers.shape))
    if n_topics < 1:
        nowhere, terms_nowhere = (np.zeros((size, 1), np.float32) for size in text.papers.shape)
        return TopicScorer("topics", nowhere, nowhere, terms_nowhere)
    left, values, right = randomized_svd(text.papers, n_topics, n_iter=2, random_state=seed)
    papers = unit_length((left * values).astype(np.float32))
    return TopicScorer("topics", papers, papers, right.T.astype(np.float32))


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


def _wordless(n_papers: int) -> TextSpace:
    nothing = sparse.csr_matrix((n_papers, 0), dtype=np.float32)
    return TextSpace(Vocabulary.of([]), np.zeros(0, dtype=np.float32), nothing)
