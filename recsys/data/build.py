"""Tables -> Dataset: ids become rows, lists become incidence matrices.

In: checked `Tables` (every reference is known to exist). Out: `Dataset`.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy import sparse

from recsys.data.dataset import (
    AUTHOR_FACTS,
    UNKNOWN_TIME,
    Authors,
    Authorships,
    Dataset,
    Follows,
    Interactions,
    Papers,
    Users,
    filled,
)
from recsys.data.schema import INTERACTION_KINDS
from recsys.data.strings import Strings, Vocabulary
from recsys.data.tables import Tables

_NONE = Vocabulary.of(())


def build_dataset(tables: Tables) -> Dataset:
    """Number users, papers and authors in the tables' order and join the relations to them.

    A user needs no row in `users`: whoever follows or reads is one.
    """
    papers, authors = papers_of(tables.papers), authors_of(tables.authors)
    users = _users(tables, authors.ids)
    list_names = _extended(_NONE, texts(tables.interactions["list"]))
    authorships = authorships_of(tables.authorships, papers.ids, authors.ids)
    follows = Follows(
        users.ids.rows(tables.follows["user_id"]),
        authors.ids.rows(tables.follows["author_id"]),
        to_times(tables.follows["followed_at"]),
    )
    interactions = Interactions(
        users.ids.rows(tables.interactions["user_id"]),
        papers.ids.rows(tables.interactions["paper_id"]),
        pd.Index(INTERACTION_KINDS)
        .get_indexer(pd.Index(tables.interactions["kind"]))
        .astype(np.int8),
        to_times(tables.interactions["occurred_at"]),
        list_names.rows(texts(tables.interactions["list"])),
    )
    data_time = _latest(papers.published, follows.times, interactions.times)
    return Dataset(
        papers, authors, users, authorships, follows, interactions, list_names, data_time
    )


def papers_of(
    table: pd.DataFrame, venues: Vocabulary = _NONE, category_names: Vocabulary = _NONE
) -> Papers:
    """Papers as columns; venues and categories are numbered on from those that are known."""
    held_at = texts(table["venue"])
    venues = _extended(venues, held_at)
    categories, category_names = _memberships(table["categories"], category_names)
    return Papers(
        ids=Vocabulary.of(table["paper_id"]),
        titles=Strings.pack(texts(table["title"])),
        abstracts=Strings.pack(texts(table["abstract"])),
        urls=Strings.pack(texts(table["url"])),
        dois=Strings.pack(texts(table["doi"])),
        arxiv_ids=Strings.pack(texts(table["arxiv_id"])),
        published=to_times(table["published_at"]),
        venue_rows=venues.rows(held_at),
        venues=venues,
        categories=categories,
        category_names=category_names,
        code=_whole_numbers(table["code"], np.int8, 1),
    )


def authors_of(table: pd.DataFrame, affiliation_names: Vocabulary = _NONE) -> Authors:
    """Authors as columns; affiliations are numbered on from those that are known."""
    affiliations, affiliation_names = _memberships(table["affiliations"], affiliation_names)
    return Authors(
        ids=Vocabulary.of(table["author_id"]),
        names=Strings.pack(texts(table["name"])),
        affiliations=affiliations,
        affiliation_names=affiliation_names,
        trust_labels=Strings.pack(texts(table["trust_label"])),
        **{
            name: _whole_numbers(table[name], kind, most)
            for name, (kind, most) in AUTHOR_FACTS.items()
        },
    )


def authorships_of(
    table: pd.DataFrame, paper_ids: Vocabulary, author_ids: Vocabulary
) -> Authorships:
    """Authorships as rows of the papers and authors that they join."""
    return Authorships(
        paper_ids.rows(table["paper_id"]),
        author_ids.rows(table["author_id"]),
        table["position"].fillna(0).to_numpy(np.int32),
    )


def _users(tables: Tables, author_ids: Vocabulary) -> Users:
    listed = tables.users["user_id"]
    others = pd.concat([tables.follows["user_id"], tables.interactions["user_id"]])
    unlisted = sorted(set(others) - set(listed))
    claimed = author_ids.rows(texts(tables.users["author_id"]))
    return Users(
        Vocabulary.of([*listed, *unlisted]),
        np.concatenate([claimed, np.full(len(unlisted), -1, dtype=np.int32)]),
    )


def _memberships(lists: pd.Series, names: Vocabulary) -> tuple[sparse.csr_matrix, Vocabulary]:
    """Lists of names, one list a row -> (n_rows, n_names) incidence and all names."""
    exploded = lists.reset_index(drop=True).explode().dropna()
    names = _extended(names, exploded)
    rows, columns = exploded.index.to_numpy(), names.rows(exploded)
    return filled(rows, columns, (len(lists), len(names))), names


def _extended(known: Vocabulary, names: Iterable[str]) -> Vocabulary:
    """The vocabulary with those names behind it that it lacks, sorted."""
    found = sorted(set(names) - {""})
    rows = known.rows(found)
    return known.extended(name for name, row in zip(found, rows, strict=True) if row < 0)


def texts(column: pd.Series) -> list[str]:
    """A column of text as str, "" where there is none."""
    return column.fillna("").astype(str).tolist()


def to_times(column: pd.Series) -> np.ndarray:
    """(n,) datetime64[s] in UTC; NaT where unknown."""
    return pd.DatetimeIndex(column).tz_localize(None).to_numpy().astype("datetime64[s]")


def _whole_numbers(column: pd.Series, kind: type[np.signedinteger], most: int) -> np.ndarray:
    """(n,) from -1, for unknown, to `most`."""
    return column.astype("float64").fillna(-1).clip(-1, most).to_numpy(kind)


def _latest(*times: np.ndarray) -> np.datetime64:
    known = [column[~np.isnat(column)].max() for column in times if (~np.isnat(column)).any()]
    return max(known) if known else UNKNOWN_TIME
