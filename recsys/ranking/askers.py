"""Who asks, by id: a user, one of their lists, a profile, or somebody without an account.

In: ids, and what stands of a user's events. Out: `Readers`, one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import sparse

from recsys.data.dataset import filled
from recsys.data.events import NOTHING_STANDS, Standing
from recsys.errors import UnknownAuthor, UnknownList, UnknownPaper
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.ranking.fold_in import fold_in


class Askers:
    """Looks up who asks one model."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._readers = model.readers()

    def user(
        self, user_id: str, list_name: str = "", standing: Standing = NOTHING_STANDS
    ) -> Readers:
        """A user, or one of their reading lists as the question, with what stands of their events.

        A user of whom nothing is known is a stranger, which is no error.

        Raises
        ------
        UnknownList
            The user keeps no list of this name; whether others do is not told.
        """
        if not list_name:
            return self.users([user_id], [standing])
        known = self._known([user_id], [standing])
        folded = fold_in(self.model, known, standing)
        if list_name not in folded.lists:
            raise UnknownList(f"user {user_id!r} keeps no list {list_name!r}; check the name")
        return self._readers.on_list(folded.reader, folded.lists[list_name])

    def users(self, user_ids: Sequence[str], standings: Sequence[Standing]) -> Readers:
        """Many users at once, each with what stands of their events."""
        known, parts, start = self._known(user_ids, standings), list[Readers](), 0
        for place, standing in enumerate(standings):
            if standing != NOTHING_STANDS:
                changed = fold_in(self.model, known[place : place + 1], standing).reader
                parts += [known[start:place], changed]
                start = place + 1
        return Readers.stacked([*parts, known[start:]])

    def author(self, author_id: str, standing: Standing = NOTHING_STANDS) -> Readers:
        """A profile as a reader, with what stands of the events of the user who claimed it.

        Raises UnknownAuthor.
        """
        if standing.purged:
            return self._with_events(self.works_of(author_id), standing)
        known = self._readers.authors(np.array([self._author_row(author_id)]))
        return self._with_events(known, standing)

    def works_of(self, author_id: str) -> Readers:
        """A profile by its papers alone, whoever has claimed it; raises UnknownAuthor."""
        return self._readers.of(np.full(1, -1), np.array([self._author_row(author_id)]))

    def owner(self, author_id: str) -> str:
        """The id of the user who claimed a profile, "" where nobody did; raises UnknownAuthor."""
        users = self.model.dataset.users
        owners = np.flatnonzero(users.author_rows == self._author_row(author_id))
        return users.ids[int(owners[0])] if len(owners) else ""

    def stranger(
        self,
        *,
        liked: Sequence[str] = (),
        disliked: Sequence[str] = (),
        followed: Sequence[str] = (),
        text: str = "",
    ) -> Readers:
        """Someone without an account, known by what the request tells.

        Raises
        ------
        UnknownPaper, UnknownAuthor
            A paper or author id that the model does not hold.
        """
        dataset, nobody = self.model.dataset, self._readers.strangers()
        liked_row = _marked([self._paper_row(id_) for id_ in liked], len(dataset.papers))
        return replace(
            nobody,
            liked=liked_row,
            seen=liked_row,
            disliked=_marked([self._paper_row(id_) for id_ in disliked], len(dataset.papers)),
            follows=_marked([self._author_row(id_) for id_ in followed], len(dataset.authors)),
            words=self.model.text.vectors([text]),
        )

    def _with_events(self, known: Readers, standing: Standing) -> Readers:
        if standing == NOTHING_STANDS:
            return known
        return fold_in(self.model, known, standing).reader

    def _known(self, user_ids: Sequence[str], standings: Sequence[Standing]) -> Readers:
        """What the model knows of users, before any event."""
        rows = self.model.dataset.users.ids.rows(user_ids)
        purged = np.array([standing.purged for standing in standings], dtype=bool)
        return self._readers.users(np.where(purged, -1, rows))

    def _paper_row(self, paper_id: str) -> int:
        row = self.model.dataset.papers.ids.row(paper_id)
        if row < 0:
            raise UnknownPaper(f"paper {paper_id!r} is not in this model; check the id, or retrain")
        return row

    def _author_row(self, author_id: str) -> int:
        row = self.model.dataset.authors.ids.row(author_id)
        if row < 0:
            raise UnknownAuthor(f"author {author_id!r} is not in this model; check the id")
        return row


def _marked(rows: list[int], n: int) -> sparse.csr_matrix:
    return filled(np.zeros(len(rows), dtype=np.int64), np.array(rows, dtype=np.int64), (1, n))
