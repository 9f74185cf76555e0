"""Chances and what came of them -> how far the chances can be trusted, over all readers together.

In: a ranker and its lists, block by block. Out: `Reliability`: calibration error, the curve behind
it, and how well scores of different readers compare, before and after calibration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from recsys.evaluation.measure import BLEND
from recsys.evaluation.metrics import hits
from recsys.evaluation.task import Task
from recsys.ranking.ranker import Ranked, Ranker

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
    worth_telling : float
        The chance from which on a recommendation is worth a mail; see `worth_telling`.
    """

    expected: np.ndarray
    observed: np.ndarray
    error: float
    auc_before: float
    auc: float
    precision_before: float
    precision: float
    worth_telling: float

    def figures(self) -> dict[str, float]:
        """The single numbers by name."""
        return {
            "calibration_error": self.error,
            "pooled_auc_before": self.auc_before,
            "pooled_auc": self.auc,
            "pooled_precision_before": self.precision_before,
            "pooled_precision": self.precision,
            "worth_telling": self.worth_telling,
        }


class Outcomes:
    """What became of the blend's recommendations, as its lists pass by.

    Parameters
    ----------
    length : int
        How much of each list is judged.
    """

    def __init__(self, ranker: Ranker, length: int) -> None:
        self._ranker, self._length = ranker, length
        self._parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def add(self, block: Task, lists: Mapping[str, Ranked]) -> None:
        """Keep score, chance and relevance of everything on the lists of one block."""
        rows, scores = (
            array[:, : self._length] for array in (lists[BLEND].rows, lists[BLEND].scores)
        )
        listed, chances = rows >= 0, self._ranker.chances(block.readers, scores)
        self._parts.append((scores[listed], chances[listed], hits(rows, block.relevant)[listed]))

    def reliability(self) -> Reliability | None:
        """Judge them all together; None where there is no list."""
        scores, chances, relevant = (
            np.concatenate(arrays) for arrays in zip(*self._parts, strict=True)
        )
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
            worth_telling=worth_telling(chances, relevant),
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


def worth_telling(chances: np.ndarray, relevant: np.ndarray) -> float:
    """The chance from which on recommendations are told, so that few bad ones are and few good
    ones are not: where the harmonic mean of precision and recall (F1) is highest. Of several such
    chances the highest; NaN where nothing was relevant.
    """
    if not relevant.any():
        return float("nan")
    order = np.argsort(-chances, kind="stable")
    found, told = np.cumsum(relevant[order]), np.arange(1, len(order) + 1)
    # Whoever tells one of several equal chances tells all of them.
    last = np.append(chances[order][1:] < chances[order][:-1], True)
    f1 = np.where(last, 2 * found / (told + relevant.sum()), 0.0)
    return float(chances[order][np.argmax(f1)])


def _precision_of_a_tenth(scores: np.ndarray, relevant: np.ndarray) -> float:
    best = np.argsort(-scores, kind="stable")[: max(1, len(scores) // 10)]
    return float(relevant[best].mean())
