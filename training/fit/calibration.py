"""What a blended score means, from the lesson that the blend was learned from.

In: a blend and the candidates of its holdout. Out: the blend with a `Calibration`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from sklearn.linear_model import LogisticRegression

from recsys.models.blend import SEGMENTS, Blend
from recsys.models.calibration import Calibration
from training.fit.lesson import Lesson
from training.fit.pool import Pool

_MOST_SHOWN = 50  # what stands further down a list is hardly ever seen
_FEWEST_RELEVANT = 30


def calibrated(blend: Blend, lesson: Lesson) -> Blend:
    """The blend with what its scores mean, by segment.

    A segment with too few answers has what is true of everyone; one of which the holdout has
    nobody has that too, but as a guess. Without answers all stays a guess.
    """
    if lesson.pool is None:
        return blend
    scores, relevant, segments = _shown(lesson.pool, blend)
    everyone = _fitted(scores, relevant)
    if everyone is None:
        return blend
    found = [
        _fitted(scores[segments == segment], relevant[segments == segment]) or everyone
        for segment in range(len(SEGMENTS))
    ]
    offsets, slopes = np.array(found).T.copy()
    learned = np.isin(np.arange(len(SEGMENTS)), segments)
    return replace(blend, calibration=Calibration(offsets, slopes, learned))


def _shown(pool: Pool, blend: Blend) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Score, relevance and segment of every candidate that might be shown."""
    sizes = np.diff(pool.indptr)
    segments = np.repeat(pool.segments, sizes)
    weights = blend.weights.reshape(len(SEGMENTS), -1)
    scores = np.concatenate(
        [pool.of_segments(each, each).features @ weights[each] for each in range(len(SEGMENTS))]
    )
    # Within each question, best first; those that tie stay in order.
    question = np.repeat(np.arange(len(pool)), sizes)
    order = np.lexsort((-scores, question))
    place = np.arange(len(order)) - pool.indptr[question]
    shown = order[(place < _MOST_SHOWN) & (scores[order] > 0)]
    return scores[shown], pool.relevant[shown], segments[shown]


def _fitted(scores: np.ndarray, relevant: np.ndarray) -> tuple[float, float] | None:
    """Offset and slope, or None where there is too little to learn from."""
    if min(relevant.sum(), (~relevant).sum()) < _FEWEST_RELEVANT:
        return None
    model = LogisticRegression(C=1.0, max_iter=500).fit(np.log(scores)[:, None], relevant)
    slope = float(model.coef_[0, 0])
    # A higher score must never mean less; where the holdout says so, it says nothing.
    return (float(model.intercept_[0]), slope) if slope > 0 else None
