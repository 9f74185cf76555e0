"""One table on disk, as Parquet, CSV or JSONL, whole or in parts -> rows with their numbers.

In: a folder and a table's name. Out: a `RawTable`; nothing is checked here beyond what a file
format itself demands.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from recsys.data.checked import RawTable
from recsys.errors import BadInput

_FILE = re.compile(r"(?P<stem>.+?)\.(?P<format>parquet|(?:csv|jsonl)(?:\.gz|\.zst)?)")
_COMPRESSION = {".gz": "gzip", ".zst": "zstd"}


def table_files(folder: Path, name: str) -> list[Path]:
    """The files of a table in the order of their names; none where the table is not there.

    Raises
    ------
    BadInput
        When a table stands there twice (`papers.csv` and `papers.parquet`).
    """
    places = [p for p in sorted(folder.iterdir()) if table_name(p) == name]
    if len(places) > 1:
        both = " and ".join(p.name for p in places)
        raise BadInput(f"{folder} holds table {name!r} twice, as {both}; keep one")
    if not places:
        return []
    if places[0].is_file():
        return places
    parts = [p for p in sorted(places[0].iterdir()) if p.is_file() and table_name(p)]
    if not parts:
        raise BadInput(f"{places[0]} holds no .parquet, .csv or .jsonl file")
    return parts


def table_name(path: Path) -> str:
    """The table a path holds by its name; "" where it holds none."""
    if path.name.startswith((".", "_")):
        return ""
    if path.is_dir():
        return path.name
    match = _FILE.fullmatch(path.name)
    return match["stem"] if match else ""


def read_files(paths: list[Path]) -> RawTable:
    """Read the parts of one table, one behind the other.

    Raises
    ------
    BadInput
        When a file cannot be read at all; the message names it.
    """
    parts: list[RawTable] = []
    n_rows = 0
    for path in paths:
        part = _read_file(path)
        shifted = [(row + n_rows, reason) for row, reason in part.malformed]
        parts.append(RawTable(part.frame, part.row_numbers + n_rows, shifted))
        n_rows += part.n_rows
    if len(parts) == 1:
        return parts[0]
    frames = [part.frame.astype(object) for part in parts]
    return RawTable(
        pd.concat(frames, ignore_index=True),
        np.concatenate([part.row_numbers for part in parts]),
        [problem for part in parts for problem in part.malformed],
    )


def _read_file(path: Path) -> RawTable:
    match = _FILE.fullmatch(path.name)
    if match is None:
        raise BadInput(f"{path} is not a .parquet, .csv or .jsonl file (.gz and .zst allowed)")
    try:
        if match["format"] == "parquet":
            return _whole(_to_pandas(pq.read_table(path), path))
        if match["format"].startswith("csv"):
            return _read_csv(path)
        return _read_jsonl(path)
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 text: {error}") from error
    except (pa.ArrowException, OSError, EOFError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise BadInput(f"{path} cannot be read: {reason}") from error


def _to_pandas(table: pa.Table, path: Path) -> pd.DataFrame:
    repeated = {name for name in table.column_names if table.column_names.count(name) > 1}
    if repeated:
        raise BadInput(f"{path} has the column {sorted(repeated)[0]!r} twice")
    # Without the first option an id column of integers with a gap would turn into floats.
    frame: pd.DataFrame = table.to_pandas(
        integer_object_nulls=True, date_as_object=False, ignore_metadata=True
    )
    return frame


def _whole(frame: pd.DataFrame) -> RawTable:
    return RawTable(frame, np.arange(1, len(frame) + 1, dtype=np.int64))


def _open(path: Path) -> pa.NativeFile:
    return pa.input_stream(str(path), compression=_COMPRESSION.get(path.suffix))


def _read_csv(path: Path) -> RawTable:
    """Every column as text: a number in a CSV may be an id with leading zeros."""
    names = _csv_header(path)
    bad: list[tuple[int, str]] = []

    def set_aside(row: pa_csv.InvalidRow) -> str:
        # The header is row 1 of the file.
        reason = f"{row.actual_columns} cells in a table of {row.expected_columns} columns"
        bad.append((row.number - 1, reason))
        return "skip"

    with _open(path) as stream:
        table = pa_csv.read_csv(
            stream,
            read_options=pa_csv.ReadOptions(use_threads=False),
            parse_options=pa_csv.ParseOptions(
                newlines_in_values=True, invalid_row_handler=set_aside
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    n_rows = table.num_rows + len(bad)
    numbers = np.setdiff1d(np.arange(1, n_rows + 1), [row for row, _ in bad])
    return RawTable(_to_pandas(table, path), numbers.astype(np.int64), bad)


def _csv_header(path: Path) -> list[str]:
    skip_all = pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=lambda _: "skip")
    with _open(path) as stream, pa_csv.open_csv(stream, parse_options=skip_all) as reader:
        names: list[str] = reader.schema.names
    return names


def _read_jsonl(path: Path) -> RawTable:
    with _open(path) as stream:
        text: str = stream.read().decode("utf-8-sig")
    rows: list[dict[str, Any]] = []
    numbers: list[int] = []
    bad: list[tuple[int, str]] = []
    for number, line in enumerate((x for x in text.split("\n") if x.strip()), start=1):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            bad.append((number, "not a line of JSON"))
            continue
        if isinstance(value, dict):
            rows.append(value)
            numbers.append(number)
        else:
            bad.append((number, "a line of JSON that is no object"))
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: pd.Series([row.get(name) for row in rows], dtype=object) for name in names}
    return RawTable(pd.DataFrame(columns), np.array(numbers, dtype=np.int64), bad)
