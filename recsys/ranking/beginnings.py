"""What two people have both begun with lately: the plainest thing to talk about.

In: what speaks for a person, and who asks. Out: the same, with another word for shared words and
venues that are new to both. Shares stay as they are: nothing is added for being new.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.ranking.shares import Speaking

_LATELY_DAYS = 730.0
_NEW_TO_BOTH = {"venue": "new_venue", "topic": "new_topic"}


@dataclass(frozen=True)
class _Past:
    """What somebody has written about, and where, before lately or at an unknown time."""

    venues: np.ndarray
    terms: np.ndarray

    def holds(self, thing: Speaking) -> bool:
        return thing.row in (self.venues if thing.kind == "venue" else self.terms)


def told_as_new(
    model: Model, reader: Readers, people: Iterable[int], speaking: Iterable[list[Speaking]]
) -> list[list[Speaking]]:
    """Venues and words that neither has published at or on until two years ago, as what they are.

    Parameters
    ----------
    reader : Readers
        One; to somebody who has published nothing, nothing is new in this sense.
    people : iterable of int
        Author rows, each with what speaks for them in `speaking`.
    """
    if reader.author_rows[0] < 0:
        return list(speaking)
    own = _past(model, int(reader.author_rows[0]))
    found = []
    for person, things in zip(people, speaking, strict=True):
        pasts = own, _past(model, int(person))
        found.append([thing._replace(kind=_kind(thing, pasts)) for thing in things])
    return found


def _kind(thing: Speaking, pasts: tuple[_Past, _Past]) -> str:
    if thing.kind not in _NEW_TO_BOTH or any(past.holds(thing) for past in pasts):
        return thing.kind
    return _NEW_TO_BOTH[thing.kind]


def _past(model: Model, author: int) -> _Past:
    written = model.signals.authorship[[author]].indices
    papers, data_time = model.dataset.papers, model.dataset.data_time
    ages = (data_time - papers.published[written]) / np.timedelta64(1, "D")
    old = written[~(ages <= _LATELY_DAYS)]  # an unknown time may be long ago
    return _Past(np.unique(papers.venue_rows[old]), np.unique(model.text.papers[old].indices))
