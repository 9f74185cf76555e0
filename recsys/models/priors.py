"""Scores that are the same for everyone: what is new, and what is read.

In: ages and reader counts. Out: `PriorScorer`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.models.readers import Readers
from recsys.models.scorer import Evidence, speaking


@dataclass(frozen=True)
class PriorScorer:
    """One value a candidate, whoever asks.

    Attributes
    ----------
    values : (n_candidates,) float32
        Not negative.
    told : (n_candidates,) bool
        Where the value is one to speak of: a paper is not called new for being a little less old.
    """

    name: str
    values: np.ndarray
    told: np.ndarray

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return np.broadcast_to(self.values[rows], (len(readers), len(rows))).astype(np.float32)

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:  # noqa: ARG002
        amounts = np.where(self.told[rows], self.values[rows], 0.0)
        return speaking(self.name, "", np.array([-1]), amounts[:, None])
