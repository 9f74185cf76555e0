"""The rules that every row of a dataset has to keep, all rows of a table at once.

In: normalised frames. Out: for each row the reason why it is set aside, or ""; and frames in
which each key stands once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import numpy as np
import pandas as pd

from recsys.data.columns import Problem
from recsys.data.schema import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    MAX_ID_BYTES,
    Column,
    TableSchema,
)


def reject_reasons(
    frame: pd.DataFrame,
    table: TableSchema,
    *,
    known_ids: Mapping[str, pd.Series],
    now: datetime | None,
    problems: Iterable[Problem] = (),
) -> np.ndarray:
    """Say for each row why it must be set aside.

    Parameters
    ----------
    known_ids : mapping of table name to its ids
        Tables that references are held against; a table that is not in it is not asked.
    now : datetime or None
        Times more than a year later are refused; None refuses only years outside 1500 to 2999.
    problems : iterable of (mask, reason)
        Values that could not be read, as `recsys.data.columns.normalise` found them.

    Returns
    -------
    reasons : (n,) object array of str
        "" for a row that keeps every rule; otherwise the first broken rule.
    """
    reasons = np.full(len(frame), "", dtype=object)
    found = [*problems]
    for column in table.columns:
        found += _column_problems(frame[column.name], column, now)
        if column.refers_to in known_ids and column.refers_to:
            found.append(_dangling(frame[column.name], column, known_ids[column.refers_to]))
    for mask, reason in found:
        reasons[mask & (reasons == "")] = reason
    return reasons


def _column_problems(values: pd.Series, column: Column, now: datetime | None) -> list[Problem]:
    if column.type == "id":
        return _id_problems(values, column)
    if column.type == "choice":
        allowed = column.choices if column.required else ("", *column.choices)
        known = ", ".join(column.choices)
        return [(~values.isin(allowed).to_numpy(), f"unknown {column.name}; known are {known}")]
    if column.type == "time":
        return [(_absurd(values, now), f"absurd time in {column.name}")]
    if column.name == "name" and column.required:
        return [((values.str.strip() == "").to_numpy(dtype=bool), "missing name")]
    return []


def _id_problems(values: pd.Series, column: Column) -> list[Problem]:
    too_long = np.array([len(value.encode()) > MAX_ID_BYTES for value in values], dtype=bool)
    problems: list[Problem] = [(too_long, f"{column.name} is longer than {MAX_ID_BYTES} bytes")]
    if column.required:
        blank = (values.str.strip() == "").to_numpy(dtype=bool)
        problems.append((blank, f"missing {column.name}"))
    return problems


def _absurd(times: pd.Series, now: datetime | None) -> np.ndarray:
    years = times.dt.year
    absurd = (years < EARLIEST_YEAR) | (years > LATEST_YEAR)
    if now is not None:
        moment = pd.Timestamp(now)
        utc = moment.tz_localize("UTC") if moment.tz is None else moment.tz_convert("UTC")
        absurd |= times > utc + pd.DateOffset(years=1)
    return absurd.to_numpy(dtype=bool)


def _dangling(values: pd.Series, column: Column, known: pd.Series) -> Problem:
    singular = column.refers_to.removesuffix("s")
    mask = (~values.isin(known) & (values != "")).to_numpy(dtype=bool)
    return mask, f"{column.name} names no {singular} of this dataset"


def keep_newest(frame: pd.DataFrame, table: TableSchema) -> pd.DataFrame:
    """Keep one row for each key: the newest by time, and of equally new ones the last.

    A row without a time is older than any with one. The kept rows stay in order.
    """
    if not frame.duplicated(list(table.key)).any():
        return frame.reset_index(drop=True)
    ordered = frame
    if table.newest_by:
        ordered = frame.sort_values(table.newest_by, kind="stable", na_position="first")
    kept = ordered.drop_duplicates(list(table.key), keep="last").index
    return frame.loc[kept.sort_values()].reset_index(drop=True)
