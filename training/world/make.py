"""Makes the generated world: labs, papers, readers and what they do, in this order.

In: a seed and sizes. Out: the tables (`make_world`), or the tables with the truth
(`plant_world`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
import pandas as pd

from recsys.data.tables import Tables
from training.world.behaviour import (
    follows_table,
    interactions_table,
    make_follows,
    make_interactions,
)
from training.world.papers import DAYS, authorships_table, make_works, papers_table
from training.world.people import authors_table, make_people
from training.world.plan import END, Sizes, Truth, World
from training.world.readers import Readers, make_readers, users_table

DEFAULT = Sizes()


def make_world(
    seed: int,
    *,
    papers: int = DEFAULT.papers,
    authors: int = DEFAULT.authors,
    users: int = DEFAULT.users,
    scale: float = 1.0,
    end: datetime = END,
) -> Tables:
    """The tables of a generated scholarly world.

    Parameters
    ----------
    seed : int
        The same seed and sizes give the same tables, on any of the supported Pythons.
    papers, authors, users : int
        Exact numbers before scaling.
    scale : float
        Multiplies all three numbers.
    end : datetime
        The last moment of the world, UTC; it begins eight years before.
    """
    sizes = Sizes(papers=papers, authors=authors, users=users)
    return plant_world(seed, sizes.scaled(scale), end=end).tables


def plant_world(
    seed: int,
    sizes: Sizes = DEFAULT,
    *,
    end: datetime = END,
    on_stage: Callable[[str], None] = lambda _: None,
) -> World:
    """The tables of a generated scholarly world, and the truth that was planted in them.

    Parameters
    ----------
    on_stage : callable
        Told the name of each stage before it begins, for a progress bar; see `STAGES`.
    """
    rng = np.random.default_rng(seed)
    on_stage("authors")
    people = make_people(rng, sizes.authors)
    authors = authors_table(rng, people)
    on_stage("papers")
    works = make_works(rng, people, sizes.papers)
    papers = papers_table(rng, works, end)
    on_stage("users")
    works_per_author = np.bincount(works.author_rows, minlength=len(people))
    readers = make_readers(rng, people, works_per_author, sizes.users)
    users = users_table(rng, readers)
    _tell_wishes(rng, authors, readers)
    on_stage("follows")
    joined = DAYS * rng.uniform(0.3, 0.98, sizes.users)
    follows = make_follows(rng, people, works, readers, joined)
    on_stage("interactions")
    interactions = make_interactions(rng, works, readers, follows, joined)
    deeds = interactions_table(rng, interactions, works, readers, end)
    # Drawn last: what stands before is the same whether or not it is told.
    _tell_of_profiles(rng, authors)
    papers["code"] = pd.Series(rng.random(len(papers)) < _WITH_CODE, dtype="boolean")
    tables = Tables.of(
        {
            "papers": papers,
            "authors": authors,
            "authorships": authorships_table(works, sizes.authors),
            "users": users,
            "follows": follows_table(follows, sizes.users, sizes.authors, end),
            "interactions": deeds,
        }
    )
    truth = Truth(
        paper_topics=works.topics,
        paper_themes=works.themes,
        author_topics=people.topics,
        author_labs=people.labs,
        user_interests=readers.interests,
        user_themes=readers.themes,
    )
    return World(tables, truth)


_WITH_CODE = 0.3
_TRUST_LABELS = np.array(["Emerging", "Known", "Established", "Trusted"], dtype=object)  # by level
STAGES = ("authors", "papers", "users", "follows", "interactions")


def _tell_wishes(rng: np.random.Generator, authors: pd.DataFrame, readers: Readers) -> None:
    """Authors who claimed their profile say whether they want to collaborate."""
    rows = readers.author_rows[readers.author_rows >= 0]
    authors.loc[rows, "open_to_collaborate"] = rng.random(len(rows)) < 0.45
    authors.loc[rows, "verification_level"] = rng.integers(1, 4, len(rows))
    authors.loc[rows, "claimed"] = True


def _tell_of_profiles(rng: np.random.Generator, authors: pd.DataFrame) -> None:
    """The better it is established who somebody is, the more the host app trusts them."""
    levels = authors["verification_level"].to_numpy(np.int64)
    trust = 10 + 22 * levels + rng.integers(0, 22, len(levels))
    authors["trust"] = trust.astype(np.float64)
    authors["trust_label"] = pd.Series(_TRUST_LABELS[levels], dtype=object)
