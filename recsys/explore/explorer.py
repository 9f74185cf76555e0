"""Everything that can be looked up in a model, behind one door.

In: a model. Out: `Explorer`, which makes what a look-up needs when it is first needed: a model
that has grown gets an explorer of its own.
"""

from __future__ import annotations

from functools import cached_property

from recsys.data.events import Standing
from recsys.explore.graph import Collection, Graph
from recsys.explore.neighborhood import neighborhood
from recsys.explore.profile import Profile, profile_of
from recsys.explore.reader import ReaderRecord, reader_record
from recsys.explore.records import Records
from recsys.explore.search import Found, Searcher
from recsys.explore.topics import Topics, topics_of
from recsys.models.model import Model


class Explorer:
    """Looks around in one model.

    Attributes
    ----------
    records : Records
        Papers and authors by themselves.
    """

    def __init__(self, model: Model) -> None:
        self.records = Records(model)

    @cached_property
    def topics(self) -> Topics:
        """What the papers are about."""
        return topics_of(self.records.model)

    @cached_property
    def _searcher(self) -> Searcher:
        return Searcher(self.records, self.topics)

    def profile(self, author_id: str) -> Profile:
        """What a profile page shows of an author; raises UnknownAuthor."""
        return profile_of(self.records, self.topics, author_id)

    def neighborhood(self, collection: Collection, id_: str, size: int) -> Graph:
        """The research graph around something, of so many nodes at most.

        Raises
        ------
        UnknownPaper, UnknownAuthor, UnknownTopic, UnknownAffiliation
        """
        return neighborhood(self.records.model, self.topics, collection, id_, size)

    def search(self, text: str, most: int) -> Found:
        """At most so many papers, people and topics that hold the words."""
        return self._searcher.search(text, most)

    def reader(self, user_id: str, standing: Standing) -> ReaderRecord:
        """What counts of a user; of one of whom nothing is known, nothing."""
        model = self.records.model
        return reader_record(model.dataset, model.signals, user_id, standing)
