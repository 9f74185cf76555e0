"""What readers of the generated world do: whom they follow, what they open, read and save.

In: people, works and readers. Out: the `follows` and `interactions` tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from recsys.data.schema import INTERACTION_KINDS
from training.world.draw import Grouped, rows_at
from training.world.papers import DAYS, Works, paper_ids, timestamps
from training.world.people import People, author_ids
from training.world.plan import N_THEMES, N_TOPICS, TOPICS
from training.world.readers import Readers, user_ids, weighted_rows_each

ON_THEME_SHARE = 0.65
MOST_FOLLOWS, MOST_READ = 60, 400
# Why a paper was opened: a followed author, an own interest, everybody's talk, or chance ...
WHY_SHARES = np.array([0.30, 0.55, 0.10, 0.05])
FOLLOWED, INTEREST, TALK, CHANCE = range(4)
# ... and what came of it: one row a reason, columns as INTERACTION_KINDS.
KIND_SHARES = np.array(
    [
        [0.30, 0.25, 0.30, 0.13, 0.02],
        [0.32, 0.22, 0.30, 0.12, 0.04],
        [0.60, 0.15, 0.08, 0.07, 0.10],
        [0.55, 0.05, 0.03, 0.02, 0.35],
    ]
)
NEWS_DAYS = 3 * 365.25
OPEN_BEFORE_SAVE_DAYS = 10 / 1440
UNSORTED_LIST = "To read"


@dataclass(frozen=True)
class Follows:
    """Who follows whom, a pair once: rows of users and authors, and when."""

    user_rows: np.ndarray
    author_rows: np.ndarray
    days: np.ndarray


@dataclass(frozen=True)
class Interactions:
    """What was done with papers: rows of users and papers, row of the kind, and when."""

    user_rows: np.ndarray
    paper_rows: np.ndarray
    kinds: np.ndarray
    days: np.ndarray


def make_follows(
    rng: np.random.Generator, people: People, works: Works, readers: Readers, joined: np.ndarray
) -> Follows:
    """Let users follow authors of their topics, and claimed profiles their co-authors.

    Parameters
    ----------
    joined : (n_users,) float64
        The day a user came.
    """
    n_follows = np.rint(rng.lognormal(1.3, 0.9, len(readers))).clip(1, MOST_FOLLOWS)
    n_follows = np.where(readers.follows_one, 1, n_follows * readers.follows).astype(np.int64)
    users = np.repeat(np.arange(len(readers)), n_follows)
    n_works = np.bincount(works.author_rows, minlength=len(people))
    crowds = Grouped.of(
        people.topics * N_THEMES + people.themes, N_TOPICS * N_THEMES, 0.2 + n_works**0.8
    )
    authors = crowds.pick(rng, _wanted(rng, readers, users))
    colleagues = _colleagues(rng, works, readers.author_rows[users], len(people))
    writes_with = (colleagues >= 0) & (rng.random(len(users)) < 0.5)
    authors = np.where(writes_with, colleagues, authors)
    allowed = (authors >= 0) & (authors != readers.author_rows[users])
    users, authors = _once(users[allowed], authors[allowed])
    return Follows(users, authors, _later(rng, joined[users]))


def make_interactions(
    rng: np.random.Generator,
    works: Works,
    readers: Readers,
    follows: Follows,
    joined: np.ndarray,
) -> Interactions:
    """Let users read for a reason; a save was often opened first. Own papers are left out."""
    n_read = np.rint(rng.lognormal(2.8, 1.0, len(readers))).clip(1, MOST_READ).astype(np.int64)
    users = np.repeat(np.arange(len(readers)), n_read * readers.reads)
    why = rows_at(np.cumsum(WHY_SHARES), rng.random(len(users)))
    papers = _papers_for(rng, works, readers, follows, users, why)
    unread = np.flatnonzero((papers >= 0) & ~_own(works, readers, users, papers))
    _, first = np.unique(users[unread] * len(works) + papers[unread], return_index=True)
    kept = unread[first]
    users, papers, why = users[kept], papers[kept], why[kept]
    kinds = weighted_rows_each(rng, KIND_SHARES[why])
    days = _later(rng, np.maximum(joined[users], np.ceil(works.days[papers])))
    opened = (kinds == INTERACTION_KINDS.index("save")) & (rng.random(len(users)) < 0.5)
    opened &= days - OPEN_BEFORE_SAVE_DAYS > works.days[papers]
    return Interactions(
        np.concatenate([users, users[opened]]),
        np.concatenate([papers, papers[opened]]),
        np.concatenate([kinds, np.full(opened.sum(), INTERACTION_KINDS.index("open"))]),
        np.concatenate([days, days[opened] - OPEN_BEFORE_SAVE_DAYS]),
    )


def follows_table(follows: Follows, n_users: int, n_authors: int, end: datetime) -> pd.DataFrame:
    """The `follows` table, in the order of time."""
    order = np.argsort(follows.days, kind="stable")
    return pd.DataFrame(
        {
            "user_id": _named(user_ids(n_users), follows.user_rows[order]),
            "author_id": _named(author_ids(n_authors), follows.author_rows[order]),
            "followed_at": timestamps(follows.days[order], end),
        }
    )


def interactions_table(
    rng: np.random.Generator,
    interactions: Interactions,
    works: Works,
    readers: Readers,
    end: datetime,
) -> pd.DataFrame:
    """The `interactions` table, in the order of time; saves carry the name of a list."""
    order = np.argsort(interactions.days, kind="stable")
    users, papers = interactions.user_rows[order], interactions.paper_rows[order]
    kinds = np.array(INTERACTION_KINDS, dtype=object)[interactions.kinds[order]]
    topics = works.topics[papers]
    sorted_in = (readers.interests[users, topics] > 0) & (rng.random(len(users)) < 0.75)
    names = np.array([topic.name for topic in TOPICS], dtype=object)[topics]
    lists = np.where(sorted_in, names, UNSORTED_LIST)
    return pd.DataFrame(
        {
            "user_id": _named(user_ids(len(readers)), users),
            "paper_id": _named(paper_ids(len(works)), papers),
            "kind": pd.Series(kinds, dtype=object),
            "occurred_at": timestamps(interactions.days[order], end),
            "list": pd.Series(np.where(kinds == "save", lists, ""), dtype=object),
        }
    )


def _papers_for(
    rng: np.random.Generator,
    works: Works,
    readers: Readers,
    follows: Follows,
    users: np.ndarray,
    why: np.ndarray,
) -> np.ndarray:
    """A paper for each (user, reason); -1 where the world has none."""
    appeal = works.appeal * np.exp((works.days - DAYS) / NEWS_DAYS)
    shelves = Grouped.of(works.topics * N_THEMES + works.themes, N_TOPICS * N_THEMES, appeal)
    papers = shelves.pick(rng, _wanted(rng, readers, users))
    followed = _from_followed(rng, works, follows, users, len(readers))
    papers = np.where((why == FOLLOWED) & (followed >= 0), followed, papers)
    papers = np.where(why == TALK, rows_at(np.cumsum(appeal), rng.random(len(users))), papers)
    return np.where(why == CHANCE, rng.integers(len(works), size=len(users)), papers)


def _from_followed(
    rng: np.random.Generator, works: Works, follows: Follows, users: np.ndarray, n_users: int
) -> np.ndarray:
    """A paper of somebody that the user follows, -1 where there is nobody."""
    follow = Grouped.of(follows.user_rows, n_users).pick(rng, users)
    authors = np.append(follows.author_rows, -1)[follow]
    n_authors = max(works.author_rows.max(), follows.author_rows.max(initial=0)) + 1
    written = Grouped.of(works.author_rows, n_authors).pick(rng, np.maximum(authors, 0))
    return np.where((authors >= 0) & (written >= 0), works.paper_rows[written], -1)


def _colleagues(
    rng: np.random.Generator, works: Works, authors: np.ndarray, n_authors: int
) -> np.ndarray:
    """Somebody on a paper of each given author (perhaps the author), -1 where there is none."""
    authorship = Grouped.of(works.author_rows, n_authors).pick(rng, np.maximum(authors, 0))
    papers = works.paper_rows[np.maximum(authorship, 0)]
    colleague = Grouped.of(works.paper_rows, len(works)).pick(rng, papers)
    return np.where((authors >= 0) & (authorship >= 0), works.author_rows[colleague], -1)


def _wanted(rng: np.random.Generator, readers: Readers, users: np.ndarray) -> np.ndarray:
    """The (topic, theme) that each of the users looks for, as one number."""
    topics = weighted_rows_each(rng, readers.interests[users])
    on_theme = rng.random(len(users)) < ON_THEME_SHARE
    anything = rng.integers(N_THEMES, size=len(users))
    return topics * N_THEMES + np.where(on_theme, readers.themes[users, topics], anything)


def _own(works: Works, readers: Readers, users: np.ndarray, papers: np.ndarray) -> np.ndarray:
    """Which (user, paper) pairs are a user's own papers."""
    n_authors = max(works.author_rows.max(), readers.author_rows.max()) + 1
    written = works.paper_rows * n_authors + works.author_rows
    authors = readers.author_rows[users]
    return (authors >= 0) & np.isin(papers * n_authors + authors, written)


def _once(users: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each pair once, by user and then by other."""
    pairs = np.unique(np.stack([users, others]), axis=1)
    return pairs[0], pairs[1]


def _later(rng: np.random.Generator, days: np.ndarray) -> np.ndarray:
    """A day after each given one, soon rather than late, never after the end."""
    return days + np.maximum(DAYS - days, 0.0) * rng.beta(1.0, 3.0, len(days))


def _named(ids: list[str], rows: np.ndarray) -> pd.Series:
    return pd.Series(np.array(ids, dtype=object)[rows], dtype=object)
