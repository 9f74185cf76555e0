"""What a dataset can know, signal by signal: whether it does, and the same dataset without it.

In: a `Dataset`. Out: the signals it lacks, in words, and datasets from which one is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy import sparse

from recsys.data.dataset import UNKNOWN_TIME, Dataset
from recsys.data.schema import INTERACTION_KINDS
from recsys.data.strings import Strings

Part = Literal["papers", "authors"]
WHOLE: frozenset[Part] = frozenset({"papers", "authors"})


@dataclass(frozen=True)
class DatasetSignal:
    """One thing that a dataset may know.

    Attributes
    ----------
    lacking : str
        What to say where the dataset does not have it.
    ranks : frozenset of "papers" and "authors"
        What it helps to rank.
    """

    name: str
    lacking: str
    present: Callable[[Dataset], bool]
    without: Callable[[Dataset], Dataset]
    ranks: frozenset[Part] = WHOLE


def left_out(dataset: Dataset) -> tuple[str, ...]:
    """What the dataset did not have, in words."""
    return tuple(signal.lacking for signal in SIGNALS if not signal.present(dataset))


def signals_of(dataset: Dataset, part: Part) -> tuple[DatasetSignal, ...]:
    """What the dataset knows that helps to rank papers, or authors."""
    return tuple(s for s in SIGNALS if s.present(dataset) and part in s.ranks)


def _dismissed(dataset: Dataset) -> np.ndarray:
    return dataset.interactions.kinds == INTERACTION_KINDS.index("dismiss")


def _without_text(dataset: Dataset) -> Dataset:
    nothing = Strings.pack([""] * len(dataset.papers))
    return replace(dataset, papers=replace(dataset.papers, titles=nothing, abstracts=nothing))


def _without_dates(dataset: Dataset) -> Dataset:
    """No paper, follow or deed has a time, so that nothing has an age."""
    papers, follows, deeds = dataset.papers, dataset.follows, dataset.interactions
    return replace(
        dataset,
        papers=replace(papers, published=_unknown(papers.published)),
        follows=replace(follows, times=_unknown(follows.times)),
        interactions=replace(deeds, times=_unknown(deeds.times)),
        data_time=UNKNOWN_TIME,
    )


def _unknown(times: np.ndarray) -> np.ndarray:
    return np.full_like(times, UNKNOWN_TIME)


def _without_categories(dataset: Dataset) -> Dataset:
    nothing = sparse.csr_matrix(dataset.papers.categories.shape, dtype=np.float32)
    return replace(dataset, papers=replace(dataset.papers, categories=nothing))


def _without_venues(dataset: Dataset) -> Dataset:
    nowhere = np.full_like(dataset.papers.venue_rows, -1)
    return replace(dataset, papers=replace(dataset.papers, venue_rows=nowhere))


def _without_affiliations(dataset: Dataset) -> Dataset:
    nothing = sparse.csr_matrix(dataset.authors.affiliations.shape, dtype=np.float32)
    return replace(dataset, authors=replace(dataset.authors, affiliations=nothing))


def _without_claims(dataset: Dataset) -> Dataset:
    nobody = np.full_like(dataset.users.author_rows, -1)
    return replace(dataset, users=replace(dataset.users, author_rows=nobody))


SIGNALS = (
    DatasetSignal(
        "reading",
        "reading (no interactions)",
        lambda data: not _dismissed(data).all(),
        lambda data: replace(data, interactions=data.interactions[_dismissed(data)]),
    ),
    DatasetSignal(
        "follows",
        "follows",
        lambda data: len(data.follows) > 0,
        lambda data: replace(data, follows=data.follows[:0]),
    ),
    DatasetSignal(
        "authorship and co-authorship",
        "authorship and co-authorship",
        lambda data: len(data.authorships) > 0,
        lambda data: replace(data, authorships=data.authorships[:0]),
    ),
    DatasetSignal(
        "claimed profiles",
        "claimed profiles",
        lambda data: bool((data.users.author_rows >= 0).any()),
        _without_claims,
    ),
    DatasetSignal(
        "text",
        "text (no titles or abstracts)",
        lambda data: bool(len(data.papers.titles.text) or len(data.papers.abstracts.text)),
        _without_text,
    ),
    DatasetSignal(
        "dates",
        "recency (no dates)",
        lambda data: not np.isnat(data.papers.published).all(),
        _without_dates,
    ),
    DatasetSignal(
        "categories",
        "categories",
        lambda data: data.papers.categories.nnz > 0,
        _without_categories,
        frozenset({"papers"}),
    ),
    DatasetSignal(
        "venues",
        "venues",
        lambda data: bool((data.papers.venue_rows >= 0).any()),
        _without_venues,
    ),
    DatasetSignal(
        "affiliations",
        "affiliations",
        lambda data: data.authors.affiliations.nnz > 0,
        _without_affiliations,
        frozenset({"authors"}),
    ),
    DatasetSignal(
        "dismissals",
        "dismissals",
        lambda data: bool(_dismissed(data).any()),
        lambda data: replace(data, interactions=data.interactions[~_dismissed(data)]),
        frozenset({"papers"}),
    ),
)
