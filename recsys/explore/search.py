"""A search box: papers, people and topics that hold some words.

In: words, and a model. Out: `Found`, rows of each kind, the best first. Only what holds the words
is found; what is merely near to them, a `Recommender` lists.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.explore.names import NameIndex
from recsys.explore.profile import Topic
from recsys.explore.records import Records
from recsys.explore.topics import Topics
from recsys.features.text import words
from recsys.ranking.top_k import top_k

_LOOKED_AT = 3  # papers for each that is told: the words may stand in the title of a later one


@dataclass(frozen=True)
class Found:
    """What holds the words: rows of papers and authors, and topics."""

    papers: tuple[int, ...]
    authors: tuple[int, ...]
    topics: tuple[Topic, ...]


class Searcher:
    """Looks through one model."""

    def __init__(self, records: Records, topics: Topics) -> None:
        self._records, self._topics = records, topics
        self._people = NameIndex(records.dataset.authors.names)
        self._categories = NameIndex(topics.categories.ids)

    def search(self, text: str, most: int) -> Found:
        """At most so many of each kind."""
        return Found(self._papers(text, most), self._authors(text, most), self._about(text, most))

    def _papers(self, text: str, most: int) -> tuple[int, ...]:
        """The one with this id, then those that hold some of the words, by tf-idf and by title."""
        papers, space = self._records.dataset.papers, self._records.model.text
        named = papers.ids.row(text.strip())
        asked = space.vectors([text]).toarray().ravel()
        likeness = np.where(papers.ids.listed, space.papers @ asked, 0.0).astype(np.float32)
        likeness[likeness <= 0] = -np.inf
        rows = [int(row) for row in top_k(likeness[None], _LOOKED_AT * most)[0] if row >= 0]
        wanted = set(words(text))
        in_title = {row: len(wanted & set(words(papers.titles[row]))) for row in rows}
        rows.sort(key=in_title.__getitem__, reverse=True)  # stable
        first = [named] if named >= 0 else []
        return tuple([*first, *(row for row in rows if row != named)][:most])

    def _authors(self, text: str, most: int) -> tuple[int, ...]:
        rows, whole = self._people.rows(text)
        order = np.lexsort((rows, -self._records.n_works[rows], ~whole))
        return tuple(rows[order][:most].tolist())

    def _about(self, text: str, most: int) -> tuple[Topic, ...]:
        """Categories that hold all of the words, those of most papers first; and the very term."""
        listed = self._records.dataset.papers.ids.listed.astype(np.float32)
        rows, _ = self._categories.rows(text)
        counts = (listed @ self._topics.filed)[rows]
        found = [
            Topic(self._topics[rows[at]], int(counts[at]))
            for at in np.lexsort((rows, -counts))
            if counts[at]
        ]
        term = self._topics.row(" ".join(words(text)))
        if term >= len(self._topics.categories):
            n_papers = np.count_nonzero(listed * self._topics.works(term))
            found += [Topic(self._topics[term], int(n_papers))] if n_papers else []
        return tuple(found[:most])
