"""What answers a topic in words, beyond the words: mentions, experts, standing, likeness.

In: signals, texts and mentions. Out: paper scorers; a signal that the dataset lacks makes none.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from recsys.data.dataset import Dataset
from recsys.features.signals import Signals
from recsys.models.asked import ExpertScorer, NearbyScorer, Topic
from recsys.models.priors import PriorScorer
from recsys.models.scorer import Scorer
from training.fit.mentions import Mentions
from training.fit.priors import among_the_top, standing_of_papers
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
        parts = (sparse.diags(_per_root_of_team(writers)) @ writers).tocsr()
        yield ExpertScorer("experts", Topic(postings, _PAPERS_OF_EXPERTS), parts)
    yield from _standings(dataset, signals, mentions.all())


def _standings(
    dataset: Dataset, signals: Signals, mentioned: sparse.csr_matrix
) -> Iterator[Scorer]:
    times = np.asarray(mentioned.sum(axis=1)).ravel()
    if times.any():
        yield _prior("mentioned", np.log1p(times))
        by_author = signals.authorship @ times
        if by_author.any():
            best = signals.authorship.T.multiply(by_author).max(axis=1).toarray().ravel()
            yield _prior("authors_mentioned", np.log1p(best))
    venues = dataset.papers.venue_rows
    if signals.authorship.nnz and (venues >= 0).any():
        yield _prior("venue_standing", _means(standing_of_papers(signals), venues))


def _prior(name: str, values: np.ndarray) -> PriorScorer:
    return PriorScorer(name, values.astype(np.float32), among_the_top(values))


def _per_root_of_team(writers: sparse.csr_matrix) -> np.ndarray:
    """(n_papers,) float32: between the sum over a team and its mean, so that no size wins."""
    return (1.0 / np.sqrt(np.maximum(np.diff(writers.indptr), 1))).astype(np.float32)


def _means(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Each paper's group mean, of a small group drawn to that of all; without a group, that."""
    known, usual = groups >= 0, float(values.mean())
    sums = np.bincount(groups[known], weights=values[known]) + _FEW_PAPERS * usual
    means = sums / (np.bincount(groups[known]) + _FEW_PAPERS)
    return np.where(known, means[groups], usual)
