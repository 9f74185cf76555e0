"""A checked dataset: ids turned into rows, relations into parallel arrays.

In: the six checked tables. Out: a `Dataset`, which training and serving both stand on.
Every array is fit to be memory-mapped; a holdout is the same dataset with fewer rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.data.strings import Strings, Vocabulary

UNKNOWN_TIME = np.datetime64("NaT", "s")
# Of an author, each a number or -1: the type of its column, and the largest that is kept.
AUTHOR_FACTS: dict[str, tuple[type[np.signedinteger], int]] = {
    "open_to_collaborate": (np.int8, 1),
    "verification_level": (np.int8, 100),
    "claimed": (np.int8, 1),
    "trust": (np.int8, 100),
    "h_index": (np.int32, 1_000_000),
    "citations": (np.int32, 1_000_000_000),
}


@dataclass(frozen=True)
class Papers:
    """What can be read; row = paper.

    Attributes
    ----------
    published : (n_papers,) datetime64[s]
        UTC; NaT where unknown.
    venue_rows : (n_papers,) int32
        Row in `venues`, -1 where unknown.
    categories : (n_papers, n_categories) CSR float32
        1 where a paper carries the category.
    code : (n_papers,) int8
        Whether the code can be had, -1 where unknown.
    """

    ids: Vocabulary
    titles: Strings
    abstracts: Strings
    urls: Strings
    dois: Strings
    arxiv_ids: Strings
    published: np.ndarray
    venue_rows: np.ndarray
    venues: Vocabulary
    categories: sparse.csr_matrix
    category_names: Vocabulary
    code: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Authors:
    """Who writes; row = author profile, claimed or not.

    Attributes
    ----------
    affiliations : (n_authors, n_affiliations) CSR float32
    trust_labels : Strings
        The host app's words for `trust`.
    open_to_collaborate, claimed, verification_level, trust : (n_authors,) int8
        The columns of the table; -1 where unknown. All of `AUTHOR_FACTS` are columns of numbers.
    h_index, citations : (n_authors,) int32
        -1 where unknown.
    """

    ids: Vocabulary
    names: Strings
    affiliations: sparse.csr_matrix
    affiliation_names: Vocabulary
    trust_labels: Strings
    open_to_collaborate: np.ndarray
    verification_level: np.ndarray
    claimed: np.ndarray
    trust: np.ndarray
    h_index: np.ndarray
    citations: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Users:
    """Who reads; `author_rows` is the claimed profile, -1 where there is none."""

    ids: Vocabulary
    author_rows: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Authorships:
    """Who wrote what: one row a (paper, author), `positions` counted from 0."""

    paper_rows: np.ndarray
    author_rows: np.ndarray
    positions: np.ndarray

    def __len__(self) -> int:
        return len(self.paper_rows)

    def __getitem__(self, kept: np.ndarray | slice) -> Authorships:
        return Authorships(self.paper_rows[kept], self.author_rows[kept], self.positions[kept])


@dataclass(frozen=True)
class Follows:
    """Who follows whom: one row a (user, author); `times` NaT where unknown."""

    user_rows: np.ndarray
    author_rows: np.ndarray
    times: np.ndarray

    def __len__(self) -> int:
        return len(self.user_rows)

    def __getitem__(self, kept: np.ndarray | slice) -> Follows:
        return Follows(self.user_rows[kept], self.author_rows[kept], self.times[kept])


@dataclass(frozen=True)
class Interactions:
    """What was done with papers, one row a deed.

    Attributes
    ----------
    kinds : (n,) int8
        Index into `schema.INTERACTION_KINDS`.
    list_rows : (n,) int32
        The reading list, as a row of `Dataset.list_names`; -1 where there is none.
    """

    user_rows: np.ndarray
    paper_rows: np.ndarray
    kinds: np.ndarray
    times: np.ndarray
    list_rows: np.ndarray

    def __len__(self) -> int:
        return len(self.user_rows)

    def __getitem__(self, kept: np.ndarray | slice) -> Interactions:
        return Interactions(
            self.user_rows[kept],
            self.paper_rows[kept],
            self.kinds[kept],
            self.times[kept],
            self.list_rows[kept],
        )


@dataclass(frozen=True)
class Dataset:
    """Everything a training run learns from, and a request is answered with.

    Attributes
    ----------
    list_names : Vocabulary
        Names of reading lists, for `Interactions.list_rows`.
    data_time : datetime64[s]
        The latest time in the data, UTC: "now" for every age. NaT where no row has a time.
    """

    papers: Papers
    authors: Authors
    users: Users
    authorships: Authorships
    follows: Follows
    interactions: Interactions
    list_names: Vocabulary
    data_time: np.datetime64

    def ages_days(self) -> np.ndarray:
        """(n_papers,) float32 days between publication and `data_time`, NaN where unknown."""
        return np.maximum(self.days_since(self.papers.published), 0.0)

    def days_since(self, times: np.ndarray) -> np.ndarray:
        """(n,) float32 days from each time to `data_time`, NaN where unknown."""
        elapsed: np.ndarray = self.data_time - times
        return (elapsed / np.timedelta64(1, "D")).astype(np.float32)


def incidence(
    rows: np.ndarray, columns: np.ndarray, weights: np.ndarray, shape: tuple[int, int]
) -> sparse.csr_matrix:
    """A float32 CSR matrix from coordinates; entries of the same cell are added."""
    cells = (np.asarray(weights, dtype=np.float32), (rows, columns))
    matrix = sparse.csr_matrix(cells, shape=shape, dtype=np.float32)
    matrix.sum_duplicates()
    return matrix


def filled(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> sparse.csr_matrix:
    """A float32 CSR matrix with 1 in each named cell, however often it is named."""
    matrix = incidence(rows, columns, np.ones(len(rows)), shape)
    matrix.data[:] = 1.0
    return matrix
