"""What a profile page shows of an author, beside the works.

In: the records of a model, and an author's id. Out: `Profile`. Whom the author follows and what
they read is no part of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.explore.records import Records
from recsys.explore.topics import Topics

MOST_TOPICS = MOST_COLLABORATORS = 20
_CLOSE = 2  # joint papers


@dataclass(frozen=True)
class Topic:
    """Something that papers are about.

    Attributes
    ----------
    id : str
        A category, or a term.
    """

    id: str
    n_papers: int


@dataclass(frozen=True)
class Collaborator:
    """Somebody who wrote with an author.

    Attributes
    ----------
    last : datetime64[s]
        When the latest joint paper appeared; NaT where unknown.
    """

    author_row: int
    n_papers: int
    last: np.datetime64


@dataclass(frozen=True)
class Profile:
    """An author in numbers, topics and people.

    Attributes
    ----------
    n_categories : int
        What the works are filed under.
    n_close : int
        How many people wrote two papers or more with the author.
    topics : tuple of Topic
        First what the works are filed under, the most frequent ones first; then what their texts
        tell.
    collaborators : tuple of Collaborator
        Those with most joint papers first, and of as many the latest.
    """

    author_row: int
    n_works: int
    n_followers: int
    n_categories: int
    n_close: int
    topics: tuple[Topic, ...]
    collaborators: tuple[Collaborator, ...]


def profile_of(records: Records, topics: Topics, author_id: str) -> Profile:
    """The profile of an author; raises UnknownAuthor."""
    dataset, author = records.dataset, records.author_row(author_id)
    works = records.works_of(author)
    people, n_joint, last = _joint_work(records, author, works)
    order = np.lexsort((people, -_seconds(last), -n_joint))[:MOST_COLLABORATORS]
    follows = records.model.signals.follows
    return Profile(
        author_row=author,
        n_works=len(works),
        n_followers=int(np.count_nonzero(follows.indices == author)),
        n_categories=len(np.unique(dataset.papers.categories[works].indices)),
        n_close=int(np.count_nonzero(n_joint >= _CLOSE)),
        topics=_topics(topics, works, len(dataset.papers)),
        collaborators=tuple(
            Collaborator(int(people[at]), int(n_joint[at]), last[at]) for at in order
        ),
    )


def _joint_work(
    records: Records, author: int, works: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(n,) rows of who wrote with an author, how many papers, and when the latest appeared."""
    teams = records.writers[works]
    published = np.repeat(records.dataset.papers.published[works], np.diff(teams.indptr))
    others = teams.indices != author
    people, of_pair = np.unique(teams.indices[others], return_inverse=True)
    last = np.full(len(people), np.iinfo(np.int64).min)
    np.maximum.at(last, of_pair, published[others].astype(np.int64))  # NaT is the least
    return people, np.bincount(of_pair, minlength=len(people)), last.astype("datetime64[s]")


def _seconds(times: np.ndarray) -> np.ndarray:
    """(n,) float64, so that what is unknown has a number and can be turned around."""
    return times.astype(np.int64).astype(np.float64)


def _topics(topics: Topics, works: np.ndarray, n_papers: int) -> tuple[Topic, ...]:
    weights = np.zeros(n_papers, dtype=np.float32)
    weights[works] = 1.0
    rows = topics.of(weights, MOST_TOPICS).rows
    if not len(rows):
        return ()
    counts = np.bincount(topics.between(works, rows).indices, minlength=len(rows))
    return tuple(Topic(topics[row], int(count)) for row, count in zip(rows, counts, strict=True))
