"""The candidates that compete in a holdout, as a blend is learned from them.

In: what scorers say of the candidates of some questions. Out: a `Pool`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse


@dataclass(frozen=True)
class Pool:
    """The candidates that compete in the holdout, and what each scorer says of them.

    The candidates of one question stand together, the questions of one segment too.

    Attributes
    ----------
    features : (n_candidates, n_kinds * m * n_shapes) CSR float32
        Each scorer in the shapes of `Blend`, without weights, in the columns of the candidate's
        kind: most scorers are silent about most candidates, and all columns of the other kind
        are empty.
    relevant : (n_candidates,) bool
    indptr : (n + 1,) int64
        Question q has the candidates from indptr[q] to indptr[q + 1], at least one.
    segments : (n,) int8
        Ascending.
    """

    features: sparse.csr_matrix
    relevant: np.ndarray
    indptr: np.ndarray
    segments: np.ndarray

    def __len__(self) -> int:
        return len(self.segments)

    def answered(self) -> np.ndarray:
        """(n,) bool: which questions have a relevant candidate."""
        return np.logical_or.reduceat(self.relevant, self.indptr[:-1])

    def of_questions(self, asked: np.ndarray) -> Pool:
        """The questions where `asked` (n,) is true."""
        sizes = np.diff(self.indptr)
        candidates = np.repeat(asked, sizes)
        indptr = np.concatenate([[0], np.cumsum(sizes[asked])])
        features, relevant = self.features[candidates], self.relevant[candidates]
        return Pool(features, relevant, indptr, self.segments[asked])

    def of_segments(self, first: int, last: int) -> Pool:
        """The questions of some neighbouring segments; nothing is copied."""
        start, stop = np.searchsorted(self.segments, [first, last + 1])
        indptr = self.indptr[start : stop + 1]
        candidates = slice(indptr[0], indptr[-1])
        features = _rows_between(self.features, indptr[0], indptr[-1])
        relevant, segments = self.relevant[candidates], self.segments[start:stop]
        return Pool(features, relevant, indptr - indptr[0], segments)


def joined(parts: list[Pool]) -> Pool:
    """Pools one after the other, in the order of their segments.

    Takes them out of the list and lets go of each: together they are among the largest things of
    a training run, and would for a moment be there twice.
    """
    n_each = np.concatenate([np.diff(part.indptr) for part in parts])
    relevant = np.concatenate([part.relevant for part in parts])
    segments = np.concatenate([part.segments for part in parts])
    lengths = np.concatenate([np.diff(part.features.indptr) for part in parts])
    cells, width = np.concatenate([[0], np.cumsum(lengths)]), parts[0].features.shape[1]
    data, columns = np.empty(cells[-1], dtype=np.float32), np.empty(cells[-1], dtype=np.int32)
    stop = len(data)
    while parts:
        last = parts.pop().features
        start = stop - last.nnz
        data[start:stop], columns[start:stop], stop = last.data, last.indices, start
    features = sparse.csr_matrix((data, columns, cells), (len(lengths), width))
    return Pool(features, relevant, np.concatenate([[0], np.cumsum(n_each)]), segments)


def _rows_between(matrix: sparse.csr_matrix, start: int, stop: int) -> sparse.csr_matrix:
    """The same as `matrix[start:stop]`, which would be a copy."""
    indptr = matrix.indptr[start : stop + 1]
    cells = slice(indptr[0], indptr[-1])
    part = sparse.csr_matrix((stop - start, matrix.shape[1]), dtype=matrix.dtype)
    # Its constructor would copy what is less than half of a larger array.
    part.data, part.indices = matrix.data[cells], matrix.indices[cells]
    part.indptr = indptr - indptr[0]
    return part
