"""Measured lists -> the figures of a report.

In: the table of all lists, their tally, and the questions. Out: the parts of a `Report`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from recsys.evaluation.bootstrap import Estimate, estimate_means, estimate_ratios
from recsys.evaluation.exposure import coverage, gini, novelty, shares_by_popularity
from recsys.evaluation.measure import BLEND, means
from recsys.evaluation.reliability import Outcomes
from recsys.evaluation.tally import Tally
from recsys.evaluation.task import Task
from recsys.models.blend import SEGMENTS, Blend
from recsys.storage.provenance import data_window, row_counts
from training.pipeline import Trained
from training.report.contents import (
    ANY_MODEL,
    Curve,
    Details,
    Reach,
    Retrieval,
    Split,
    SplitPart,
)
from training.report.traits import Popularity, Trait

BASELINE = "baseline: "
_CURVE_KS = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000)
_LEAST_DEPTH = 100
_SHORTEST_RETRIEVED = 20


def curve_ks(ks: tuple[int, ...]) -> tuple[int, ...]:
    """The lengths of list at which a curve is drawn, up to the longest that was asked for."""
    return tuple(k for k in _CURVE_KS if k <= max(*ks, _LEAST_DEPTH))


@dataclass(frozen=True)
class Measured:
    """Everything that was measured of one evaluation.

    Attributes
    ----------
    table : frame as `recsys.evaluation.measure.measure` returns it
    metrics : tuple of str
        The columns that were asked for; the first ndcg among them is the chief one.
    """

    table: pd.DataFrame
    metrics: tuple[str, ...]
    tally: Tally
    outcomes: Outcomes
    task: Task
    seed: int

    def figures(self, name: str) -> pd.DataFrame:
        """The metrics of one of the named, one row a person."""
        return self.table.loc[self.table["scorer"] == name, [*self.metrics]]

    def results(self) -> dict[str, dict[str, float]]:
        """Means of the metrics over all who asked, by scorer."""
        return means(self.table[["scorer", *self.metrics]], "scorer")

    def segments(self) -> dict[str, dict[str, Any]]:
        """How many asked and means of the metrics, by kind of person who asks."""
        shown = self.table[["scorer", "segment", *self.metrics]]
        return {
            str(segment): {
                "users": int(len(rows) // rows["scorer"].nunique()),
                "results": means(rows, "scorer"),
            }
            for segment, rows in shown.groupby("segment", sort=True)
        }

    def details(
        self,
        trained: Trained,
        blend: Blend,
        traits: Iterable[Trait],
        popularity: Popularity,
        ks: tuple[int, ...],
        stages: dict[str, float],
    ) -> Details:
        """What is behind the figures; traits and popularity are those of the targets.

        Without a blend that learned from answers, chances are guesses, and nothing to trust.
        """
        results, dataset = self.results(), trained.model.dataset
        chief = f"ndcg@{ks[0]}"
        compared = _compared(results, chief)
        return Details(
            counts=row_counts(dataset) | {"pairs": int(self.task.relevant.nnz)},
            candidates=len(self.task.rows),
            window=data_window(dataset),
            left_out=trained.left_out,
            ks=ks,
            chief=chief,
            compared=compared,
            intervals=self._estimates(tuple(results), self.metrics),
            segments=self._segment_estimates(),
            curve=self._curve(curve_ks(ks), compared),
            splits=tuple(self._split(trait, ks[0], compared) for trait in traits),
            retrieval=self._retrieval(tuple(results), curve_ks(ks)),
            reach={name: self._reach(name, popularity) for name in compared},
            popularity=popularity.unit,
            trust=self.outcomes.reliability() if blend.calibration.learned.any() else None,
            holdout=trained.metrics,
            stages=stages,
        )

    def _estimates(
        self, names: tuple[str, ...], metrics: tuple[str, ...]
    ) -> dict[str, dict[str, Estimate]]:
        people = [self.table.loc[self.table["scorer"] == name, [*metrics]] for name in names]
        together = np.hstack([rows.to_numpy(dtype=np.float64) for rows in people])
        found = iter(estimate_means(together, seed=self.seed))
        return {name: {metric: next(found) for metric in metrics} for name in names}

    def _segment_estimates(self) -> dict[str, dict[str, Estimate]]:
        """Of the blend, those of whom least is known first."""
        blend = self.table[self.table["scorer"] == BLEND]
        found: dict[str, dict[str, Estimate]] = {}
        for segment in SEGMENTS:
            rows = blend.loc[blend["segment"] == segment, [*self.metrics]]
            if len(rows):
                estimates = estimate_means(rows.to_numpy(dtype=np.float64), seed=self.seed)
                found[segment] = dict(zip(self.metrics, estimates, strict=True))
        return found

    def _curve(self, ks: tuple[int, ...], names: tuple[str, ...]) -> Curve:
        recall = self._estimates(names, tuple(f"recall@{k}" for k in ks))
        return Curve(ks, {name: tuple(recall[name].values()) for name in names})

    def _split(self, trait: Trait, k: int, names: tuple[str, ...]) -> Split:
        """Everything that was to be found counts alike, whoever looked for it."""
        n, relevant = len(self.task), self.task.relevant
        asker = np.repeat(np.arange(n), np.diff(relevant.indptr))
        cell = asker * len(trait.labels) + trait.parts[relevant.indices]
        size = n * len(trait.labels)
        wanted = np.bincount(cell, minlength=size).reshape(n, -1)
        there = np.flatnonzero(wanted.any(axis=0))
        rows = self.task.rows
        competing = np.bincount(trait.parts[rows], minlength=len(trait.labels))
        found, places = {}, {}
        for name in names:
            shown = np.bincount(
                trait.parts[rows], weights=self.tally.shown(name)[rows], minlength=len(trait.labels)
            )
            places[name] = shown / shown.sum() if shown.any() else np.full(len(shown), np.nan)
            ranks = self.tally.ranks(name)
            hit = (ranks > 0) & (ranks <= k)
            hits = np.bincount(cell, weights=hit, minlength=size).reshape(n, -1)
            found[name] = estimate_ratios(hits[:, there], wanted[:, there], seed=self.seed)
        parts = (
            SplitPart(
                trait.labels[part],
                int(competing[part]),
                int(wanted[:, part].sum()),
                {name: shares[place] for name, shares in found.items()},
                {name: float(shares[part]) for name, shares in places.items()},
            )
            for place, part in enumerate(there)
        )
        return Split(trait.name, k, tuple(parts))

    def _retrieval(self, names: tuple[str, ...], ks: tuple[int, ...]) -> Retrieval:
        models = [name for name in names if name != BLEND and not name.startswith(BASELINE)]
        never = np.iinfo(np.int64).max
        ranks = {name: self.tally.ranks(name) for name in models}
        ranks = {name: np.where(one > 0, one, never) for name, one in ranks.items()}
        if ranks:
            ranks[ANY_MODEL] = np.min(np.stack([*ranks.values()]), axis=0)
        ks = tuple(k for k in ks if k >= _SHORTEST_RETRIEVED)
        found = {n: tuple(float(np.mean(one <= k)) for k in ks) for n, one in ranks.items()}
        return Retrieval(ks, found)

    def _reach(self, name: str, popularity: Popularity) -> Reach:
        rows = self.task.rows
        shown, known = self.tally.shown(name)[rows], popularity.counts[rows]
        most = float(shown.max(initial=0) / max(len(self.task), 1))
        if not known.any():
            return Reach(coverage(shown), gini(shown), most, None, None)
        shares = tuple(map(float, shares_by_popularity(shown, known)))
        bits = novelty(shown, known, popularity.most)
        return Reach(coverage(shown), gini(shown), most, bits, shares)


def _compared(results: dict[str, dict[str, float]], chief: str) -> tuple[str, ...]:
    """The blend, the best single model and the baselines, each best first by the chief metric."""
    ordered = sorted(results, key=lambda name: -results[name][chief])
    baselines = [name for name in ordered if name.startswith(BASELINE)]
    singles = [name for name in ordered if name != BLEND and name not in baselines]
    return (BLEND, *singles[:1], *baselines)
