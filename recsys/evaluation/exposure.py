"""Whom the lists show: coverage, novelty, and how unevenly attention is spread.

In: how often each candidate stands in somebody's list. Out: figures about all lists together.
"""

from __future__ import annotations

import numpy as np

N_PARTS = 10


def coverage(shown: np.ndarray) -> float:
    """Share of the candidates that stand in at least one list; NaN without candidates."""
    return float(np.mean(shown > 0)) if len(shown) else float("nan")


def novelty(shown: np.ndarray, popularity: np.ndarray, n_people: int) -> float:
    """Mean self-information of what is shown, in bits: -log2 of the share of people who know it.

    Everything counts as known to one more person, of one more, so that what nobody knows is
    finite. NaN where nothing is shown. Zhou et al., "Solving the apparent diversity-accuracy
    dilemma of recommender systems" (2010).

    Parameters
    ----------
    shown, popularity : (n_candidates,) int
        Lists in which each stands; people who know it.
    """
    bits = -np.log2((1.0 + popularity) / (1.0 + n_people))
    return float(shown @ bits / shown.sum()) if shown.sum() else float("nan")


def gini(shown: np.ndarray) -> float:
    """0 where all candidates are shown equally often; 1 - 1/n where one takes all places.

    Half the mean difference of two candidates, over their mean. NaN where nothing is shown.
    """
    n, total = len(shown), shown.sum()
    if not total:
        return float("nan")
    places = 2 * np.arange(1, n + 1) - n - 1
    return float(places @ np.sort(shown) / (n * total))


def shares_by_popularity(shown: np.ndarray, popularity: np.ndarray) -> np.ndarray:
    """(10,) float64: share of all places that each tenth of the candidates takes.

    The first tenth is the least popular. Equally popular candidates share their places evenly,
    wherever the border of a tenth cuts them. NaN where nothing is shown.
    """
    if not shown.sum():
        return np.full(N_PARTS, np.nan)
    _, group, sizes = np.unique(popularity, return_inverse=True, return_counts=True)
    even = np.bincount(group, weights=shown) / sizes
    ordered = even[np.sort(group)] / shown.sum()
    return np.array([part.sum() for part in np.array_split(ordered, N_PARTS)])
