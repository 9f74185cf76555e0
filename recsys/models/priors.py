"""Scores that are the same for everyone: what is new, and what is read.

In: ages and reader counts. Out: `PriorScorer`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.models.readers import Readers
from recsys.models.scorer import Evidence


@dataclass(frozen=True)
class PriorScorer:
    """One value a candidate, whoever asks.

    Attributes
    ----------
    values : (n_candidates,) float32
        Not negative.
    """

    name: str
    values: np.ndarray

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return np.broadcast_to(self.values[rows], (len(readers), len(rows))).astype(np.float32)

    def evidence(self, reader: Readers, row: int) -> list[Evidence]:  # noqa: ARG002
        value = float(self.values[row])
        return [Evidence(self.name, "", -1, value)] if value > 0 else []
