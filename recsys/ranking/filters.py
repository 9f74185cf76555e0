"""What may be returned: filters drop, they never order.

In: readers, and what a request wants kept. Out: candidate rows, and cells that are out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from recsys.data.dataset import Dataset, filled
from recsys.data.strings import Vocabulary
from recsys.features.signals import Signals
from recsys.models.readers import Readers, one_hot, take_rows
from recsys.models.scorer import reached, spread

_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class PaperFilter:
    """Which papers a request wants.

    Attributes
    ----------
    published_after, published_before : datetime64[s] or None
        Bounds, the first inclusive, the second exclusive; a paper without a date passes neither.
    categories_in, categories_out : frozenset of str
        A paper needs one of the first (where any is named) and none of the second.
    only : frozenset of str
        Where any is named, paper ids beside which nothing is returned.
    excluded : frozenset of str
        Paper ids never to return; unknown ids are passed over.
    excluded_authors : frozenset of str
        Ids of authors whose papers are never to be returned; unknown ids are passed over.
    seen, own : bool
        Whether to return what the reader has already dealt with, and what they wrote.
    """

    published_after: np.datetime64 | None = None
    published_before: np.datetime64 | None = None
    categories_in: frozenset[str] = field(default_factory=frozenset)
    categories_out: frozenset[str] = field(default_factory=frozenset)
    only: frozenset[str] = field(default_factory=frozenset)
    excluded: frozenset[str] = field(default_factory=frozenset)
    excluded_authors: frozenset[str] = field(default_factory=frozenset)
    seen: bool = False
    own: bool = False

    def rows(self, dataset: Dataset) -> np.ndarray:
        """(n_candidates,) ascending paper rows that pass."""
        papers = dataset.papers
        kept = papers.ids.listed.copy()
        if self.published_after is not None:
            kept &= papers.published >= self.published_after
        if self.published_before is not None:
            kept &= papers.published < self.published_before
        if self.categories_in:
            kept &= _carries(dataset, self.categories_in)
        if self.categories_out:
            kept &= ~_carries(dataset, self.categories_out)
        if self.only:
            kept &= np.isin(np.arange(len(papers)), papers.ids.rows(sorted(self.only)))
        excluded = papers.ids.rows(sorted(self.excluded))
        kept[excluded[excluded >= 0]] = False
        if self.excluded_authors:
            written, shunned = dataset.authorships, sorted(self.excluded_authors)
            theirs = np.isin(written.author_rows, dataset.authors.ids.rows(shunned))
            kept[written.paper_rows[theirs]] = False
        return np.flatnonzero(kept)

    def out(self, readers: Readers) -> sparse.csr_matrix:
        """(n_readers, n_papers) CSR; a filled cell must not be returned to that reader."""
        nothing = sparse.csr_matrix(readers.seen.shape, dtype=np.float32)
        seen = nothing if self.seen else readers.seen + readers.liked
        own = nothing if self.own else readers.own
        return (seen + own + readers.disliked).tocsr()


@dataclass(frozen=True)
class AuthorFilter:
    """Which people a request wants.

    Attributes
    ----------
    existing_coauthors : bool
        Whether to return people the reader has already written with.
    years_apart : float
        Only people the reader has written with, but not for so many years before `data_time`; 0
        does not ask for that. Whoever shares a paper without a date does not pass.
    own_affiliation : bool
        Whether to return people who share an affiliation with the reader's profile.
    closed : bool
        Whether to return people who said that they are not open to collaborate.
    least_verification : int
        0 keeps everyone; from 1 on, an unknown level does not pass.
    excluded : frozenset of str
        Author ids never to return.
    """

    existing_coauthors: bool = False
    years_apart: float = 0.0
    own_affiliation: bool = True
    closed: bool = False
    least_verification: int = 0
    excluded: frozenset[str] = field(default_factory=frozenset)

    def rows(self, dataset: Dataset) -> np.ndarray:
        """(n_candidates,) ascending author rows that pass, whoever asks."""
        authors = dataset.authors
        kept = np.ones(len(authors), dtype=bool)
        if not self.closed:
            kept &= authors.open_to_collaborate != 0
        if self.least_verification > 0:
            kept &= authors.verification_level >= self.least_verification
        excluded = authors.ids.rows(sorted(self.excluded))
        kept[excluded[excluded >= 0]] = False
        return np.flatnonzero(kept)

    def out(self, readers: Readers, signals: Signals) -> sparse.csr_matrix:
        """(n_readers, n_authors) CSR: who does not even compete, being oneself and, unless they
        are asked for, everyone one has written with.
        """
        oneself = one_hot(readers.author_rows, signals.authorship.shape[0])
        if self.existing_coauthors or self.years_apart > 0:
            return oneself
        return (oneself + reached(readers.own, signals.authorship)).tocsr()

    def kept(self, readers: Readers, dataset: Dataset, signals: Signals) -> np.ndarray:
        """(n_readers, n_authors) bool: of those who compete, who passes."""
        kept = np.zeros((len(readers), len(dataset.authors)), dtype=bool)
        kept[:, self.rows(dataset)] = True
        if self.years_apart > 0:
            kept &= self._apart(readers, dataset, signals)
        if not self.own_affiliation:
            own = take_rows(dataset.authors.affiliations, readers.author_rows)
            kept[(own @ dataset.authors.affiliations.T).nonzero()] = False
        return kept

    def _apart(self, readers: Readers, dataset: Dataset, signals: Signals) -> np.ndarray:
        """(n_readers, n_authors) bool: those all of whose joint papers are old enough."""
        # An unknown age is NaN, which is not old.
        old = dataset.ages_days() >= self.years_apart * _DAYS_PER_YEAR
        joint = spread(readers.own, signals.authorship)
        old_joint = spread(readers.own.multiply(old[None, :]).tocsr(), signals.authorship)
        return (joint > 0) & (old_joint == joint)


ANY_PAPER, ANY_AUTHOR = PaperFilter(), AuthorFilter()
# Who works on the same things is that, whomever they write with and want to write with.
WHOEVER_IS_NEAR = AuthorFilter(existing_coauthors=True, closed=True)


def in_every_version(cells: sparse.csr_matrix, papers: Vocabulary) -> sparse.csr_matrix:
    """Filled cells (n, n_papers) of papers, and also of what these have been changed to."""
    if papers.listed.all():
        return cells
    met = np.unique(cells.indices)
    now = papers.current(met)
    changed = filled(met[now >= 0], now[now >= 0], (len(papers), len(papers)))
    return (cells + cells @ changed).tocsr()


def eligible_cells(out: sparse.csr_matrix, rows: np.ndarray) -> np.ndarray:
    """(n_readers, n_rows) bool: the candidates `rows` without the cells that are out."""
    eligible = np.ones((out.shape[0], out.shape[1]), dtype=bool)
    reader = np.repeat(np.arange(out.shape[0]), np.diff(out.indptr))
    eligible[reader, out.indices] = False
    return eligible if len(rows) == out.shape[1] else eligible[:, rows]


def _carries(dataset: Dataset, names: frozenset[str]) -> np.ndarray:
    columns = dataset.papers.category_names.rows(sorted(names))
    carried = dataset.papers.categories[:, columns[columns >= 0]]
    return np.asarray(carried.sum(axis=1)).ravel() > 0
