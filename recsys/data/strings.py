"""Many strings in two arrays, so that processes can share them through a memory map.

In: an iterable of str. Out: `Strings` (row -> text) and `Vocabulary` (id <-> row).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from recsys.data.append import appended


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

    def extended(self, values: Iterable[str]) -> Strings:
        """The same with texts behind it; see `recsys.data.append`."""
        more = Strings.pack(values)
        return Strings(
            appended(self.text, more.text),
            appended(self.offsets, self.offsets[-1] + more.offsets[1:]),
        )

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
    order : (n_listed,) int32
        Rows in the order of their ids' bytes. A row that is not among them is no longer what its
        id stands for: the id has another row, or none.
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

    def extended(self, ids: Iterable[str]) -> Vocabulary:
        """The same with ids behind it; one that is known already stands for its new row."""
        more = [*ids]
        first = len(self)
        packed, kept = self.ids.extended(more), self.without(more).order
        rows = sorted(range(first, first + len(more)), key=packed.encoded)
        places = [_place(packed, kept, packed.encoded(row)) for row in rows]
        return Vocabulary(packed, np.insert(kept, places, rows).astype(np.int32))

    def without(self, ids: Iterable[str]) -> Vocabulary:
        """The same where some ids stand for nothing; all rows stay."""
        rows = np.array([row for row in map(self.row, ids) if row >= 0], dtype=np.int32)
        return Vocabulary(self.ids, self.order[~np.isin(self.order, rows)]) if len(rows) else self

    @cached_property
    def listed(self) -> np.ndarray:
        """(n,) bool: whether the row is what its id stands for."""
        listed = np.zeros(len(self), dtype=bool)
        listed[self.order] = True
        return listed

    def current(self, rows: np.ndarray) -> np.ndarray:
        """(n,) int32 the row that each row's id stands for now, -1 where it stands for none."""
        now = np.array(rows, dtype=np.int32)
        old = np.flatnonzero(~self.listed[now])
        now[old] = [self.row(self[row]) for row in now[old].tolist()]
        return now

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, row: int) -> str:
        return self.ids[row]

    def __contains__(self, id_: object) -> bool:
        return isinstance(id_, str) and self.row(id_) >= 0

    def row(self, id_: str) -> int:
        """The row of an id, or -1 where it is unknown."""
        wanted = id_.encode("utf-8", "replace")
        place = _place(self.ids, self.order, wanted)
        if place < len(self.order) and self.ids.encoded(self.order[place]) == wanted:
            return int(self.order[place])
        return -1

    def rows(self, ids: Iterable[str]) -> np.ndarray:
        """(n,) int32 rows of many ids, -1 where unknown; faster than `row` in a loop."""
        wanted = list(ids)
        if len(wanted) * 8 < len(self):
            return np.array([self.row(id_) for id_ in wanted], dtype=np.int32)
        table = {self.ids.encoded(row): row for row in self.order.tolist()}
        encoded = (id_.encode("utf-8", "replace") for id_ in wanted)
        return np.array([table.get(id_, -1) for id_ in encoded], dtype=np.int32)


def _place(ids: Strings, order: np.ndarray, wanted: bytes) -> int:
    """Where an id stands among the ordered ones, or would stand."""
    low, high = 0, len(order)
    while low < high:
        middle = (low + high) // 2
        if ids.encoded(order[middle]) < wanted:
            low = middle + 1
        else:
            high = middle
    return low
