"""Who asks: everything known of n people at the moment of asking, one row each.

In: the signals of a model, and what a request adds (liked papers, follows, words).
Out: `Readers`, from which every scorer scores: a known user, a profile nobody has claimed,
a stranger with three liked papers and a topic in words are the same thing to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from recsys.data.dataset import Dataset, filled
from recsys.features.signals import Signals, fade

_OWN_PAPERS_HALF_LIFE_DAYS = 1095.0


@dataclass(frozen=True)
class Readers:
    """n people; all matrices CSR float32 with n rows.

    Attributes
    ----------
    user_rows, author_rows : (n,) int32
        Row of the user and of the profile they write under; -1 where there is none.
    liked, disliked, seen : (n, n_papers)
        Weight of what they read; 1 where they dismissed; 1 where anything is known.
    written : (n, n_papers)
        Their own papers as an interest, newer ones heavier.
    own : (n, n_papers)
        1 where they wrote it, whether or not that is an interest of the question.
    follows : (n, n_authors)
    words : (n, n_terms)
        What they typed, as a unit tf-idf row.
    """

    user_rows: np.ndarray
    author_rows: np.ndarray
    liked: sparse.csr_matrix
    disliked: sparse.csr_matrix
    seen: sparse.csr_matrix
    written: sparse.csr_matrix
    own: sparse.csr_matrix
    follows: sparse.csr_matrix
    words: sparse.csr_matrix

    def __len__(self) -> int:
        return len(self.user_rows)

    def __getitem__(self, kept: slice | np.ndarray) -> Readers:
        parts = {name: getattr(self, name)[kept] for name in self.__dataclass_fields__}
        return Readers(**parts)

    def one(self, place: int) -> Readers:
        """One of them; many times as quick as a slice."""
        rows = {name: getattr(self, name)[[place]] for name in ("user_rows", "author_rows")}
        matrices = (name for name in self.__dataclass_fields__ if name not in rows)
        return Readers(**rows, **{name: row_of(getattr(self, name), place) for name in matrices})

    @classmethod
    def stacked(cls, readers: Sequence[Readers]) -> Readers:
        """One behind the other."""
        some = [one for one in readers if len(one)] or [*readers[:1]]
        if len(some) == 1:
            return some[0]
        parts = {name: [getattr(one, name) for one in some] for name in cls.__dataclass_fields__}
        rows = {name: np.concatenate(parts.pop(name)) for name in ("user_rows", "author_rows")}
        matrices = {name: sparse.vstack(part, format="csr") for name, part in parts.items()}
        return cls(**rows, **matrices)

    def interests(self) -> sparse.csr_matrix:
        """(n, n_papers) what they read and what they wrote, together."""
        return self._interests

    @cached_property
    def _interests(self) -> sparse.csr_matrix:
        both = (self.liked + self.written).tocsr()
        both.sort_indices()  # evidence names papers in the order in which scorers meet them
        return both

    def is_own(self) -> np.ndarray:
        """(m,) bool: which of the only reader's interests they wrote."""
        return self._is_own

    @cached_property
    def _is_own(self) -> np.ndarray:
        return np.isin(self._interests.indices, self.written.indices)

    def dismissed(self) -> sparse.csr_matrix:
        """(n, n_papers) what they dismissed and neither read nor wrote."""
        return self._dismissed

    @cached_property
    def _dismissed(self) -> sparse.csr_matrix:
        return without(self.disliked, self._interests)

    def n_signals(self) -> np.ndarray:
        """(n,) int: how many things are known of each, but for typed words."""
        known = (self.liked, self.disliked, self.written, self.follows)
        return sum((np.diff(matrix.indptr) for matrix in known), np.zeros(len(self), dtype=int))

    def with_words(self, words: sparse.csr_matrix) -> Readers:
        """The same people, asking for something in words."""
        return replace(self, words=words)


@dataclass(frozen=True)
class ReaderSource:
    """Looks readers up in the signals of one model."""

    dataset: Dataset
    signals: Signals
    n_terms: int

    def users(self, user_rows: np.ndarray) -> Readers:
        """The given users, with the profiles they have claimed; nobody for a row of -1."""
        known = user_rows >= 0
        author_rows = np.full(len(user_rows), -1)
        author_rows[known] = self.dataset.users.author_rows[user_rows[known]]
        return self.of(user_rows, author_rows)

    def on_list(self, reader: Readers, paper_rows: np.ndarray) -> Readers:
        """One reader, asking for what belongs in a list that holds these papers.

        What belongs into a list is asked of the list: the user's other reading and own papers
        would pull every list towards the same answer. Of the people they follow those speak who
        wrote something on the list. What the user has seen, dismissed or written is known all
        the same, to be left out.
        """
        on_list = filled(np.zeros_like(paper_rows), paper_rows, reader.liked.shape)
        return replace(
            self.strangers(),
            liked=reader.liked.multiply(on_list).tocsr(),
            disliked=reader.disliked,
            seen=reader.seen,
            own=reader.own,
            follows=self._authors_of(on_list, reader.follows),
        )

    def authors(self, author_rows: np.ndarray) -> Readers:
        """The given profiles as readers; one that a user has claimed brings that user's reading."""
        return self.of(self._claimed_by[author_rows], author_rows)

    @cached_property
    def _claimed_by(self) -> np.ndarray:
        """(n_authors + 1,) the first user who claimed each profile, -1 for none; so is the last."""
        claimed_by = np.full(len(self.dataset.authors) + 1, -1, dtype=np.int32)
        owners = self.dataset.users.author_rows
        claimed_by[owners[::-1]] = np.arange(len(owners), dtype=np.int32)[::-1]
        claimed_by[-1] = -1
        return claimed_by

    @cached_property
    def _freshness(self) -> np.ndarray:
        """(n_papers,) float32 how much of an interest one's own papers still are."""
        return fade(self.dataset.ages_days(), _OWN_PAPERS_HALF_LIFE_DAYS)

    def _authors_of(
        self, papers: sparse.csr_matrix, people: sparse.csr_matrix
    ) -> sparse.csr_matrix:
        """Those of the (1, n_authors) people who wrote one of the (1, n_papers) papers."""
        written = (self.signals.authorship[people.indices] @ papers.T).tocsr()
        writers = people.indices[np.diff(written.indptr) > 0]
        return filled(np.zeros_like(writers), writers, people.shape)

    def strangers(self, n: int = 1) -> Readers:
        """n people of whom nothing is known."""
        nobody = np.full(n, -1, dtype=np.int32)
        return self.of(nobody, nobody)

    def of(self, user_rows: np.ndarray, author_rows: np.ndarray) -> Readers:
        """Readers from user and author rows, either of them -1 where there is none."""
        signals = self.signals
        own = take_rows(signals.authorship, author_rows)
        written = own.copy()
        written.data *= self._freshness[written.indices]
        return Readers(
            user_rows=np.asarray(user_rows, dtype=np.int32),
            author_rows=np.asarray(author_rows, dtype=np.int32),
            liked=take_rows(signals.liked, user_rows),
            disliked=take_rows(signals.disliked, user_rows),
            seen=take_rows(signals.seen, user_rows),
            written=written,
            own=own,
            follows=take_rows(signals.follows, user_rows),
            words=sparse.csr_matrix((len(user_rows), self.n_terms), dtype=np.float32),
        )


def take_rows(matrix: sparse.csr_matrix, rows: np.ndarray) -> sparse.csr_matrix:
    """Rows of a CSR matrix in the given order; a row of -1 comes back empty."""
    filled, indptr = cells_of(matrix, rows)
    taken = (matrix.data[filled], matrix.indices[filled], indptr)
    return sparse.csr_matrix(taken, shape=(len(rows), matrix.shape[1]))


def cells_of(matrix: sparse.csr_matrix, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the filled cells of some rows of a CSR matrix are, and (n_rows + 1,) where among these
    each row begins and the last one ends; a row of -1 has none.
    """
    rows = np.asarray(rows)
    starts = matrix.indptr[rows]
    sizes = (matrix.indptr[rows + 1] - starts) * (rows >= 0)
    indptr = np.zeros(len(rows) + 1, dtype=matrix.indptr.dtype)
    np.cumsum(sizes, out=indptr[1:])
    behind = np.arange(indptr[-1], dtype=indptr.dtype)
    return behind + np.repeat(starts - indptr[:-1], sizes), indptr


def row_of(matrix: sparse.csr_matrix, row: int) -> sparse.csr_matrix:
    """One row, as a matrix over the same memory."""
    cells = slice(matrix.indptr[row], matrix.indptr[row + 1])
    data, indices = matrix.data[cells], matrix.indices[cells]
    indptr = np.array([0, len(data)], dtype=matrix.indptr.dtype)
    return sparse.csr_matrix((data, indices, indptr), shape=(1, matrix.shape[1]))


def without(matrix: sparse.csr_matrix, dropped: sparse.csr_matrix) -> sparse.csr_matrix:
    """The matrix with every cell that `dropped` fills set to nothing."""
    if not matrix.nnz or not dropped.nnz:
        return matrix
    mask = dropped.copy()
    mask.data = np.ones_like(mask.data)
    kept = (matrix - matrix.multiply(mask)).tocsr()
    kept.eliminate_zeros()
    return kept


def one_hot(rows: np.ndarray, n_columns: int) -> sparse.csr_matrix:
    """(n, n_columns) CSR with a 1 in the named column of each row; none for a row of -1."""
    known = np.flatnonzero(np.asarray(rows) >= 0)
    return filled(known, np.asarray(rows)[known], (len(rows), n_columns))
