"""Rows behind an array, without a copy of the array.

In: an array or CSR matrix, and rows. Out: a longer one, whose beginning is the same memory: what a
process shares with others through a memory map stays shared.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

_SPARE_SHARE = 0.25  # of an array that has to be copied, so that the next rows need no copy
_SPARE_BYTES = 4096


class Room:
    """Memory that begins with an array and goes on behind it, as the slices of Go do.

    Rows are only ever written behind all that was written before, so that the arrays handed out
    earlier never change. Not for several threads at once.

    Parameters
    ----------
    memory : (capacity,) uint8
    used : int
        Bytes from the start that hold something.
    """

    def __init__(self, memory: np.ndarray, used: int) -> None:
        self._memory = memory
        self._used = used

    @classmethod
    def of_copy(cls, array: np.ndarray, more: int) -> Room:
        """Fresh memory with a copy of the array and room for at least `more` bytes."""
        spare = int(array.nbytes * _SPARE_SHARE) + _SPARE_BYTES
        memory = np.empty(array.nbytes + more + spare, dtype=np.uint8)
        memory[: array.nbytes] = _bytes(array)
        return cls(memory, array.nbytes)

    def view(self, shape: tuple[int, ...], dtype: np.dtype, start: int = 0) -> np.ndarray:
        """A read-only array over the memory from byte `start` on; it keeps the memory alive."""
        address = self._memory.ctypes.data + start
        told = {"data": (address, True), "shape": shape, "typestr": dtype.str, "version": 3}
        if dtype.kind in "mM":  # the interface spells times without their unit's dtype
            return self.view(shape, np.dtype(np.int64), start).view(dtype)
        return np.asarray(_Part(self, start, told))

    def put(self, start: int, rows: np.ndarray) -> bool:
        """Have the bytes of `rows` at `start`: write them, or find that they stand there.

        Whoever shares an array with another finds the rows that the other one has put there.
        False where something else stands there, or the memory ends before.
        """
        stop, wanted = start + rows.nbytes, _bytes(rows)
        if start == self._used and stop <= len(self._memory):
            self._memory[start:stop] = wanted
            self._used = stop
            return True
        return stop <= self._used and np.array_equal(self._memory[start:stop], wanted)


@dataclass(frozen=True, eq=False)
class _Part:
    """What an array over some room stands on.

    `size` is for scipy, which copies an array away from a much larger base.
    """

    room: Room
    start: int
    __array_interface__: dict[str, Any] = field(repr=False)
    size: int = 0


def appended(array: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The array with rows behind it, read-only; copied only where there is no room for them.

    Parameters
    ----------
    array : (n, ...)
    rows : (m, ...)
        Are cast to the array's type.
    """
    if not len(rows):
        return array
    rows = np.ascontiguousarray(rows, dtype=array.dtype)
    shape = (len(array) + len(rows), *array.shape[1:])
    part = _part_of(array)
    if part is not None and part.room.put(part.start + array.nbytes, rows):
        return part.room.view(shape, array.dtype, part.start)
    room = Room.of_copy(array, rows.nbytes)
    room.put(array.nbytes, rows)
    return room.view(shape, array.dtype)


def stacked(matrix: sparse.csr_matrix, rows: sparse.csr_matrix) -> sparse.csr_matrix:
    """The matrix with `rows` under it, as wide as they are: at least as wide as the matrix."""
    rows = rows.tocsr()
    rows.sort_indices()
    last = matrix.indptr[-1]
    arrays = (
        appended(matrix.data[:last], rows.data),
        appended(matrix.indices[:last], rows.indices),
        appended(matrix.indptr, last + rows.indptr[1:]),
    )
    shape = (matrix.shape[0] + rows.shape[0], rows.shape[1])
    longer = sparse.csr_matrix(arrays, shape=shape, copy=False)
    # Told, not found out: finding out reads every page.
    longer.has_sorted_indices = matrix.has_sorted_indices
    longer.has_canonical_format = matrix.has_canonical_format
    return longer


def widened(matrix: sparse.csr_matrix, n_rows: int, n_columns: int) -> sparse.csr_matrix:
    """The matrix with empty rows and columns behind its own."""
    empty = sparse.csr_matrix((n_rows - matrix.shape[0], n_columns), dtype=matrix.dtype)
    return stacked(matrix, empty)


def _part_of(array: np.ndarray) -> _Part | None:
    """What an array stands on, where that is room and the array begins there."""
    base = array.base
    while isinstance(base, np.ndarray):
        base = base.base
    if not isinstance(base, _Part) or not array.flags.c_contiguous:
        return None
    begins = base.__array_interface__["data"][0] == array.ctypes.data
    return base if begins else None


def _bytes(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8)
