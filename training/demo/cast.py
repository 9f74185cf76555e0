"""Whom and what the demo asks about.

In: the tables of a world, or of saved pages. Out: `Cast`: a user of whom everything is known, where
there are users, a profile that nobody has claimed, a paper, and a topic in words.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from recsys.data.resource_names import resource_name
from recsys.data.tables import Tables
from training.world.behaviour import UNSORTED_LIST

_N_PROFILES = 5


@dataclass(frozen=True)
class Cast:
    """Who appears in the tour; ids are those of the world's tables.

    Attributes
    ----------
    user_id, user : str
        A user, and a sentence that says who that is; "" where there are none.
    paper_id : str
        What the user dealt with last.
    unclaimed : str
        A sentence that says who the owner of the unclaimed profile is.
    unclaimed_papers : tuple of str
        Two papers of theirs.
    profiles : tuple of str
        Those with most works, as resource names.
    topic : str
        What one of these papers is called.
    """

    user_id: str
    user: str
    paper_id: str
    unclaimed_id: str
    unclaimed: str
    unclaimed_papers: tuple[str, ...]
    profiles: tuple[str, ...]
    topic: str


def choose_cast(tables: Tables) -> Cast:
    """Who stands for the others; ties go to the earlier row, or to the lesser id."""
    n_papers = tables.authorships["author_id"].value_counts()
    claimed = tables.users["author_id"]
    unclaimed = n_papers[~n_papers.index.isin(claimed)]
    unclaimed_id = min(unclaimed.index[unclaimed == unclaimed.max()])
    written = tables.authorships
    works = written.loc[written["author_id"] == unclaimed_id, "paper_id"]
    titles = tables.papers.set_index("paper_id")["title"]
    most_works = sorted(n_papers.index, key=lambda author: (-n_papers[author], author))
    user_id, user, paper_id = _reader(tables, n_papers) or ("", "", works.iloc[0])
    return Cast(
        user_id=user_id,
        user=user,
        paper_id=paper_id,
        unclaimed_id=unclaimed_id,
        unclaimed=f"{_name(tables, unclaimed_id)} wrote {unclaimed.max()} papers and has no "
        "account here.",
        unclaimed_papers=tuple(works.iloc[:2]),
        profiles=tuple(resource_name("authors", author) for author in most_works[:_N_PROFILES]),
        topic=titles[works.iloc[0]],
    )


def _reader(tables: Tables, n_papers: pd.Series) -> tuple[str, str, str] | None:
    """The user with the most of whatever they have least of; nobody where nobody has a profile.

    Returns the id, a sentence, and the paper that they dealt with last.
    """
    users = tables.users[tables.users["author_id"] != ""]
    follows, deeds = tables.follows["user_id"], tables.interactions["user_id"]
    if not len(users):
        return None
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
    said = (
        f"{_name(tables, user['author_id'])} wrote {has['papers']} papers, follows "
        f"{has['follows']} people, has dealt with {has['deeds']} papers{_lists(own_deeds)}."
    )
    last = own_deeds["paper_id"].iloc[-1] if len(own_deeds) else tables.papers.paper_id[0]
    return user["user_id"], said, last


def _name(tables: Tables, author_id: str) -> str:
    authors = tables.authors
    return str(authors.loc[authors["author_id"] == author_id, "name"].iloc[0])


def _lists(deeds: pd.DataFrame) -> str:
    names = deeds.loc[~deeds["list"].isin(["", UNSORTED_LIST]), "list"].unique()
    return f", and keeps the reading lists {', '.join(f'“{name}”' for name in names)}" * bool(
        len(names)
    )
