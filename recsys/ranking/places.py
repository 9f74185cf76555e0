"""Candidates in their order -> the places of a list, one after the other.

In: what each candidate is worth, how alike any two are, who crowds whom. Out: the order. A place
depends on those above it alone, so that a longer list begins with the shorter one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.ranking.interests import Interests

_LOOK_BACK, _MOST_ALIKE = 9, 3
_GOOD_ENOUGH = 0.5  # of the best one's worth, to overtake it for being unlike


@dataclass(frozen=True)
class Candidates:
    """n candidates of one reader, best first; a tie goes to the one further up.

    Attributes
    ----------
    worth : (n,) float
        Relevance, from 1 for the best to 0.
    likeness : (n, n) float
        From -1 to 1.
    crowds : (n, n) bool
        Whether the row's candidate waits where too many like the column's stand before it.
    chance : (n,) float
        The order of exploring; -inf for what is not to be explored.
    interests : Interests
        Of the reader.
    interest : (n,) int
        Which of them each candidate belongs to, -1 for none.
    """

    worth: np.ndarray
    likeness: np.ndarray
    crowds: np.ndarray
    chance: np.ndarray
    interests: Interests
    interest: np.ndarray

    def __len__(self) -> int:
        return len(self.worth)


def fill_places(
    found: Candidates,
    n: int,
    *,
    diversity: float = 0.0,
    interests: float = 0.0,
    exploration: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """The candidates of the first n places, and which of these are explored.

    A place goes to the candidate with the greatest (1 - diversity) * worth - diversity * (its
    likeness to the nearest one above) - interests * (how far the list would then be from the
    reader's interests), or, every so often, to the next one to explore. With three
    among the nine places before that crowd it, a candidate waits, unless nothing else is half as
    good as the best of those left.

    References
    ----------
    Carbonell and Goldstein, "The use of MMR, diversity-based reranking for reordering documents
    and producing summaries" (1998), eq. 1.
    """
    n = min(n, len(found))
    if not (diversity or interests or exploration or found.crowds.any()):
        return np.arange(n), np.zeros(n, dtype=bool)
    order, explored = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=bool)
    free, nearest = np.ones(len(found), dtype=bool), np.zeros(len(found))
    served = np.zeros(len(found.interests), dtype=np.int64)
    crowding = np.zeros(len(found), dtype=np.int64)
    crowds = found.crowds.T.astype(np.int64)
    for place in range(n):
        open_ = free & (crowding < _MOST_ALIKE)
        if not (open_ & (found.worth >= _GOOD_ENOUGH * found.worth[free].max())).any():
            open_ = free
        value = (1 - diversity) * found.worth - diversity * nearest
        if interests:
            value -= interests * found.interests.unserved(served)[found.interest]
        if int((place + 1) * exploration) > int(place * exploration):
            chance = np.where(open_, found.chance, -np.inf)
            explored[place] = chance.max() > -np.inf
            value = chance if explored[place] else value
        order[place] = pick = int(np.argmax(np.where(open_, value, -np.inf)))
        free[pick] = False
        crowding += crowds[pick]
        if place >= _LOOK_BACK:
            crowding -= crowds[order[place - _LOOK_BACK]]
        served += found.interest[pick] == np.arange(len(served))
        nearest = np.maximum(nearest, found.likeness[pick])
    return order, explored
