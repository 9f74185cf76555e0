"""Many strings in two arrays, so that processes can share them through a memory map.

In: an iterable of str. Out: `Strings` (row -> text) and `Vocabulary` (id <-> row).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np


@dataclass(frozen=True)
class Strings:
    """A read-only column of n texts, packed as UTF-8.

    Attributes
    ----------
    text : (n_bytes,) uint8
        All texts, one behind the other.
    offsets : (n + 1,) int64
        Text `row` is `text[offsets[row]:offsets[row + 1]]`.
    """

    text: np.ndarray
    offsets: np.ndarray

    @classmethod
    def pack(cls, values: Iterable[str]) -> Strings:
        """Pack texts in the given order; lone surrogates are replaced."""
        encoded = [value.encode("utf-8", "replace") for value in values]
        offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(value) for value in encoded], out=offsets[1:])
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> str:
        return self.encoded(row).decode("utf-8")

    def __iter__(self) -> Iterator[str]:
        return (self[row] for row in range(len(self)))

    def encoded(self, row: int) -> bytes:
        """The UTF-8 bytes of one text."""
        return self.text[self.offsets[row] : self.offsets[row + 1]].tobytes()


@dataclass(frozen=True)
class Vocabulary:
    """Ids of one kind (users, papers, authors, terms) and their matrix rows.

    A row is found by binary search over the sorted ids, so that a memory-mapped
    vocabulary needs no dictionary of its own in each process.

    Attributes
    ----------
    ids : Strings
        Row -> id.
    order : (n,) int32
        Rows in the order of their ids' bytes.
    """

    ids: Strings
    order: np.ndarray

    @classmethod
    def of(cls, ids: Iterable[str]) -> Vocabulary:
        """Number the ids in the given order; a duplicate is a ValueError."""
        packed = Strings.pack(ids)
        encoded = [packed.encoded(row) for row in range(len(packed))]
        order = np.array(sorted(range(len(encoded)), key=encoded.__getitem__), dtype=np.int32)
        for left, right in pairwise(order):
            if encoded[left] == encoded[right]:
                raise ValueError(f"id {packed[left]!r} stands twice in a vocabulary")
        return cls(packed, order)

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, row: int) -> str:
        return self.ids[row]

    def row(self, id_: str) -> int:
        """The row of an id, or -1 where it is unknown."""
        wanted, low, high = id_.encode("utf-8", "replace"), 0, len(self.order)
        while low < high:
            middle = (low + high) // 2
            if self.ids.encoded(self.order[middle]) < wanted:
                low = middle + 1
            else:
                high = middle
        if low < len(self.order) and self.ids.encoded(self.order[low]) == wanted:
            return int(self.order[low])
        return -1

    def rows(self, ids: Iterable[str]) -> np.ndarray:
        """(n,) int32 rows of many ids, -1 where unknown; faster than `row` in a loop."""
        wanted = list(ids)
        if len(wanted) * 8 < len(self):
            return np.array([self.row(id_) for id_ in wanted], dtype=np.int32)
        table = {self.ids.encoded(row): row for row in range(len(self.ids))}
        encoded = (id_.encode("utf-8", "replace") for id_ in wanted)
        return np.array([table.get(id_, -1) for id_ in encoded], dtype=np.int32)
