"""Chance that stays with an id: who is drawn hardly depends on who else is there.

In: ids and a seed. Out: lots, and whose are the lowest. Two trainings with the same seed on nearly
the same data draw nearly the same people and papers, so that an answer does not change because
somebody else has come.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from recsys.data.dataset import Dataset
from recsys.data.strings import Vocabulary
from recsys.models.readers import Readers


def cast_lots(ids: Vocabulary, seed: int) -> np.ndarray:
    """(n,) uint64 evenly spread numbers; another seed gives others.

    Those of a pair of ids are their exclusive or.
    """
    key = str(seed).encode()
    encoded = (ids.ids.encoded(row) for row in range(len(ids)))
    lots = b"".join(blake2b(one, digest_size=8, key=key).digest() for one in encoded)
    return np.frombuffer(lots, dtype="<u8")


def lowest(lots: np.ndarray, most: int) -> np.ndarray:
    """(at most `most`,) int64 ascending places of the lowest lots; ties go to the lower place."""
    return np.sort(np.argsort(lots, kind="stable")[:most])


@dataclass(frozen=True)
class ReaderLots:
    """The lots of everyone who may ask.

    Attributes
    ----------
    users : (n_users,) uint64
    authors : (n_authors,) uint64
    """

    users: np.ndarray
    authors: np.ndarray

    @classmethod
    def of(cls, dataset: Dataset, seed: int) -> ReaderLots:
        """Lots for all users and profiles of a dataset."""
        return cls(cast_lots(dataset.users.ids, seed), cast_lots(dataset.authors.ids, seed))

    def draw(self, readers: Readers, most: int) -> np.ndarray:
        """(at most `most`,) int64 ascending places of those who are drawn.

        Strangers, who have no id, are drawn in the order in which they stand.
        """
        lots = np.arange(len(readers), dtype=np.uint64)
        for rows, known in (
            (readers.author_rows, self.authors),
            (readers.user_rows, self.users),
        ):
            lots[rows >= 0] = known[rows[rows >= 0]]
        return lowest(lots, most)
