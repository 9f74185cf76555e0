"""The tables of a dataset, declared once: columns, keys, references and allowed kinds.

In: nothing. Out: `TABLES` (what people and papers did) and `EVALUATION` (what must be found),
which reading, checking, writing and the documentation all follow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ColumnType = Literal[
    "id", "text", "texts", "choice", "time", "integer", "number", "flag", "position"
]

MAX_ID_BYTES = 256
EARLIEST_YEAR, LATEST_YEAR = 1500, 2999
INTERACTION_KINDS = ("open", "read", "save", "like", "dismiss")
DIGESTS = ("none", "daily", "weekly")
MAX_REJECT_SHARE = 0.05


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    type : ColumnType
        How the values look after reading: `id`, `text` and `choice` are object columns of str
        (missing is ""), `texts` holds lists of str, `time` is datetime64 UTC (unknown is NaT),
        `integer` is Int64, `number` float64 (NaN) and `flag` boolean with missing values;
        `position` is int64 from 0, and where it is missing the row's place within its paper.
    required : bool
        Whether a table without the column is refused, and a row without a value set aside.
        Text may be empty all the same: a paper without a title is ordinary.
    choices : tuple of str
        The allowed values of a `choice`; empty is allowed where the column is not required.
    refers_to : str
        The table whose id of the same meaning this must be, where that table is there.
    """

    name: str
    type: ColumnType
    required: bool = False
    choices: tuple[str, ...] = ()
    refers_to: str = ""


@dataclass(frozen=True)
class TableSchema:
    """One table: its columns in order, its key, and the time that says which duplicate is newer.

    Attributes
    ----------
    optional : tuple of Column
        Columns that some sources bring: typed when they are there, never added when not.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    newest_by: str = ""
    optional: tuple[Column, ...] = field(default=())

    @property
    def column_names(self) -> list[str]:
        """The names of the columns that every frame of this table has."""
        return [column.name for column in self.columns]

    @property
    def typed(self) -> dict[str, Column]:
        """Every declared column, the optional ones included, by name."""
        return {column.name: column for column in (*self.columns, *self.optional)}


def _id(name: str, *, required: bool = True, refers_to: str = "") -> Column:
    return Column(name, "id", required=required, refers_to=refers_to)


PAPERS = TableSchema(
    "papers",
    (
        _id("paper_id"),
        Column("title", "text", required=True),
        Column("abstract", "text"),
        Column("published_at", "time"),
        Column("categories", "texts"),
        Column("venue", "text"),
        Column("url", "text"),
        Column("doi", "text"),
        Column("arxiv_id", "text"),
        Column("code", "flag"),
    ),
    key=("paper_id",),
    newest_by="published_at",
    optional=(
        Column("field", "text"),
        Column("score", "number"),
        Column("comments", "text"),
        Column("journal_ref", "text"),
        Column("affiliations", "texts"),
    ),
)
AUTHORS = TableSchema(
    "authors",
    (
        _id("author_id"),
        Column("name", "text", required=True),
        Column("affiliations", "texts"),
        Column("open_to_collaborate", "flag"),
        Column("verification_level", "integer"),
        Column("claimed", "flag"),
        Column("trust", "number"),
        Column("trust_label", "text"),
        Column("h_index", "integer"),
        Column("citations", "integer"),
    ),
    key=("author_id",),
    optional=(
        Column("papers", "integer"),
        Column("novelty", "number"),
        Column("ai_score", "number"),
        Column("field", "text"),
        Column("works", "integer"),
        Column("followers", "integer"),
        Column("topics", "integer"),
        Column("close_collaborators", "integer"),
    ),
)
AUTHORSHIPS = TableSchema(
    "authorships",
    (
        _id("paper_id", refers_to="papers"),
        _id("author_id", refers_to="authors"),
        Column("position", "position"),
    ),
    key=("paper_id", "author_id"),
)
USERS = TableSchema(
    "users",
    (
        _id("user_id"),
        _id("author_id", required=False, refers_to="authors"),
        Column("email", "text"),
        Column("locale", "text"),
        Column("digest", "choice", choices=DIGESTS),
    ),
    key=("user_id",),
)
FOLLOWS = TableSchema(
    "follows",
    (_id("user_id"), _id("author_id", refers_to="authors"), Column("followed_at", "time")),
    key=("user_id", "author_id"),
    newest_by="followed_at",
)
INTERACTIONS = TableSchema(
    "interactions",
    (
        _id("user_id"),
        _id("paper_id", refers_to="papers"),
        Column("kind", "choice", required=True, choices=INTERACTION_KINDS),
        Column("occurred_at", "time"),
        Column("list", "text"),
    ),
    key=("user_id", "paper_id", "kind", "list"),
    newest_by="occurred_at",
)

TABLES: dict[str, TableSchema] = {
    table.name: table for table in (PAPERS, AUTHORS, AUTHORSHIPS, USERS, FOLLOWS, INTERACTIONS)
}

# Who gets digests; a table `users` of a dataset has all that is required.
SUBSCRIBERS = TableSchema(
    "subscribers",
    (
        _id("user_id"),
        Column("email", "text", required=True),
        Column("digest", "choice", required=True, choices=DIGESTS),
        Column("name", "text"),
        Column("locale", "text"),
        Column("cap", "integer"),
    ),
    key=("user_id",),
)

# An evaluation's test table has one of three shapes; its columns say which task it is for.
TEST_SHAPES: dict[str, TableSchema] = {
    "papers": TableSchema("test", (_id("user_id"), _id("paper_id")), ("user_id", "paper_id")),
    "collaborators": TableSchema(
        "test", (_id("author_id"), _id("coauthor_id")), ("author_id", "coauthor_id")
    ),
    "queries": TableSchema("test", (_id("query_id"), _id("paper_id")), ("query_id", "paper_id")),
}
CANDIDATES = TableSchema("candidates", (_id("paper_id"),), ("paper_id",))
QUERIES = TableSchema(
    "queries",
    (
        _id("query_id"),
        Column("text", "text", required=True),
        Column("published_before", "time"),
    ),
    ("query_id",),
)
EVALUATION = ("test", "candidates", "queries")
