"""Weights of a blend from a holdout of the training data.

In: a `Lesson`, which says what the scorers know of the holdout. Out: a `Blend`.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize

from recsys.models.blend import N_KINDS, N_SHAPES, SEGMENTS, Blend
from training.fit.lesson import BlendSettings, Lesson, Pool

_ASKED = SEGMENTS.index("asked")


def learn(lesson: Lesson, settings: BlendSettings) -> Blend:
    """Learn non-negative weights by a softmax over each reader's pool.

    Where the holdout has too few answers, or none, the weights of the start stand.
    """
    weights = lesson.start
    if lesson.pool is not None:
        weights = _segment_weights(lesson.pool, lesson.start, settings)
    shape = (len(SEGMENTS), N_KINDS, len(lesson.names), N_SHAPES)
    weights = weights.reshape(shape).astype(np.float32)
    return Blend(lesson.names, lesson.kinds, lesson.scales, lesson.pulls, weights)


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
    return Blend(names, kinds, scales, pulls, weights, blend.calibration)


def _segment_weights(pool: Pool, start: np.ndarray, settings: BlendSettings) -> np.ndarray:
    """Those who are known learn from each other, those who ask in words by themselves."""
    pool, weights = pool[(pool.relevant & pool.present).any(axis=1)], start.copy()
    asking = pool.segments == _ASKED
    if asking.sum() >= settings.fewest_questions:
        weights[_ASKED] = _softmax_weights(pool[asking], start[_ASKED], settings.pull)
    known = pool[~asking]
    if len(known) < settings.fewest_questions:
        return weights
    usual = int(np.argmax(np.bincount(known.segments)))
    everyone = _softmax_weights(known, start[usual], settings.pull)
    for segment in set(range(len(SEGMENTS))) - {_ASKED}:
        members, weights[segment] = known[known.segments == segment], everyone
        if len(members) >= settings.fewest_questions:
            weights[segment] = _softmax_weights(members, everyone, settings.segment_pull)
    return weights


def _softmax_weights(pool: Pool, start: np.ndarray, pull: float) -> np.ndarray:
    """Minimise -log p(relevant | pool) + pull |w - start|^2 over w >= 0; convex."""
    features = pool.features.reshape(pool.present.size, -1)
    is_kind = (pool.kinds.reshape(-1, 1) == np.arange(N_KINDS)).astype(np.float32)
    wanted = pool.relevant / pool.relevant.sum(axis=1, keepdims=True)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        # One product for the weights of all kinds; each candidate takes that of its own.
        by_kind = features @ weights.reshape(N_KINDS, -1).T.astype(np.float32)
        scores = (by_kind * is_kind).sum(axis=1).reshape(pool.present.shape)
        scores = np.where(pool.present, scores, -np.inf)
        scores = scores - scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        total = odds.sum(axis=1, keepdims=True)
        logs = np.where(pool.present, scores, 0.0) - np.log(total)
        too_likely = (odds / total - wanted).reshape(-1, 1).astype(np.float32)
        slope = ((too_likely * is_kind).T @ features).ravel() / len(pool)
        away = weights - start
        return (
            -float((wanted * logs).sum()) / len(pool) + pull * float(away @ away),
            slope + 2 * pull * away,
        )

    bounds = [(0.0, None)] * len(start)
    return minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
