"""Many scores -> one score, as a sum whose parts can be read as reasons.

In: one score matrix per scorer. Out: `Blend`, which adds up what each scorer contributes, with
weights that training learned on a holdout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from recsys.models.readers import Readers

Segment = Literal["cold", "warm", "hot", "asked"]
SEGMENTS: tuple[Segment, ...] = ("cold", "warm", "hot", "asked")
HOT_SIGNALS = 10
N_KINDS = 2
N_SHAPES = 2


@dataclass(frozen=True)
class Blend:
    """Weights of m scorers in two shapes, for each segment of readers and kind of target.

    A scorer contributes `w * s / max(s)`, which says how near the candidate is to the reader's
    best one of its kind, and `v * log(1 + s / scale)`, which keeps how strong the signal is at
    all. Both are zero where the scorer knows nothing, so a blend works with one signal as with
    ten. Kinds keep apart what has a history of its own (a paper with readers) and what has not.

    Attributes
    ----------
    names : tuple of str
        The scorers, in order.
    kinds : (n_targets,) int8
        0 for a target with a history, 1 for one without.
    scales : (m,) float32
        The median score of each scorer's best candidates in training.
    weights : (n_segments, n_kinds, m, 2) float32
        Not negative.
    """

    names: tuple[str, ...]
    kinds: np.ndarray
    scales: np.ndarray
    weights: np.ndarray

    def contributions(
        self, scores: list[np.ndarray], rows: np.ndarray, eligible: np.ndarray, segments: np.ndarray
    ) -> np.ndarray:
        """(m, n_readers, n_rows) float32: what each scorer adds to each blended score.

        Parameters
        ----------
        scores : m arrays (n_readers, n_rows)
        rows : (n_rows,) int
            The targets that are scored.
        eligible : (n_readers, n_rows) bool
            Only these compete; the others get whatever, and must not be returned.
        segments : (n_readers,) int
            Index into SEGMENTS.
        """
        kinds = self.kinds[rows]
        return np.stack(
            [
                self._part(index, matrix, kinds, eligible, segments)
                for index, matrix in enumerate(scores)
            ]
        )

    def combine(
        self, scores: list[np.ndarray], rows: np.ndarray, eligible: np.ndarray, segments: np.ndarray
    ) -> np.ndarray:
        """(n_readers, n_rows) float32 blended scores; -inf where not eligible."""
        kinds = self.kinds[rows]
        total = np.zeros(eligible.shape, dtype=np.float32)
        for index, matrix in enumerate(scores):
            if self.weights[:, :, index].any():
                total += self._part(index, matrix, kinds, eligible, segments)
        total[~eligible] = -np.inf
        return total

    def _part(
        self,
        index: int,
        matrix: np.ndarray,
        kinds: np.ndarray,
        eligible: np.ndarray,
        segments: np.ndarray,
    ) -> np.ndarray:
        weights = self.weights[segments][:, kinds, index]
        part = weights[:, :, 0] * nearness(matrix, kinds, eligible)
        part += weights[:, :, 1] * strength(matrix, self.scales[index])
        return part


def nearness(scores: np.ndarray, kinds: np.ndarray, eligible: np.ndarray) -> np.ndarray:
    """Scores as a share of the reader's best eligible one of the same kind, from 0 to 1."""
    best = np.empty_like(scores)
    for kind in np.unique(kinds):
        columns = kinds == kind
        competing = eligible & columns
        best[:, columns] = np.max(scores, axis=1, initial=0.0, where=competing)[:, None]
    shares = np.divide(scores, best, out=np.zeros_like(scores), where=best > 0)
    return np.clip(shares, 0.0, 1.0, out=shares)


def strength(scores: np.ndarray, scale: float) -> np.ndarray:
    """log(1 + s / scale), 0 for what is not positive."""
    return np.log1p(np.maximum(scores, 0.0) / scale)


def segments_of(readers: Readers) -> np.ndarray:
    """(n,) int8 index into SEGMENTS: no signal, fewer than ten, ten and more, asked in words."""
    signals = sum(
        np.diff(matrix.indptr)
        for matrix in (readers.liked, readers.disliked, readers.written, readers.follows)
    )
    known = np.where(signals == 0, 0, np.where(signals < HOT_SIGNALS, 1, 2))
    return np.where(np.diff(readers.words.indptr) > 0, 3, known).astype(np.int8)
