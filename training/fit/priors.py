"""What is new, what is read, and who is known: the same for everyone.

In: a dataset with its signals. Out: `PriorScorer`s.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recsys.data.dataset import Dataset
from recsys.features.signals import Signals, fade
from recsys.models.priors import PriorScorer
from recsys.models.scorer import Scorer

_NEW_HALF_LIFE_DAYS = 365.0


def fit_priors(dataset: Dataset, signals: Signals) -> Iterator[Scorer]:
    """Recency of papers with dates, popularity of those with readers, standing of authors."""
    ages = dataset.ages_days()
    if not np.isnan(ages).all():
        fresh = fade(ages, _NEW_HALF_LIFE_DAYS)
        yield PriorScorer("new", np.where(np.isnan(ages), 0.0, fresh).astype(np.float32))
    if signals.liked.nnz:
        readers = np.asarray(signals.liked.sum(axis=0)).ravel().astype(np.float32)
        yield PriorScorer("popular", readers)
    if signals.authorship.nnz:
        yield PriorScorer("standing", _standing(signals))


def _standing(signals: Signals) -> np.ndarray:
    """(n_papers,) float32: log(1 + papers written by its authors, on average)."""
    written = np.asarray(signals.authorship.sum(axis=1)).ravel()
    team_sizes = np.asarray(signals.authorship.sum(axis=0)).ravel()
    together = signals.authorship.T @ written
    return np.log1p(together / np.maximum(team_sizes, 1)).astype(np.float32)
