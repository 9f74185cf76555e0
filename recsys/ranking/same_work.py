"""Papers of one list -> which of them are the same work again: a preprint and its article.

In: rows of papers, best first. Out: for each whether a better one is the same work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.data.strings import Strings

_NO_LETTER = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+")
_ALL, _NEARLY_ALL = 0.99, 0.9  # cosines
_TELLING_LETTERS = 20  # "Introduction" and "Concluding remarks" are many papers' titles
_SAME_TIME = np.timedelta64(366, "D")


@dataclass(frozen=True)
class SameWork:
    """Tells when two papers are one work under two ids.

    Their titles have the same letters and digits; or nearly all their words are the same, they
    appeared within a year, and their titles carry the same numbers, in which alone a yearly
    report or a second part may differ. Either way they have an author in common. Where one has
    no author that is known, the title must be long enough to be nobody else's, and the words
    the same without exception.

    Attributes
    ----------
    titles : Strings
    published : (n_papers,) datetime64[s]
    words : (n_papers, n_terms) CSR float32
        Unit rows.
    """

    titles: Strings
    published: np.ndarray
    words: sparse.csr_matrix

    def repeats(
        self, rows: np.ndarray, likeness: np.ndarray, shared: np.ndarray, unsigned: np.ndarray
    ) -> np.ndarray:
        """(n,) bool: whether a paper further up is the same work.

        Parameters
        ----------
        rows : (n,) int
            Papers, best first.
        likeness : (n, n) float32
            Cosines of their topics: a quick look before words are compared.
        shared : (n, n) bool
            Whether two have an author in common.
        unsigned : (n,) bool
            Whether no author is known.
        """
        titles = [self.titles[row] for row in rows]
        letters = [_NO_LETTER.sub("", title.lower()) for title in titles]
        same_title = _same(letters)
        telling = np.array([len(one) >= _TELLING_LETTERS for one in letters], dtype=bool)
        same_people = shared | ((unsigned[:, None] | unsigned) & telling[:, None] & telling)
        pairs = same_people & (same_title | (likeness >= _NEARLY_ALL))
        upper, lower = np.nonzero(np.triu(pairs, 1))
        left, right = rows[upper], rows[lower]
        needed = np.where(shared[upper, lower], _NEARLY_ALL, _ALL)
        same = (self._shared_words(left, right) >= needed) & self._same_time(left, right)
        same |= same_title[upper, lower]
        repeated = np.zeros(len(rows), dtype=bool)
        for one, other in zip(upper[same], lower[same], strict=True):
            repeated[other] |= _NUMBER.findall(titles[one]) == _NUMBER.findall(titles[other])
        return repeated

    def _same_time(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        # An unknown time compares as False: it keeps nothing apart.
        return ~(np.abs(self.published[left] - self.published[right]) > _SAME_TIME)

    def _shared_words(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        shared = self.words[left].multiply(self.words[right])
        return np.asarray(shared.sum(axis=1)).ravel()


def _same(texts: list[str]) -> np.ndarray:
    """(n, n) bool: which of n texts are the same; an empty one is like none."""
    numbers = {"": -1}
    coded = np.array([numbers.setdefault(text, len(numbers)) for text in texts], dtype=np.int64)
    return (coded[:, None] == coded) & (coded >= 0)
