"""Random draws that the generated world needs often, over whole columns at once.

In: a generator and weights. Out: rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def heavy_tailed(rng: np.random.Generator, n: int, shape: float) -> np.ndarray:
    """(n,) positive weights of a Pareto distribution; a smaller shape has a heavier tail."""
    return 1.0 + rng.pareto(shape, n)


def weighted_rows(rng: np.random.Generator, weights: np.ndarray, n: int) -> np.ndarray:
    """(n,) rows, each with a chance in proportion to its weight; with replacement."""
    return rows_at(np.cumsum(weights), rng.random(n))


def rows_at(cumulative: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """The rows that uniform numbers in [0, 1) fall on, given cumulative weights."""
    rows = np.searchsorted(cumulative, uniform * cumulative[-1], side="right")
    return np.minimum(rows, len(cumulative) - 1)


@dataclass(frozen=True)
class Grouped:
    """Members by group: those of group g are `members[starts[g]:starts[g + 1]]`.

    Attributes
    ----------
    cumulative : (n_members + 1,) float64
        Sum of the weights of all members before a place.
    """

    members: np.ndarray
    starts: np.ndarray
    cumulative: np.ndarray

    @classmethod
    def of(cls, groups: np.ndarray, n_groups: int, weights: np.ndarray | None = None) -> Grouped:
        """Sort rows by their group; within one, they stay in order. The default weight is 1."""
        members = np.argsort(groups, kind="stable")
        starts = np.searchsorted(groups[members], np.arange(n_groups + 1))
        weights = np.ones(len(groups)) if weights is None else weights
        return cls(members, starts, np.concatenate([[0.0], np.cumsum(weights[members])]))

    def __getitem__(self, group: int) -> np.ndarray:
        return self.members[self.starts[group] : self.starts[group + 1]]

    def pick(self, rng: np.random.Generator, groups: np.ndarray) -> np.ndarray:
        """One member of each given group, by weight; -1 for an empty group."""
        first, last = self.starts[groups], self.starts[groups + 1] - 1
        low, high = self.cumulative[first], self.cumulative[last + 1]
        target = low + rng.random(len(groups)) * (high - low)
        at = np.searchsorted(self.cumulative, target, side="right") - 1
        empty = last < first
        at = np.clip(at, first, np.maximum(first, last))
        return np.append(self.members, -1)[np.where(empty, -1, at)]
