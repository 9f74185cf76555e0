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
        repeated = np.zeros(len(rows), dtype=bool)
        perhaps = np.triu(shared | unsigned[:, None] | unsigned, 1)
        looked_at = np.flatnonzero(perhaps.any(axis=0) | perhaps.any(axis=1)).tolist()
        titles = {one: self.titles[rows[one]] for one in looked_at}
        letters = {one: _NO_LETTER.sub("", title.lower()) for one, title in titles.items()}
        same_title = _same([letters.get(one, "") for one in range(len(rows))])
        telling = np.array(
            [len(letters.get(one, "")) >= _TELLING_LETTERS for one in range(len(rows))], dtype=bool
        )
        same_people = shared | (telling[:, None] & telling)
        pairs = perhaps & same_people & (same_title | (likeness >= _NEARLY_ALL))
        upper, lower = np.nonzero(pairs)
        if not len(upper):
            return repeated
        left, right = rows[upper], rows[lower]
        needed = np.where(shared[upper, lower], _NEARLY_ALL, _ALL)
        same = (self._shared_words(left, right) >= needed) & self._same_time(left, right)
        same |= same_title[upper, lower]
        for one, other in zip(upper[same].tolist(), lower[same].tolist(), strict=True):
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
