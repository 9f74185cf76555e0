"""Blended scores -> chances that compare between readers.

In: blended scores. Out: for each the chance, from 0 to 1, that the target is relevant to the
reader. The order of a reader's targets stays what it was.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

_GUESSED_OFFSET, _GUESSED_SLOPE = -4.0, 1.0  # odds of 1 : 50 a point


@dataclass(frozen=True)
class Calibration:
    """Log-odds of relevance: offset + slope * log(score), for each segment of readers.

    Platt, "Probabilistic outputs for support vector machines" (1999), with the logarithm of the
    score, since a score of nothing has no chance.

    Attributes
    ----------
    offsets, slopes : (n_segments,) float64
        Slopes are positive.
    learned : (n_segments,) bool
        Whether a holdout taught them; a guess otherwise, whose order holds and whose size does
        not.
    """

    offsets: np.ndarray
    slopes: np.ndarray
    learned: np.ndarray

    def chances(self, scores: np.ndarray, segments: np.ndarray) -> np.ndarray:
        """float64 chances of blended scores; segments of their readers broadcast.

        A score that is not positive has no chance.
        """
        with np.errstate(divide="ignore"):  # log(0) = -inf, which is no chance
            logs = np.log(np.maximum(scores, 0.0, dtype=np.float64))
        return expit(self.offsets[segments] + self.slopes[segments] * logs)


def guessed(n_segments: int) -> Calibration:
    """What is believed without any holdout."""
    offsets, slopes = np.full(n_segments, _GUESSED_OFFSET), np.full(n_segments, _GUESSED_SLOPE)
    return Calibration(offsets, slopes, np.zeros(n_segments, dtype=bool))
