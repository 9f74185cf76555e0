"""A ranking task: who asks, what may be ranked, what must be found.

In: readers and sparse matrices of what is relevant and what is out. Out: `Task`, the common
form of every evaluation and of the holdout on which a blend is learned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.models.readers import Readers

Step = Callable[[int, int], None]
_CELLS_PER_BLOCK = 1_000_000


def unwatched(done: int, of: int) -> None:
    """A step of long work (done, of) that nobody watches."""


def evenly(n: int, most: int) -> np.ndarray:
    """(at most `most`,) ascending rows of n questions, evenly drawn; all where there are few."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).astype(np.int64))


@dataclass(frozen=True)
class Task:
    """n questions.

    Attributes
    ----------
    readers : Readers
        n people.
    relevant, out : (n, n_targets) CSR float32
        Filled where a target must be found; where it must not be returned.
    rows : (n_candidates,) int
        Ascending rows of the targets that compete.
    """

    readers: Readers
    relevant: sparse.csr_matrix
    out: sparse.csr_matrix
    rows: np.ndarray

    def __len__(self) -> int:
        return len(self.readers)

    def __getitem__(self, kept: slice | np.ndarray) -> Task:
        return Task(self.readers[kept], self.relevant[kept], self.out[kept], self.rows)

    def blocks(self) -> Iterator[Task]:
        """The task in pieces whose score matrices fit into memory; an empty task is one piece."""
        size = max(1, min(256, _CELLS_PER_BLOCK // max(len(self.rows), 1)))
        for start in range(0, max(len(self), 1), size):
            yield self[start : start + size]

    def n_relevant(self) -> np.ndarray:
        """(n,) int64 how many targets each reader should find."""
        return np.diff(self.relevant.indptr).astype(np.int64)
