"""What counts of a user now, for the user to see.

In: a model, a user's id, and what stands of their events. Out: `ReaderRecord`, in ids.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.data.dataset import Dataset
from recsys.data.events import Standing
from recsys.data.schema import INTERACTION_KINDS
from recsys.features.signals import Signals
from recsys.models.readers import take_rows
from recsys.ranking.fold_in import deeds_of, follows_of


@dataclass(frozen=True)
class Deed:
    """Something that was done with a paper.

    Attributes
    ----------
    kind : str
        One of `INTERACTION_KINDS`.
    time : datetime64[s]
        UTC; NaT where unknown.
    list_name : str
        The reading list, "" for none.
    """

    paper_id: str
    kind: str
    time: np.datetime64
    list_name: str


@dataclass(frozen=True)
class ReaderRecord:
    """A user.

    Attributes
    ----------
    author_id : str
        The profile that they have claimed, "" for none.
    followed : tuple of str
        Ids of authors, sorted.
    deeds : tuple of Deed
        The latest first; what has no time last.
    """

    author_id: str
    followed: tuple[str, ...]
    deeds: tuple[Deed, ...]


def reader_record(
    dataset: Dataset, signals: Signals, user_id: str, standing: Standing
) -> ReaderRecord:
    """What the model's data says of a user, with what stands of their events."""
    known = dataset.users.ids.row(user_id)
    row = -1 if standing.purged else known
    author = int(dataset.users.author_rows[row]) if row >= 0 else -1
    follows = take_rows(signals.follows, np.array([row]))
    cells = deeds_of(dataset, row, standing)
    done = [
        Deed(dataset.papers.ids[paper], INTERACTION_KINDS[kind], time, name)
        for (paper, kind, name), time in cells.items()
    ]
    # NaT is the least of all, and so the last.
    done.sort(key=lambda deed: (-int(deed.time.astype(np.int64)), deed.paper_id, deed.kind))
    followed = follows_of(dataset, follows, standing)
    return ReaderRecord(
        author_id=dataset.authors.ids[author] if author >= 0 else "",
        followed=tuple(sorted(dataset.authors.ids[row] for row in followed)),
        deeds=tuple(done),
    )
