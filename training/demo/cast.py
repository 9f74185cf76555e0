"""Whom and what the demo asks about in a generated world.

In: the tables of the world. Out: `Cast`: a user of whom everything is known, a profile that
nobody has claimed, a paper, and a topic in words that was planted.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from recsys.data.tables import Tables
from training.world.behaviour import UNSORTED_LIST
from training.world.plan import TOPICS


@dataclass(frozen=True)
class Cast:
    """Who appears in the tour; ids are those of the world's tables.

    Attributes
    ----------
    user : str
        A sentence that says who the user is.
    paper_id : str
        What the user dealt with last.
    unclaimed : str
        A sentence that says who the owner of the unclaimed profile is.
    unclaimed_papers : tuple of str
        Two papers of theirs.
    topic : str
        A line of work that some papers of the world are about.
    """

    user_id: str
    user: str
    paper_id: str
    unclaimed_id: str
    unclaimed: str
    unclaimed_papers: tuple[str, ...]
    topic: str


def choose_cast(tables: Tables) -> Cast:
    """The user with the most of whatever they have least of; ties go to the earlier row."""
    users = tables.users[tables.users["author_id"] != ""]
    follows, deeds = tables.follows["user_id"], tables.interactions["user_id"]
    n_papers = tables.authorships["author_id"].value_counts()
    known = pd.DataFrame(
        {
            "papers": users["author_id"].map(n_papers),
            "follows": users["user_id"].map(follows.value_counts()),
            "deeds": users["user_id"].map(deeds.value_counts()),
        }
    ).fillna(0)
    chosen = int(known.min(axis=1).argmax())
    user, has = users.iloc[chosen], known.iloc[chosen].astype(int)
    own_deeds = tables.interactions[deeds == user["user_id"]]
    unclaimed = n_papers[~n_papers.index.isin(users["author_id"])]
    unclaimed_id = min(unclaimed.index[unclaimed == unclaimed.max()])
    written = tables.authorships
    works = written.loc[written["author_id"] == unclaimed_id, "paper_id"]
    theme = TOPICS[0].themes[0]
    return Cast(
        user_id=user["user_id"],
        user=f"{_name(tables, user['author_id'])} wrote {has['papers']} papers, follows "
        f"{has['follows']} people, has dealt with {has['deeds']} papers{_lists(own_deeds)}.",
        paper_id=own_deeds["paper_id"].iloc[-1] if len(own_deeds) else tables.papers.paper_id[0],
        unclaimed_id=unclaimed_id,
        unclaimed=f"{_name(tables, unclaimed_id)} wrote {unclaimed.max()} papers and has no "
        "account here.",
        unclaimed_papers=tuple(works.iloc[:2]),
        topic=f"{theme.tasks[1]} with {theme.methods[0]}",
    )


def _name(tables: Tables, author_id: str) -> str:
    authors = tables.authors
    return str(authors.loc[authors["author_id"] == author_id, "name"].iloc[0])


def _lists(deeds: pd.DataFrame) -> str:
    names = deeds.loc[~deeds["list"].isin(["", UNSORTED_LIST]), "list"].unique()
    return f", and keeps the reading lists {', '.join(f'“{name}”' for name in names)}" * bool(
        len(names)
    )
