"""Weights of a blend from a holdout of the training data.

In: a `Lesson`, which says what the scorers know of the holdout. Out: a `Blend`.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from recsys.models.blend import N_KINDS, N_SHAPES, SEGMENTS, Blend
from training.fit.lesson import BlendSettings, Lesson
from training.fit.pool import Pool

_ASKED = SEGMENTS.index("asked")  # the last one
_CLOSE_ENOUGH = 1e-7  # of the loss: what is gained after that changes no list


def learn(lesson: Lesson, settings: BlendSettings) -> Blend:
    """Learn non-negative weights by a softmax over each reader's pool.

    Where the holdout has too few answers, or none, the weights of the start stand.
    """
    weights = lesson.start
    if lesson.pool is not None:
        weights = _segment_weights(lesson.pool, lesson.start, settings)
    shape = (len(SEGMENTS), N_KINDS, len(lesson.names), N_SHAPES)
    weights = weights.reshape(shape).astype(np.float32)
    return Blend(lesson.names, lesson.kinds, lesson.scales, tuple(lesson.pulls), weights)


def carried_over(
    blend: Blend, names: tuple[str, ...], kinds: np.ndarray, pulls: np.ndarray
) -> Blend:
    """The weights of a blend for scorers that were fitted on everything.

    A scorer that the blend does not name gets no weight: nothing was learned of it.
    """
    places = {name: index for index, name in enumerate(blend.names)}
    scales = np.ones(len(names), dtype=np.float32)
    weights = np.zeros((*blend.weights.shape[:2], len(names), N_SHAPES), dtype=np.float32)
    for index, name in enumerate(names):
        if name in places:
            scales[index] = blend.scales[places[name]]
            weights[:, :, index] = blend.weights[:, :, places[name]]
    return Blend(names, kinds, scales, tuple(pulls), weights, blend.calibration)


def _segment_weights(pool: Pool, start: np.ndarray, settings: BlendSettings) -> np.ndarray:
    """Those who are known learn from each other, those who ask in words by themselves."""
    weights, fewest = start.copy(), settings.fewest_questions
    asking, known = pool.of_segments(_ASKED, _ASKED), pool.of_segments(0, _ASKED - 1)
    if asking.answered().sum() >= fewest:
        weights[_ASKED] = _softmax_weights(asking, start[_ASKED], settings.pull)
    if known.answered().sum() < fewest:
        return weights
    usual = int(np.argmax(np.bincount(known.segments[known.answered()])))
    everyone = _softmax_weights(known, start[usual], settings.pull)
    for segment in range(_ASKED):
        members, weights[segment] = pool.of_segments(segment, segment), everyone
        if members.answered().sum() >= fewest and len(members) < len(known):
            weights[segment] = _softmax_weights(members, everyone, settings.segment_pull)
    return weights


def _softmax_weights(pool: Pool, start: np.ndarray, pull: float) -> np.ndarray:
    """Minimise -log p(relevant | pool) + pull |w - start|^2 over w >= 0; convex."""
    first, sizes, answered = pool.indptr[:-1], np.diff(pool.indptr), pool.answered()
    n_relevant = np.add.reduceat(pool.relevant, first, dtype=np.int64)
    wanted = pool.relevant / np.repeat(np.maximum(n_relevant, 1), sizes)
    n = int(answered.sum())

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = (pool.features @ weights.astype(np.float32)).astype(np.float64)
        scores -= np.repeat(np.maximum.reduceat(scores, first), sizes)
        odds = np.exp(scores)
        total = np.add.reduceat(odds, first)
        logs = scores - np.repeat(np.log(total), sizes)
        too_likely = odds * np.repeat(answered / total, sizes) - wanted
        slope: np.ndarray = pool.features.T @ too_likely.astype(np.float32)
        away = weights - start
        return (
            pull * float(away @ away) - float(wanted @ logs) / n,
            2 * pull * away + slope / n,
        )

    bounds = [(0.0, None)] * len(start)
    how = {"method": "L-BFGS-B", "bounds": bounds, "options": {"ftol": _CLOSE_ENOUGH}}
    return minimize(loss, start, jac=True, **how).x
