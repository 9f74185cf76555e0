"""Weights of a blend from a holdout of the training data.

In: scorers fitted without the holdout, and the holdout as a `Task`. Out: a `Blend`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from recsys.evaluation.task import Step, Task, unwatched
from recsys.models.blend import N_SHAPES, SEGMENTS, Blend, nearness, segments_of, strength
from recsys.models.scorer import Scorer
from recsys.ranking.filters import eligible_cells
from recsys.ranking.top_k import top_k


@dataclass(frozen=True)
class BlendSettings:
    """How a blend is learned.

    Attributes
    ----------
    pool_per_scorer : int
        How many of each scorer's best candidates compete in the holdout.
    pull : float
        Strength with which a weight is drawn to its prior, per question.
    segment_pull : float
        The same towards the weights of all readers together.
    """

    most_questions: int = 2500
    fewest_questions: int = 50
    pool_per_scorer: int = 60
    pull: float = 3e-3
    segment_pull: float = 3e-2


@dataclass(frozen=True)
class Pool:
    """The candidates that compete in the holdout, and what each scorer says of them.

    Attributes
    ----------
    features : (n, size, m * 2) float32
        Nearness and strength of each scorer; zeros in padded places.
    relevant, present : (n, size) bool
    segments : (n,) int8
    """

    features: np.ndarray
    relevant: np.ndarray
    present: np.ndarray
    segments: np.ndarray

    def __getitem__(self, kept: np.ndarray) -> Pool:
        return Pool(
            self.features[kept], self.relevant[kept], self.present[kept], self.segments[kept]
        )


def fit_blend(
    scorers: tuple[Scorer, ...],
    task: Task | None,
    prior: dict[str, float],
    settings: BlendSettings,
    *,
    seed: int,
    on_block: Step = unwatched,
) -> Blend:
    """Learn non-negative weights by a softmax over each reader's pool.

    Where the holdout is missing or too small, the prior weights stand.

    Parameters
    ----------
    prior : dict of scorer name to weight
        What to believe before any holdout; 0 for a scorer that is not named.
    """
    names = tuple(scorer.name for scorer in scorers)
    start = np.repeat([prior.get(name, 0.0) for name in names], N_SHAPES) / N_SHAPES
    scales = np.ones(len(scorers), dtype=np.float32)
    weights = np.tile(start, (len(SEGMENTS), 1))
    if task is not None and len(task) >= settings.fewest_questions:
        sampled = _sampled(task, settings.most_questions, seed)
        scales = _scales(scorers, sampled)
        pool = _pool(scorers, sampled, scales, settings.pool_per_scorer, on_block)
        weights = _segment_weights(pool, start, settings)
    shaped = weights.reshape(len(SEGMENTS), len(scorers), N_SHAPES).astype(np.float32)
    return Blend(names, scales, shaped)


def _segment_weights(pool: Pool, start: np.ndarray, settings: BlendSettings) -> np.ndarray:
    pool = pool[(pool.relevant & pool.present).any(axis=1)]
    if len(pool.segments) < settings.fewest_questions:
        return np.tile(start, (len(SEGMENTS), 1))
    everyone = _softmax_weights(pool, start, settings.pull)
    weights = np.tile(everyone, (len(SEGMENTS), 1))
    for segment in range(len(SEGMENTS)):
        members = pool[pool.segments == segment]
        if settings.fewest_questions <= len(members.segments) < len(pool.segments):
            weights[segment] = _softmax_weights(members, everyone, settings.segment_pull)
    return weights


def _softmax_weights(pool: Pool, start: np.ndarray, pull: float) -> np.ndarray:
    """Minimise -log p(relevant | pool) + pull |w - start|^2 over w >= 0; convex."""
    features = pool.features.astype(np.float64)
    wanted = pool.relevant / pool.relevant.sum(axis=1, keepdims=True)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = np.where(pool.present, features @ weights, -np.inf)
        scores -= scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        total = odds.sum(axis=1, keepdims=True)
        logs = np.where(wanted > 0, wanted * (scores - np.log(total)), 0.0)
        slope = np.einsum("nsf,ns->f", features, odds / total - wanted) / len(features)
        away = weights - start
        return (
            -float(logs.sum()) / len(features) + pull * float(away @ away),
            slope + 2 * pull * away,
        )

    bounds = [(0.0, None)] * len(start)
    return minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x


def _pool(
    scorers: tuple[Scorer, ...],
    task: Task,
    scales: np.ndarray,
    per_scorer: int,
    on_block: Step,
) -> Pool:
    parts, done = [], 0
    for block in task.blocks():
        parts.append(_block_pool(scorers, block, scales, per_scorer))
        done += len(block)
        on_block(done, len(task))
    size = max(part.present.shape[1] for part in parts)
    padded = [
        [
            np.pad(array, [(0, 0), (0, size - part.present.shape[1])] + [(0, 0)] * (array.ndim - 2))
            for array in (part.features, part.relevant, part.present)
        ]
        for part in parts
    ]
    features, relevant, present = (np.concatenate(arrays) for arrays in zip(*padded, strict=True))
    return Pool(features, relevant, present, np.concatenate([part.segments for part in parts]))


def _block_pool(
    scorers: tuple[Scorer, ...], block: Task, scales: np.ndarray, per_scorer: int
) -> Pool:
    eligible = eligible_cells(block.out, block.rows)
    relevant = (block.relevant[:, block.rows].toarray() > 0) & eligible
    scores = [scorer.score(block.readers, block.rows) for scorer in scorers]
    chosen = np.zeros(eligible.shape, dtype=bool)
    for matrix in scores:
        best = top_k(np.where(eligible & (matrix > 0), matrix, -np.inf), per_scorer)
        reader = np.repeat(np.arange(len(best)), best.shape[1])
        chosen[reader[best.ravel() >= 0], best.ravel()[best.ravel() >= 0]] = True
    size = max(1, int(chosen.sum(axis=1).max(initial=0)))
    columns = np.argsort(~chosen, axis=1, kind="stable")[:, :size]
    shapes = [
        shape
        for matrix, scale in zip(scores, scales, strict=True)
        for shape in (nearness(matrix, eligible), strength(matrix, scale))
    ]
    present = np.take_along_axis(chosen, columns, axis=1)
    features = np.stack([np.take_along_axis(shape, columns, 1) for shape in shapes], axis=2)
    return Pool(
        np.where(present[:, :, None], features, 0.0),
        np.take_along_axis(relevant, columns, axis=1) & present,
        present,
        segments_of(block.readers),
    )


def _scales(scorers: tuple[Scorer, ...], task: Task) -> np.ndarray:
    """The median positive score of each scorer, over the first readers of the task."""
    block = next(task.blocks())
    scales = np.ones(len(scorers), dtype=np.float32)
    for index, scorer in enumerate(scorers):
        scores = scorer.score(block.readers, block.rows)
        if (scores > 0).any():
            scales[index] = np.median(scores[scores > 0])
    return scales


def _sampled(task: Task, most: int, seed: int) -> Task:
    if len(task) <= most:
        return task
    rng = np.random.default_rng(seed)
    return task[np.sort(rng.choice(len(task), most, replace=False))]
