"""What is new, what is read, and who is known: the same for everyone.

In: a dataset with its signals. Out: `PriorScorer`s.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from recsys.data.dataset import Dataset
from recsys.features.signals import Signals, SignalSettings, fade
from recsys.models.priors import PriorScorer
from recsys.models.scorer import Scorer

A_YEAR = 365.0  # in days; what is younger may be called new
_TOP_SHARE = 0.1
_SETTLING_DAYS = 90.0  # before that, one reader more or less says little about the rate


def fit_priors(dataset: Dataset, signals: Signals, settings: SignalSettings) -> Iterator[Scorer]:
    """Recency of papers with dates, popularity of those with readers, standing of authors."""
    ages = dataset.ages_days()
    if not np.isnan(ages).all():
        fresh = fade(ages, A_YEAR)
        values = np.where(np.isnan(ages), 0.0, fresh).astype(np.float32)
        yield PriorScorer("new", values, ages <= A_YEAR)
    if signals.liked.nnz:
        readers = reading_rate(dataset, signals, settings.interaction_half_life_days)
        n_readers = np.bincount(signals.liked.indices, minlength=len(readers))
        yield PriorScorer("popular", readers, among_the_top(n_readers) & (n_readers > 1))
    if signals.authorship.nnz:
        standing = standing_of_papers(signals)
        yield PriorScorer("standing", standing, among_the_top(standing))


def among_the_top(values: np.ndarray) -> np.ndarray:
    """(n,) bool: in the top tenth of all, ties in; what is nothing is not."""
    return (values >= np.quantile(values, 1.0 - _TOP_SHARE)) & (values > 0)


def standing_of_papers(signals: Signals) -> np.ndarray:
    """(n_papers,) float32: log(1 + papers written by its authors, on average)."""
    written = np.asarray(signals.authorship.sum(axis=1)).ravel()
    team_sizes = np.asarray(signals.authorship.sum(axis=0)).ravel()
    together = signals.authorship.T @ written
    return np.log1p(together / np.maximum(team_sizes, 1)).astype(np.float32)


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
