"""Names that people type, found by the beginnings of their parts.

In: many names. Out: `NameIndex`, which says in which of them each of some words begins a part,
in any case, with accents or without.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import numpy as np

from recsys.data.strings import Strings

_BETWEEN = "\n"


class NameIndex:
    """Looks through all names at once: some milliseconds to make for 100,000 names."""

    def __init__(self, names: Strings) -> None:
        letters = np.where(names.text < ord(" "), np.uint8(ord(" ")), names.text)
        apart = np.insert(letters, names.offsets[:-1], ord(_BETWEEN))
        self._text = folded(apart.tobytes().decode("utf-8")) + _BETWEEN
        wide = np.frombuffer(self._text.encode("utf-32-le"), dtype=np.uint32)
        self._starts = np.flatnonzero(wide == ord(_BETWEEN))

    def rows(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """(n,) rows of the names, and (n,) bool whether the words are all of the name."""
        words = folded(text).split()
        if not words:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
        found = np.unique(self._names_with(words[0]))
        for word in words[1:]:
            found = np.intersect1d(found, self._names_with(word))
        lengths = self._starts[found + 1] - self._starts[found] - 1
        return found, lengths == len(" ".join(words))

    def _names_with(self, word: str) -> np.ndarray:
        places = np.fromiter(self._places(word), dtype=np.int64)
        return np.searchsorted(self._starts, places) - 1

    def _places(self, word: str) -> Iterator[int]:
        at = self._text.find(word)
        while at >= 0:
            if not self._text[at - 1].isalnum():
                yield at
            at = self._text.find(word, at + 1)


def folded(text: str) -> str:
    """A text in small letters without accents, so that spellings of a name are the same."""
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return text.casefold()
