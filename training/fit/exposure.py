"""A cap on popularity: nobody becomes the suggestion for everyone.

In: a ranker and the people who ask. Out: `Damping` of those who would stand in too many lists.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from recsys.evaluation.task import Step, Task, unwatched
from recsys.models.damping import Damping, undamped
from recsys.ranking.ranker import Ranked, Ranker

LIST = 20
_WINDOW = 100  # how far down those stand who might take a place that becomes free
_ROUNDS = 8
_A_LITTLE_LESS = 1.0 - 1e-6  # so that rounding does not put the target ahead again
_EVEN = 3.0  # so many times the places of an even share may be anybody's, however few people


@dataclass(frozen=True)
class ExposureSettings:
    """How often one person may be suggested.

    Attributes
    ----------
    most_lists : float
        Share of all lists of 20, above 0; 1 is no cap. Where there are few people, three times an
        even share of all places is allowed.
    most_readers : int
        How many of those who ask stand for all of them.
    """

    most_lists: float = 0.03
    most_readers: int = 400


def cap_popularity(
    ranker: Ranker,
    task: Task,
    settings: ExposureSettings,
    *,
    threads: int = 1,
    on_block: Step = unwatched,
) -> Damping:
    """Factors that keep each target out of all but its share of the lists.

    Who stands in too many stays in those where they are furthest above what comes in their stead.

    Parameters
    ----------
    task : Task
        Its readers stand for everyone; what is relevant does not matter.
    """
    even = LIST / max(len(task.rows), 1)
    most = int(np.ceil(len(task) * max(settings.most_lists, _EVEN * even)))
    if most >= len(task):
        return undamped()

    def answered(block: Task) -> Ranked:
        return ranker.rank(block.readers, block.rows, block.out, _WINDOW)

    lists = list[Ranked]()
    with ThreadPoolExecutor(threads) as together:
        for found in together.map(answered, task.blocks()):
            lists.append(found)
            on_block(sum(len(one.rows) for one in lists), len(task))
    rows = np.concatenate([one.rows for one in lists])
    scores = np.concatenate([one.scores for one in lists])
    return _damped(rows, scores, most, task.relevant.shape[1])


def _damped(rows: np.ndarray, best: np.ndarray, most: int, n_targets: int) -> Damping:
    """From the first `rows` of each list and their `best` scores, (n_readers, window)."""
    factors = np.ones(n_targets, dtype=np.float32)
    for _ in range(_ROUNDS):
        scores = np.where(rows >= 0, best * factors[rows], 0.0)
        next_best = -np.partition(-scores, LIST, axis=1)[:, [LIST]]
        inside = scores > np.maximum(next_best, 0.0)
        shown = np.bincount(rows[inside], minlength=n_targets)
        for target in np.flatnonzero(shown > most):
            reader, place = np.nonzero(inside & (rows == target))
            # With this factor or less the target falls behind the best one outside, if any is.
            falls = next_best[reader, 0] / scores[reader, place]
            factors[target] *= np.sort(falls)[most] * _A_LITTLE_LESS or 1.0
    damped = np.flatnonzero(factors < 1.0)
    return Damping(damped.astype(np.int32), factors[damped])
