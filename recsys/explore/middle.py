"""What a graph is drawn around, told by papers and people.

In: a model, and a paper, an author, a topic or an institution by its id. Out: `Middle`: its
papers, each weighed, and its people. Only what is published counts: nothing of what anybody
reads, and nothing of whom anybody follows. Papers that are deleted are none of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.data.strings import Vocabulary
from recsys.errors import (
    RecsysError,
    UnknownAffiliation,
    UnknownAuthor,
    UnknownPaper,
    UnknownTopic,
)
from recsys.explore.graph import Collection
from recsys.explore.topics import Topics, column
from recsys.features.signals import fade
from recsys.models.model import Model

_HALF_LIFE_DAYS = 1095.0
_MOST_WORKS = 500  # tell what something is about


@dataclass(frozen=True)
class Middle:
    """Something to draw a graph around.

    Attributes
    ----------
    row : int
        In its collection.
    works : (n_papers,) float32
        How much of it each paper is, newer papers more: itself; what an author wrote; how much a
        paper is about a topic; what people of an institution wrote.
    members : (n_authors,) float32
        1 for the author, and for who works at the institution.
    """

    collection: Collection
    row: int
    works: np.ndarray
    members: np.ndarray

    def row_in(self, collection: Collection) -> int:
        """Its row in a collection, -1 where it is of another one."""
        return self.row if self.collection == collection else -1


def middle_of(model: Model, topics: Topics, collection: Collection, id_: str) -> Middle:
    """Look something up.

    Raises
    ------
    UnknownPaper, UnknownAuthor, UnknownTopic, UnknownAffiliation
    """
    row = _row(model, topics, collection, id_)
    works = np.zeros(len(model.dataset.papers), dtype=np.float32)
    members = np.zeros(len(model.dataset.authors), dtype=np.float32)
    if collection == "papers":
        works[row] = 1.0
    elif collection == "topics":
        works = topics.works(row)
    else:
        if collection == "authors":
            members[row] = 1.0
        else:
            members = column(model.dataset.authors.affiliations, row)
        works = members @ model.signals.authorship
    works = works * model.dataset.papers.ids.listed
    works = works * fade(model.dataset.ages_days(), _HALF_LIFE_DAYS)
    return Middle(collection, row, _heaviest(works), members)


def _row(model: Model, topics: Topics, collection: Collection, id_: str) -> int:
    authors = model.dataset.authors
    known: dict[Collection, tuple[Vocabulary | Topics, type[RecsysError]]] = {
        "papers": (model.dataset.papers.ids, UnknownPaper),
        "authors": (authors.ids, UnknownAuthor),
        "topics": (topics, UnknownTopic),
        "affiliations": (authors.affiliation_names, UnknownAffiliation),
    }
    ids, unknown = known[collection]
    row = ids.row(id_)
    if row < 0:
        raise unknown(f"{collection[:-1]} {id_!r} is not in this model; check the id")
    return row


def _heaviest(works: np.ndarray) -> np.ndarray:
    """The same with 0 for all but the heaviest; of equal ones the lower rows stay."""
    kept = np.argsort(-works, kind="stable")[:_MOST_WORKS]
    few = np.zeros_like(works)
    few[kept] = works[kept]
    return few
