"""What a reader is interested in, as a few groups of papers, and how a list may serve them all.

In: dense vectors of what a reader read and wrote. Out: `Interests`, the groups with their shares,
and which candidates belong to which.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.models.text_profile import unit_length

_MOST = 3
_APART = 0.2  # cosine under which a paper is the seed of another interest
_OF_IT = 0.1  # cosine from which a paper belongs to the nearest interest
_ROUNDS = 3
_SMOOTHING = 0.01


@dataclass(frozen=True)
class Interests:
    """The interests of one reader.

    Attributes
    ----------
    centres : (n_interests, n_topics) float32
        Unit rows.
    shares : (n_interests,) float
        How much of the reader's reading and writing each of them is; they add up to 1.
    """

    centres: np.ndarray
    shares: np.ndarray

    def __len__(self) -> int:
        return len(self.shares)

    def nearest(self, vectors: np.ndarray) -> np.ndarray:
        """(n,) int: the interest that each unit vector belongs to, -1 where to none."""
        if not len(self.centres):
            return np.full(len(vectors), -1)
        likeness = vectors @ self.centres.T
        return np.where(likeness.max(axis=1) >= _OF_IT, likeness.argmax(axis=1), -1)

    def unserved(self, served: np.ndarray) -> np.ndarray:
        """(n_interests + 1,) how far a list's shares are from the reader's after one more paper
        of each interest, and, last, of none; 0 is not at all.

        Steck, "Calibrated recommendations" (2018), eq. 6 and 7: the Kullback-Leibler divergence
        of the list's shares, smoothed, from the reader's.

        Parameters
        ----------
        served : (n_interests,) int
            How many papers of each the list has so far.
        """
        after = served + np.vstack([np.eye(len(served)), np.zeros(len(served))])
        listed = after / np.maximum(after.sum(axis=1, keepdims=True), 1)
        smooth = (1 - _SMOOTHING) * listed + _SMOOTHING * self.shares
        return (self.shares * np.log(self.shares / smooth)).sum(axis=1)


NONE = Interests(np.zeros((0, 0), dtype=np.float32), np.zeros(0))


def interests_of(vectors: np.ndarray, weights: np.ndarray) -> Interests:
    """At most three interests of somebody with (m, n_topics) unit vectors and (m,) weights.

    The first seed is the most central paper, each next one the paper that is farthest from all
    before (Gonzalez, 1985), as long as it is far; then each paper goes to the nearest centre, a
    few times over. The same papers always give the same interests, the heaviest first.
    """
    known = vectors.any(axis=1)
    vectors, weights = vectors[known], weights[known]
    if not len(vectors):
        return NONE
    seeds = [int(np.argmax(vectors @ (weights @ vectors)))]
    nearest = vectors @ vectors[seeds[0]]
    while len(seeds) < _MOST and nearest.min() < _APART:
        seeds.append(int(np.argmin(nearest)))
        nearest = np.maximum(nearest, vectors @ vectors[seeds[-1]])
    centres = vectors[seeds]
    for _ in range(_ROUNDS):
        member = np.eye(len(centres))[np.argmax(vectors @ centres.T, axis=1)] * weights[:, None]
        member = member[:, member.any(axis=0)]
        centres = unit_length((member.T @ vectors).astype(np.float32))
    order = np.argsort(-member.sum(axis=0), kind="stable")
    return Interests(centres[order], member.sum(axis=0)[order] / member.sum())
