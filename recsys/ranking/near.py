"""Whose work is near: to somebody's own work, to papers, to words.

In: a model. Out: `near_ranker`, which ranks people by how near their recent work is and by nothing
else; `LikelyAndNear`, people to write with about something.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.models.blend import N_KINDS, N_SHAPES, SEGMENTS, STRENGTH, Blend, shares_of_best
from recsys.models.model import Model
from recsys.ranking.ranker import Ranker
from recsys.ranking.shares import Scored, Speaking

# By what finds one half of an author's papers from the other half; see docs/benchmarks.md.
_WEIGHTS = {"similar_words": 0.7, "similar_work": 0.3}
_NEAR_ENOUGH = 0.5  # of the nearest
# What a wish names is nothing that the asker has read or written: so say its reasons.
_WISHED = {"liked": "near_paper", "topic": "near_words"}


def near_ranker(model: Model) -> Ranker:
    """A ranker of people by nearness alone: 0 is nothing in common, 1 the same words and topics."""
    scorers = tuple(one for one in model.author_scorers if one.name in _WEIGHTS)
    each = np.array([_WEIGHTS[one.name] for one in scorers], dtype=np.float32)
    weights = np.zeros((len(SEGMENTS), N_KINDS, len(scorers), N_SHAPES), dtype=np.float32)
    weights[..., STRENGTH] = each / (each.sum() * np.log(2.0))  # log(1 + 1) for a cosine of 1
    return Ranker(
        scorers,
        Blend(
            names=tuple(one.name for one in scorers),
            kinds=model.author_blend.kinds,
            scales=np.ones(len(scorers), dtype=np.float32),
            pulls=(np.ones(len(model.dataset.authors), dtype=np.float32),) * len(scorers),
            weights=weights,
        ),
    )


@dataclass(frozen=True)
class LikelyAndNear:
    """People whom one reader is likely to write with, and whose work is near something else.

    Attributes
    ----------
    likely, near : Scored
        Of the same candidates, for the reader and for what it should be about.
    """

    likely: Scored
    near: Scored

    @property
    def is_any(self) -> bool:
        """Whether anybody is near at all."""
        return bool((self.near.total > 0).any())

    def total(self) -> np.ndarray:
        """(1, n_rows) float32: how likely and how near beside the best of them, each counting
        alike; -inf for who is out or not half as near as the nearest.
        """
        return np.where(self._near_enough() & self.likely.eligible, sum(self._parts()), -np.inf)

    def speaking(self, likely: Ranker, near: Ranker, chosen: np.ndarray) -> list[list[Speaking]]:
        """What speaks for each chosen row, what it should be about being a thing like others."""
        columns = np.searchsorted(self.likely.rows, chosen)
        odds, nearness = (part[0, columns] for part in self._parts())
        parts = (nearness / (odds + nearness)).tolist()
        both = zip(
            likely.explain(self.likely, chosen), near.explain(self.near, chosen), parts, strict=True
        )
        return [
            [one._replace(share=one.share * (1.0 - part)) for one in of_odds]
            + [one._replace(share=one.share * part, kind=_WISHED[one.kind]) for one in of_nearness]
            for of_odds, of_nearness, part in both
        ]

    def _near_enough(self) -> np.ndarray:
        nearness = self.near.total
        return nearness >= _NEAR_ENOUGH * nearness.max(initial=0.0)

    def _parts(self) -> tuple[np.ndarray, np.ndarray]:
        # The likeliest of all may be far from what is asked for: beside them, nobody near counts.
        odds = np.where(self._near_enough(), np.maximum(self.likely.total, 0.0), 0.0)
        nearness = np.maximum(self.near.total, 0.0)
        return (
            shares_of_best(odds, odds.max(axis=1, initial=0.0, keepdims=True)),
            shares_of_best(nearness, nearness.max(axis=1, initial=0.0, keepdims=True)),
        )
