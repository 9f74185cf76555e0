"""What many lists held: how often each target was shown, and where the wanted ones stood.

In: ranked lists, block by block. Out: counts and ranks by the name of who made the lists.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from recsys.evaluation.task import Task
from recsys.ranking.ranker import Ranked


class Tally:
    """Adds up lists as they pass by.

    Parameters
    ----------
    length : int
        How much of each list counts as shown.
    """

    def __init__(self, length: int) -> None:
        self._length = length
        self._shown: dict[str, np.ndarray] = {}
        self._ranks: dict[str, list[np.ndarray]] = {}

    def add(self, block: Task, lists: Mapping[str, Ranked]) -> None:
        """Count the lists of one block, which were made by each of the named."""
        for name, made in lists.items():
            rows = made.rows[:, : self._length]
            seen = np.bincount(rows[rows >= 0], minlength=block.relevant.shape[1])
            self._shown[name] = self._shown.get(name, 0) + seen
            self._ranks.setdefault(name, []).append(ranks_of(block.relevant, made.rows))

    def shown(self, name: str) -> np.ndarray:
        """(n_targets,) int64 lists in which each target stood among the first `length`."""
        return self._shown[name]

    def ranks(self, name: str) -> np.ndarray:
        """(n_relevant,) int64 ranks from 1 of all relevant cells in the order of the task's CSR.

        0 where the list ended before.
        """
        return np.concatenate(self._ranks[name])


def ranks_of(relevant: sparse.csr_matrix, ranked: np.ndarray) -> np.ndarray:
    """(nnz,) int64 rank from 1 of each relevant cell in its row of `ranked`, 0 where absent."""
    n, n_targets = relevant.shape
    wanted = np.repeat(np.arange(n), np.diff(relevant.indptr)) * n_targets + relevant.indices
    filled = ranked >= 0
    reader, place = np.nonzero(filled)
    listed = reader * n_targets + ranked[filled]
    if not len(listed):
        return np.zeros(len(wanted), dtype=np.int64)
    order = np.argsort(listed)
    at = np.minimum(np.searchsorted(listed, wanted, sorter=order), len(listed) - 1)
    return np.where(listed[order[at]] == wanted, place[order[at]] + 1, 0)
