"""What answers a topic in words, beyond the words: mentions, experts, standing, likeness.

In: signals, texts and mentions. Out: paper scorers; a signal that the dataset lacks makes none.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from recsys.data.dataset import Dataset
from recsys.features.signals import Signals
from recsys.models.asked import ExpertScorer, NearbyScorer, Topic, parts_of
from recsys.models.priors import Basis, PriorScorer
from recsys.models.scorer import Scorer
from training.fit.mentions import Mentions
from training.fit.priors import among_the_top, prior
from training.fit.text import Texts

_PAPERS_OF_EXPERTS = 100
_PLAINLY_ON_TOPIC = 10  # so few that their middle is still on the topic
_FEW_PAPERS = 20  # a venue of so few is judged half by them, half by all papers


def fit_asked(
    dataset: Dataset, signals: Signals, texts: Texts, mentions: Mentions
) -> Iterator[Scorer]:
    """Scorers that wait for typed words, and what a paper is worth whoever asks."""
    heard = sparse.diags((~mentions.silent).astype(np.float32))
    postings = (heard @ texts.words.papers).T.tocsr()
    yield NearbyScorer("nearby", Topic(postings, _PLAINLY_ON_TOPIC), texts.topics.papers)
    writers = signals.authorship.T.tocsr()
    if writers.nnz:
        yield ExpertScorer("experts", Topic(postings, _PAPERS_OF_EXPERTS), parts_of(writers))
    yield from _standings(dataset, signals, mentions.all())


def _standings(
    dataset: Dataset, signals: Signals, mentioned: sparse.csr_matrix
) -> Iterator[Scorer]:
    times = np.asarray(mentioned.sum(axis=1)).ravel()
    writers = signals.authorship.T.tocsr()
    if times.any():
        values = np.log1p(times).astype(np.float32)
        yield PriorScorer("mentioned", values, among_the_top(values))
        by_author = (signals.authorship @ times).astype(np.float32)
        if by_author.any():
            yield prior("authors_mentioned", Basis("best author", by_author), dataset, writers)
    venues = dataset.papers.venue_rows
    if signals.authorship.nnz and (venues >= 0).any():
        worth = _means(_standing(writers), venues, len(dataset.papers.venues))
        yield prior("venue_standing", Basis("venue", worth), dataset, writers)


def _standing(writers: sparse.csr_matrix) -> np.ndarray:
    """(n_papers,) how much the authors of a paper wrote on average, in logarithms."""
    n_works = np.asarray(writers.sum(axis=0)).ravel()
    return np.log1p(writers @ n_works / np.maximum(np.diff(writers.indptr), 1))


def _means(values: np.ndarray, groups: np.ndarray, n_groups: int) -> np.ndarray:
    """(n_groups + 1,) float32: each group's mean, of a small one drawn to that of all; and that."""
    known, usual = groups >= 0, float(values.mean())
    sums = np.bincount(groups[known], weights=values[known], minlength=n_groups)
    sizes = np.bincount(groups[known], minlength=n_groups)
    means = (sums + _FEW_PAPERS * usual) / (sizes + _FEW_PAPERS)
    return np.append(means, usual).astype(np.float32)
