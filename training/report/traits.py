"""What tells targets apart: their age, and how well they are known.

In: a trained model. Out: `Trait`s of its papers or people, and their popularity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.models.model import Model

_AGES = {
    "under 1 month": 30.4,
    "1 to 6 months": 182.6,
    "6 to 12 months": 365.25,
    "1 to 2 years": 730.5,
    "2 to 5 years": 1826.25,
    "5 to 10 years": 3652.5,
    "over 10 years": np.inf,
}
_COUNTS = {
    "0": 1,
    "1 to 3": 4,
    "4 to 9": 10,
    "10 to 29": 30,
    "30 to 99": 100,
    "100 and more": np.inf,
}
_CAREERS = {
    "junior, under 3 years": 3,
    "3 to 7 years": 7,
    "senior, 7 to 15 years": 15,
    "over 15 years": np.inf,
}
_SIZES = {
    "none known": 1,
    "1 to 9": 10,
    "10 to 29": 30,
    "30 to 99": 100,
    "100 and more": np.inf,
}
_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Trait:
    """Targets in named parts.

    Attributes
    ----------
    parts : (n_targets,) int
        Index into `labels`.
    """

    name: str
    labels: tuple[str, ...]
    parts: np.ndarray


@dataclass(frozen=True)
class Popularity:
    """How well targets are known.

    Attributes
    ----------
    unit : str
        What is counted, in words: "readers".
    counts : (n_targets,) int64
    most : int
        How large a count could be.
    """

    unit: str
    counts: np.ndarray
    most: int


def paper_popularity(model: Model) -> Popularity:
    """Readers of each paper, among all users."""
    liked = model.signals.liked
    return Popularity(
        "readers", np.bincount(liked.indices, minlength=liked.shape[1]), liked.shape[0]
    )


def author_popularity(model: Model) -> Popularity:
    """Papers of each author, among all papers."""
    written = model.signals.authorship
    return Popularity("papers", np.diff(written.indptr).astype(np.int64), written.shape[1])


def paper_traits(model: Model) -> Iterator[Trait]:
    """Age, where anything has a date, and readers, where anything has any."""
    ages = model.dataset.ages_days()
    if not np.isnan(ages).all():
        known = _parts(np.nan_to_num(ages), _AGES)
        parts = np.where(np.isnan(ages), len(_AGES), known)
        yield Trait("age of the paper", (*_AGES, "unknown"), parts)
    popularity = paper_popularity(model)
    if popularity.counts.any():
        parts = _parts(popularity.counts, _COUNTS)
        yield Trait("readers of the paper", tuple(_COUNTS), parts)


def author_traits(model: Model) -> Iterator[Trait]:
    """Papers that the person has written, for how long, and how large their affiliations are."""
    counts = author_popularity(model).counts
    yield Trait("papers of the person", tuple(_COUNTS), _parts(counts, _COUNTS))
    years = _years_active(model)
    if np.isfinite(years).any():
        parts = np.where(np.isfinite(years), _parts(years, _CAREERS), len(_CAREERS))
        yield Trait("years since the first paper", (*_CAREERS, "unknown"), parts)
    affiliations = model.dataset.authors.affiliations
    if affiliations.nnz:
        sizes = np.asarray(affiliations.sum(axis=0))
        largest = (affiliations @ sparse.diags(sizes.ravel())).max(axis=1).toarray().ravel()
        yield Trait("people at the affiliation", tuple(_SIZES), _parts(largest, _SIZES))


def _years_active(model: Model) -> np.ndarray:
    """(n_authors,) years since the first paper with a date; -inf without any."""
    years = np.full(len(model.dataset.authors), -np.inf)
    written, ages = model.dataset.authorships, model.dataset.ages_days() / _DAYS_PER_YEAR
    known = ~np.isnan(ages[written.paper_rows])
    np.maximum.at(years, written.author_rows[known], ages[written.paper_rows[known]])
    return years


def _parts(values: np.ndarray, ends: dict[str, float]) -> np.ndarray:
    """(n,) index of the first part whose end is above the value."""
    return np.searchsorted(np.array(list(ends.values())), values, side="right")
