"""Whose scores count for less, whoever asks.

In: what training found out about some targets. Out: `Damping`, one factor a target.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Damping:
    """The few targets whose blended scores are multiplied by less than 1.

    Attributes
    ----------
    rows : (m,) int32
        Ascending and unique.
    factors : (m,) float32
        Above 0, at most 1.
    """

    rows: np.ndarray
    factors: np.ndarray

    def of(self, rows: np.ndarray) -> np.ndarray:
        """(n_rows,) float32 factors of any rows; 1 for those that are not damped."""
        factors = np.ones(len(rows), dtype=np.float32)
        if len(self.rows):
            at = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
            damped = self.rows[at] == rows
            factors[damped] = self.factors[at[damped]]
        return factors

    def times(self, other: Damping) -> Damping:
        """Both one after the other."""
        rows = np.union1d(self.rows, other.rows).astype(np.int32)
        return Damping(rows, self.of(rows) * other.of(rows))


def undamped() -> Damping:
    """Everything counts as it is."""
    return Damping(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))
