"""What is new and what is read: the same for everyone.

In: a dataset with its signals. Out: `PriorScorer`s.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy import sparse

from recsys.data.dataset import Dataset
from recsys.features.signals import Signals, SignalSettings, fade
from recsys.models.priors import Basis, PriorScorer
from recsys.models.scorer import Scorer

_TOP_SHARE = 0.1
_SETTLING_DAYS = 90.0  # before that, one reader more or less says little about the rate


def fit_priors(dataset: Dataset, signals: Signals, settings: SignalSettings) -> Iterator[Scorer]:
    """Recency of papers with dates, popularity of those with readers."""
    if not np.isnan(dataset.ages_days()).all():
        writers = signals.authorship.T.tocsr()
        yield prior("new", Basis("age", least_told=0.5), dataset, writers)
    if signals.liked.nnz:
        readers = reading_rate(dataset, signals, settings.interaction_half_life_days)
        n_readers = np.bincount(signals.liked.indices, minlength=len(readers))
        yield PriorScorer("popular", readers, among_the_top(n_readers) & (n_readers > 1))


def prior(name: str, basis: Basis, dataset: Dataset, writers: sparse.csr_matrix) -> PriorScorer:
    """One value a paper from its age, authors or venue; told of the top tenth, if not otherwise.

    `writers` (n_papers, n_authors).
    """
    values = basis.values(dataset.ages_days(), writers, dataset.papers.venue_rows)
    if not np.isfinite(basis.least_told):
        basis = replace(basis, least_told=least_of_the_top(values))
    return PriorScorer(name, values, values >= basis.least_told, basis)


def among_the_top(values: np.ndarray) -> np.ndarray:
    """(n,) bool: in the top tenth of all, ties in; what is nothing is not."""
    return values >= least_of_the_top(values)


def least_of_the_top(values: np.ndarray) -> float:
    """The least value of the top tenth, more than nothing."""
    tiny = float(np.finfo(np.float32).tiny)
    return max(float(np.quantile(values, 1.0 - _TOP_SHARE)), tiny)


def reading_rate(dataset: Dataset, signals: Signals, half_life_days: float) -> np.ndarray:
    """(n_papers,) float32 readers per day in which a paper could be read; 0 where nobody did.

    Old readings have faded, and so have the days: a paper that is read at the same pace all its
    life has the same rate when it is young and when it is old. A paper without a date counts as
    the oldest; where no paper has one, the rate goes by the readers alone.
    """
    ages = dataset.ages_days()
    oldest = 0.0 if np.isnan(ages).all() else float(np.nanmax(ages))
    days = np.where(np.isnan(ages), oldest, ages)
    if half_life_days > 0:  # the integral of 2^(-t / half-life) from 0 to the age
        days = (1.0 - fade(days, half_life_days)) * half_life_days / np.log(2.0)
    readers = np.asarray(signals.liked.sum(axis=0)).ravel()
    return (readers / (days + _SETTLING_DAYS)).astype(np.float32)
