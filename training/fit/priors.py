"""What is new and what is read: the same for everyone.

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
    """Recency where papers have dates, popularity where papers have readers."""
    ages = dataset.ages_days()
    if not np.isnan(ages).all():
        fresh = fade(ages, _NEW_HALF_LIFE_DAYS)
        yield PriorScorer("new", np.where(np.isnan(ages), 0.0, fresh).astype(np.float32))
    if signals.liked.nnz:
        readers = np.asarray(signals.liked.sum(axis=0)).ravel().astype(np.float32)
        yield PriorScorer("popular", readers)
