"""The tables of one dataset in memory, in the layout that `recsys.data.schema` declares.

In: frames whose columns are already normalised. Out: `Tables`, where every frame has at least
the declared columns with their types, so that nobody has to ask whether a table was there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from recsys.data.schema import TABLES, ColumnType, TableSchema

DTYPES: dict[ColumnType, Any] = {
    "id": "object",
    "text": "object",
    "choice": "object",
    "texts": "object",
    "time": "datetime64[us, UTC]",
    "integer": "Int64",
    "number": "float64",
    "flag": "boolean",
    "position": "int64",
}


@dataclass(frozen=True)
class Tables:
    """The six tables of a dataset; one that was not given is an empty frame.

    Columns follow `recsys.data.schema`; extra columns of the source are kept behind them. Row
    order is the order of the source.

    Attributes
    ----------
    present : frozenset of str
        Names of the tables that the source had, be they empty or not.
    """

    papers: pd.DataFrame
    authors: pd.DataFrame
    authorships: pd.DataFrame
    users: pd.DataFrame
    follows: pd.DataFrame
    interactions: pd.DataFrame
    present: frozenset[str]

    @classmethod
    def of(cls, frames: Mapping[str, pd.DataFrame]) -> Tables:
        """Complete the given normalised frames with empty ones for what is missing.

        Parameters
        ----------
        frames : mapping of table name to frame
            Every frame has the declared columns of its table.
        """
        unknown = set(frames) - set(TABLES)
        if unknown:
            raise ValueError(f"no such table: {', '.join(sorted(unknown))}")
        complete = {name: frames.get(name, empty_frame(table)) for name, table in TABLES.items()}
        return cls(**complete, present=frozenset(frames))

    def frames(self) -> dict[str, pd.DataFrame]:
        """The present tables by name, in the order of the schema."""
        return {name: getattr(self, name) for name in TABLES if name in self.present}


def empty_frame(table: TableSchema) -> pd.DataFrame:
    """A frame of no rows with the declared columns and types of a table."""
    return pd.DataFrame({c.name: blank_column(c.type, 0) for c in table.columns})


def blank_column(column_type: ColumnType, n_rows: int) -> pd.Series:
    """A column of a type in which nothing is known: "", [], NaT, NaN or NA."""
    dtype = DTYPES[column_type]
    if column_type == "texts":
        return pd.Series([[] for _ in range(n_rows)], dtype=dtype)
    if dtype == "object":
        return pd.Series([""] * n_rows, dtype=dtype)
    if column_type == "position":
        return pd.Series(range(n_rows), dtype=dtype)
    return pd.Series([None] * n_rows, dtype=dtype)
