"""Raw tables -> checked tables: types first, then the rules of each row, then one row per key.

In: `RawTable`s, whatever file or page they came from. Out: `Tables` and the rows set aside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd

from recsys.data.columns import normalise
from recsys.data.row_checks import keep_newest, reject_reasons
from recsys.data.schema import MAX_REJECT_SHARE, TABLES, TableSchema
from recsys.data.tables import Tables
from recsys.errors import BadInput, TooManyRejects


@dataclass(frozen=True)
class RawTable:
    """The rows of one table as its source has them.

    Attributes
    ----------
    frame : frame of n rows
    row_numbers : (n,) int64
        From 1, counted through all parts, the header of a CSV not counted.
    malformed : list of (row number, reason)
        Rows that are not rows: a line that is no JSON, a CSV row with too many cells.
    """

    frame: pd.DataFrame
    row_numbers: np.ndarray
    malformed: list[tuple[int, str]] = field(default_factory=list)

    @property
    def n_rows(self) -> int:
        """How many rows the source had, the malformed ones included."""
        return len(self.frame) + len(self.malformed)


def check_tables(
    raw: Mapping[str, RawTable],
    *,
    max_reject_share: float = MAX_REJECT_SHARE,
    now: datetime | None = None,
) -> tuple[Tables, pd.DataFrame]:
    """Check all tables of a dataset, each against those it refers to.

    Parameters
    ----------
    raw : mapping of table name to raw table
    max_reject_share : float
        The share of all rows, from 0 to 1, that may be set aside.
    now : datetime or None
        Times more than a year later are refused; None refuses only years outside 1500 to 2999.

    Returns
    -------
    tables : Tables
    rejected : frame with columns table, row, reason

    Raises
    ------
    BadInput
        When there are no papers, or a required column is not there.
    TooManyRejects
        When more rows than allowed break a rule; the message shows the commonest reasons.
    """
    if "papers" not in raw:
        raise BadInput("there is no table 'papers', the only one that every dataset needs")
    frames: dict[str, pd.DataFrame] = {}
    aside: list[pd.DataFrame] = []
    known_ids: dict[str, pd.Series] = {}
    # In the order of the schema, in which a table comes after those that it refers to.
    for name, schema in TABLES.items():
        if name not in raw:
            continue
        frames[name], rejected = check_table(raw[name], schema, known_ids=known_ids, now=now)
        aside.append(rejected)
        if len(schema.key) == 1:
            known_ids[name] = frames[name][schema.key[0]]
    rejected = pd.concat(aside, ignore_index=True)
    _refuse_too_many(rejected, sum(table.n_rows for table in raw.values()), max_reject_share)
    return Tables.of(frames), rejected


def check_table(
    raw: RawTable,
    schema: TableSchema,
    *,
    known_ids: Mapping[str, pd.Series],
    now: datetime | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Check one table; return its good rows, one for each key, and the rows set aside."""
    # A table without any row has no columns to complain about (an empty JSONL file).
    frame = raw.frame if len(raw.frame) else raw.frame.reindex(columns=schema.column_names)
    frame, problems = normalise(frame, schema)
    reasons = reject_reasons(frame, schema, known_ids=known_ids, now=now, problems=problems)
    bad = np.flatnonzero(reasons != "")
    found = zip(raw.row_numbers[bad].tolist(), reasons[bad].tolist(), strict=True)
    return keep_newest(frame[reasons == ""], schema), _aside(schema, [*found, *raw.malformed])


def _aside(schema: TableSchema, rows: list[tuple[int, str]]) -> pd.DataFrame:
    rows = sorted(rows)
    return pd.DataFrame(
        {
            "table": pd.Series([schema.name] * len(rows), dtype=object),
            "row": pd.Series([row for row, _ in rows], dtype="int64"),
            "reason": pd.Series([reason for _, reason in rows], dtype=object),
        }
    )


def _refuse_too_many(rejected: pd.DataFrame, n_rows: int, max_share: float) -> None:
    if len(rejected) <= max_share * n_rows:
        return
    counts = Counter(zip(rejected["table"], rejected["reason"], strict=True))
    worst = "; ".join(f"{where}: {why} ({n}x)" for (where, why), n in counts.most_common(3))
    raise TooManyRejects(
        f"{len(rejected)} of {n_rows} rows break a rule, more than the allowed share of "
        f"{max_share:g}; nothing was written. Commonest: {worst}"
    )
