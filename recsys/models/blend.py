"""Many scores -> one score, as a sum whose parts can be read as reasons.

In: one score matrix per scorer. Out: `Blend`, which adds up what each scorer contributes, with
weights that training learned on a holdout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from recsys.models.readers import Readers

Segment = Literal["cold", "warm", "hot"]
SEGMENTS: tuple[Segment, ...] = ("cold", "warm", "hot")
HOT_SIGNALS = 10
N_SHAPES = 2


@dataclass(frozen=True)
class Blend:
    """Weights of m scorers in two shapes for each segment of readers.

    A scorer contributes `w * s / max(s)`, which says how near the candidate is to the reader's
    best one, and `v * log(1 + s / scale)`, which keeps how strong the signal is at all. Both
    are zero where the scorer knows nothing, so a blend works with one signal as with ten.

    Attributes
    ----------
    names : tuple of str
        The scorers, in order.
    scales : (m,) float32
        The median positive score of each scorer in training.
    weights : (n_segments, m, 2) float32
        Not negative.
    """

    names: tuple[str, ...]
    scales: np.ndarray
    weights: np.ndarray

    def contributions(
        self, scores: list[np.ndarray], eligible: np.ndarray, segments: np.ndarray
    ) -> np.ndarray:
        """(m, n_readers, n_rows) float32: what each scorer adds to each blended score.

        Parameters
        ----------
        scores : m arrays (n_readers, n_rows)
        eligible : (n_readers, n_rows) bool
            Only these compete; the others get whatever, and must not be returned.
        segments : (n_readers,) int
            Index into SEGMENTS.
        """
        parts = np.empty((len(scores), *eligible.shape), dtype=np.float32)
        for index, matrix in enumerate(scores):
            weights = self.weights[segments, index]
            np.multiply(weights[:, :1], nearness(matrix, eligible), out=parts[index])
            parts[index] += weights[:, 1:] * strength(matrix, self.scales[index])
        return parts

    def combine(
        self, scores: list[np.ndarray], eligible: np.ndarray, segments: np.ndarray
    ) -> np.ndarray:
        """(n_readers, n_rows) float32 blended scores; -inf where not eligible."""
        total = np.zeros(eligible.shape, dtype=np.float32)
        for index, matrix in enumerate(scores):
            weights = self.weights[segments, index]
            if weights[:, 0].any():
                total += weights[:, :1] * nearness(matrix, eligible)
            if weights[:, 1].any():
                total += weights[:, 1:] * strength(matrix, self.scales[index])
        total[~eligible] = -np.inf
        return total


def nearness(scores: np.ndarray, eligible: np.ndarray) -> np.ndarray:
    """Scores as a share of the reader's best eligible one, from 0 to 1."""
    best = np.max(scores, axis=1, initial=0.0, where=eligible)[:, None]
    shares = np.divide(scores, best, out=np.zeros_like(scores), where=best > 0)
    return np.maximum(shares, 0.0, out=shares)


def strength(scores: np.ndarray, scale: float) -> np.ndarray:
    """log(1 + s / scale), 0 for what is not positive."""
    return np.log1p(np.maximum(scores, 0.0) / scale)


def segments_of(readers: Readers) -> np.ndarray:
    """(n,) int8 index into SEGMENTS: no signal, fewer than ten, ten and more."""
    signals = sum(
        np.diff(matrix.indptr)
        for matrix in (readers.liked, readers.disliked, readers.written, readers.follows)
    )
    signals = signals + (np.diff(readers.words.indptr) > 0)
    return np.where(signals == 0, 0, np.where(signals < HOT_SIGNALS, 1, 2)).astype(np.int8)
