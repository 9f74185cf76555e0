"""How near things are to the middle of a graph: first what is tied to it, then what is like it.

In: how strongly each row is tied, and how like it is. Out: nearness, above 0 to 1, and the nearest.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from recsys.ranking.top_k import top_k

_TIED, _ALIKE = 0.5, 0.4  # from here on, and up to there


class Near(NamedTuple):
    """Rows of a collection, the nearest first.

    Attributes
    ----------
    rows : (n,) int64
    weights : (n,) float32
        How near they are, above 0 to 1.
    """

    rows: np.ndarray
    weights: np.ndarray

    @property
    def tied(self) -> np.ndarray:
        """(n,) bool: whether each of them is more than like the middle."""
        return self.weights >= _TIED


def nearness(tied: np.ndarray, alike: np.ndarray) -> np.ndarray:
    """(n,) float32 from 0.5 to 1 for what is tied, to 0.4 for what is only like the middle.

    Parameters
    ----------
    tied, alike : (n,) float32
        Each in a unit of its own, 0 for not at all; the strongest of each is 1.
    """
    strong, like = (values / max(float(values.max(initial=0.0)), 1e-12) for values in (tied, alike))
    found: np.ndarray = np.where(tied > 0, _TIED + (1 - _TIED) * strong, _ALIKE * like)
    return found.astype(np.float32)


def nearest(weights: np.ndarray, n: int, beside: int = -1) -> Near:
    """The n rows with the highest weights above 0, `beside` aside; ties go to the lower row."""
    left = np.where(weights > 0, weights, -np.inf)
    if beside >= 0:
        left[beside] = -np.inf
    rows = top_k(left[None], n)[0]
    rows = rows[rows >= 0]
    return Near(rows, weights[rows])
