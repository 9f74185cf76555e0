"""Chances and what came of them -> how far the chances can be trusted, over all readers together.

In: a ranker and a task. Out: `Reliability`: calibration error, the curve behind it, and how well
scores of different readers compare, before and after calibration.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from recsys.evaluation.metrics import hits
from recsys.evaluation.task import Task
from recsys.ranking.ranker import Ranker

_BINS = 10


@dataclass(frozen=True)
class Reliability:
    """Figures over the lists of all readers of a task, thrown together.

    Attributes
    ----------
    expected, observed : (n_bins,) float64
        Mean chance, and share of relevant ones, of a tenth of all recommendations each, from the
        lowest chances to the highest.
    error : float
        Expected calibration error: the mean of |expected - observed|.
    auc_before, auc : float
        The chance that a relevant recommendation has the higher score than an irrelevant one of
        whatever reader, by blended scores and by chances; NaN where there are not both.
    precision_before, precision : float
        Share of relevant ones in the tenth with the highest blended scores, and chances.
    """

    expected: np.ndarray
    observed: np.ndarray
    error: float
    auc_before: float
    auc: float
    precision_before: float
    precision: float

    def figures(self) -> dict[str, float]:
        """The single numbers by name."""
        return {
            "calibration_error": self.error,
            "pooled_auc_before": self.auc_before,
            "pooled_auc": self.auc,
            "pooled_precision_before": self.precision_before,
            "pooled_precision": self.precision,
        }


def reliability(task: Task, ranker: Ranker, k: int = 20) -> Reliability | None:
    """Judge the first k of everybody's list together; None where there is no list."""
    parts = [_of_block(block, ranker, k) for block in task.blocks()]
    scores, chances, relevant = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    if not len(chances):
        return None
    order = np.argsort(chances, kind="stable")
    tenths = [tenth for tenth in np.array_split(order, _BINS) if len(tenth)]
    expected = np.array([chances[tenth].mean() for tenth in tenths])
    observed = np.array([relevant[tenth].mean() for tenth in tenths])
    sizes = np.array([len(tenth) for tenth in tenths])
    return Reliability(
        expected=expected,
        observed=observed,
        error=float(np.average(np.abs(expected - observed), weights=sizes)),
        auc_before=pooled_auc(scores, relevant),
        auc=pooled_auc(chances, relevant),
        precision_before=_precision_of_a_tenth(scores, relevant),
        precision=_precision_of_a_tenth(chances, relevant),
    )


def pooled_auc(scores: np.ndarray, relevant: np.ndarray) -> float:
    """Area under the ROC curve, ties counting half; NaN where one side is empty.

    References: Fawcett, "An introduction to ROC analysis" (2006), the Mann-Whitney statistic.
    """
    n_relevant = int(relevant.sum())
    n_others = len(relevant) - n_relevant
    if not n_relevant or not n_others:
        return float("nan")
    above = rankdata(scores)[relevant].sum() - n_relevant * (n_relevant + 1) / 2
    return float(above / (n_relevant * n_others))


def _of_block(block: Task, ranker: Ranker, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Blended score, chance and relevance of everything on the lists."""
    found = ranker.rank(block.readers, block.rows, block.out, k)
    chances = ranker.chances(block.readers, found.scores)
    listed = found.rows >= 0
    return found.scores[listed], chances[listed], hits(found.rows, block.relevant)[listed]


def _precision_of_a_tenth(scores: np.ndarray, relevant: np.ndarray) -> float:
    best = np.argsort(-scores, kind="stable")[: max(1, len(scores) // 10)]
    return float(relevant[best].mean())
