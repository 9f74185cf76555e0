"""Raw columns as some file had them -> columns of the declared types.

In: a frame of whatever pandas made of a file. Out: a frame in the layout of the schema and, for
each unreadable value, the reason why its row cannot stay.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from recsys.data.schema import Column, ColumnType, TableSchema
from recsys.data.tables import DTYPES, blank_column
from recsys.errors import BadInput

Problem = tuple[np.ndarray, str]
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
# Numbers from here on are seconds since 1970, and from the second on milliseconds: below lie
# years and days, and no year of the layout is later than 9.5e10 seconds.
_SECONDS_FROM, _MILLISECONDS_FROM = 1e8, 1e11


def normalise(raw: pd.DataFrame, table: TableSchema) -> tuple[pd.DataFrame, list[Problem]]:
    """Give a raw frame the columns and types of its table.

    Parameters
    ----------
    raw : frame of n rows
        Columns in any order and type; extra ones are kept behind the declared ones.

    Returns
    -------
    frame : frame of n rows
    problems : list of (mask, reason)
        (n,) bool masks of rows with a value that cannot be read.

    Raises
    ------
    BadInput
        When a required column is not there at all.
    """
    raw = raw.reset_index(drop=True)
    missing = [c.name for c in table.columns if c.required and c.name not in raw.columns]
    if missing:
        has = ", ".join(map(str, raw.columns)) or "no columns"
        raise BadInput(f"table {table.name!r} lacks the column {missing[0]!r}; it has {has}")
    columns: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    for column in table.columns:
        if column.name not in raw.columns:
            columns[column.name] = blank_column(column.type, len(raw))
            continue
        columns[column.name], unreadable = _read(raw[column.name], column)
        problems.append((unreadable, f"{column.name} is not {_WANTED[column.type]}"))
    columns.update(_extras(raw, table))
    frame = pd.DataFrame(columns)
    _fill_positions(frame, raw, table)
    return frame, problems


def _extras(raw: pd.DataFrame, table: TableSchema) -> dict[str, pd.Series]:
    """Columns beyond the required layout: typed where every value can be, else as they are."""
    optional = {column.name: column for column in table.optional}
    extras = {}
    for name in raw.columns:
        if name in table.column_names:
            continue
        extras[name] = raw[name]
        if name in optional:
            typed, unreadable = _read(raw[name], optional[name])
            extras[name] = raw[name] if unreadable.any() else typed
    return extras


def _fill_positions(frame: pd.DataFrame, raw: pd.DataFrame, table: TableSchema) -> None:
    for column in table.columns:
        if column.type != "position":
            continue
        place = frame.groupby("paper_id", sort=False).cumcount()
        if column.name not in raw.columns:
            frame[column.name] = place.astype("int64")
        else:
            frame[column.name] = frame[column.name].where(frame[column.name] >= 0, place)


def _read(raw: pd.Series, column: Column) -> tuple[pd.Series, np.ndarray]:
    values, unreadable = _READERS[column.type](raw)
    return values.astype(DTYPES[column.type]), unreadable


def _objects(values: Sequence[Any]) -> pd.Series:
    return pd.Series(values, dtype=object)


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or value != value


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _read_text(raw: pd.Series) -> tuple[pd.Series, np.ndarray]:
    kept = [
        ""
        if not isinstance(value, list | dict | np.ndarray) and _is_missing(value)
        else _as_text(value)
        for value in raw.astype(object)
    ]
    # A lone surrogate (JSON can carry one) is no text that a file or a message could hold.
    texts = [t if t.isascii() else t.encode("utf-8", "replace").decode("utf-8") for t in kept]
    return _objects(texts), np.zeros(len(raw), dtype=bool)


def _read_id(raw: pd.Series) -> tuple[pd.Series, np.ndarray]:
    texts, _ = _read_text(raw)
    values = raw.astype(object)
    unreadable = [
        isinstance(value, list | dict | np.ndarray | bool)
        or (isinstance(value, str) and value != text)
        for value, text in zip(values, texts, strict=True)
    ]
    return texts, np.array(unreadable, dtype=bool)


def _read_texts(raw: pd.Series) -> tuple[pd.Series, np.ndarray]:
    lists = [_list_of(value) for value in raw.astype(object)]
    unreadable = np.array([entry is None for entry in lists], dtype=bool)
    return _objects([entry or [] for entry in lists]), unreadable


def _list_of(value: Any) -> list[str] | None:
    """The texts in a list, a JSON list, or a text with semicolons; None where it is neither."""
    if isinstance(value, list | tuple | np.ndarray):
        return [_as_text(v) for v in value if not _is_missing(v) and v != ""]
    if _is_missing(value):
        return []
    if not isinstance(value, str):
        return None
    if not value.lstrip().startswith("["):
        return [part.strip() for part in value.split(";") if part.strip()]
    try:
        return _list_of(json.loads(value))
    except (json.JSONDecodeError, RecursionError):
        return None


def _read_time(raw: pd.Series) -> tuple[pd.Series, np.ndarray]:
    if pd.api.types.is_datetime64_any_dtype(raw.dtype):
        utc = raw.dt.tz_localize("UTC") if raw.dt.tz is None else raw.dt.tz_convert("UTC")
        return utc, np.zeros(len(raw), dtype=bool)
    values = _objects([_iso(value) for value in raw.astype(object)])
    given = np.array([value is not None for value in values], dtype=bool)
    times = pd.to_datetime(values, utc=True, format="ISO8601", errors="coerce")
    times = times.astype(DTYPES["time"])
    for row in np.flatnonzero(given & times.isna().to_numpy()).tolist():
        times.iloc[row] = _parsed(values.iloc[row])
    return times, given & times.isna().to_numpy()


def _iso(value: Any) -> Any:
    """A time in a form that pandas reads, or None where nothing is given."""
    if isinstance(value, bool | list | dict | np.ndarray):
        return "not a time"
    if _is_missing(value) or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, str) and not value.strip().isdecimal():
        return value.strip()
    if isinstance(value, str | int | float | np.integer | np.floating):
        return _iso_of_number(_number(value))
    return value


def _iso_of_number(value: float | None) -> str:
    """A year, a day written as 20240506, seconds or milliseconds since 1970."""
    if value is None:
        return "not a time"
    if 0 <= value < 10_000:
        return f"{int(value):04d}"
    if 10_000_000 <= value < _SECONDS_FROM:
        return f"{int(value)}"
    if value < _SECONDS_FROM:
        return "not a time"
    seconds = value / 1000 if value >= _MILLISECONDS_FROM else value
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return "not a time"


def _parsed(value: Any) -> Any:
    """Second try, for what pandas refuses but Python can read (years far from today)."""
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else value
        moment = pd.Timestamp(time)
        return moment.tz_localize("UTC") if moment.tz is None else moment.tz_convert("UTC")
    except (ValueError, TypeError, OverflowError):
        return pd.NaT


def _read_number(raw: pd.Series) -> tuple[pd.Series, np.ndarray]:
    read = [_number(value) for value in raw.astype(object)]
    numbers = pd.Series([math.nan if value is None else value for value in read], dtype=float)
    return numbers, np.array([value is None for value in read], dtype=bool)


def _number(value: Any) -> float | None:
    """A finite number, NaN where nothing is given, None where something else is."""
    if isinstance(value, list | dict | np.ndarray):
        return None
    if _is_missing(value) or (isinstance(value, str) and not value.strip()):
        return math.nan
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _read_integer(raw: pd.Series) -> tuple[pd.Series, np.ndarray]:
    numbers, unreadable = _read_number(raw)
    # Beyond 2**53 a float no longer says which integer was meant.
    whole = numbers.isna() | ((numbers == np.floor(numbers)) & (numbers.abs() < 2**53))
    unreadable |= ~whole.to_numpy()
    return numbers.where(whole).astype("Int64"), unreadable


def _read_position(raw: pd.Series) -> tuple[pd.Series, np.ndarray]:
    integers, unreadable = _read_integer(raw)
    negative = (integers < 0).fillna(False).to_numpy(dtype=bool)
    return integers.fillna(-1), unreadable | negative


def _read_flag(raw: pd.Series) -> tuple[pd.Series, np.ndarray]:
    texts = _read_text(raw)[0].str.strip().str.lower()
    flags = _objects([_FLAGS.get(text, pd.NA) for text in texts])
    unreadable = flags.isna() & (texts != "")
    return flags, unreadable.to_numpy(dtype=bool)


_READERS: dict[ColumnType, Callable[[pd.Series], tuple[pd.Series, np.ndarray]]] = {
    "id": _read_id,
    "text": _read_text,
    "choice": _read_text,
    "texts": _read_texts,
    "time": _read_time,
    "integer": _read_integer,
    "number": _read_number,
    "flag": _read_flag,
    "position": _read_position,
}
_WANTED: dict[ColumnType, str] = {
    "id": "an id",
    "text": "text",
    "choice": "text",
    "texts": "a list of texts",
    "time": "a time (ISO 8601, a year, or seconds since 1970)",
    "integer": "a whole number",
    "number": "a number",
    "flag": "true or false",
    "position": "a place (0, 1, 2 ...)",
}
