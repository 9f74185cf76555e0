"""A dataset folder on disk <-> checked tables in memory.

In: a folder in the dataset layout. Out: `Tables` and the rows that were set aside. Writing goes
to a folder beside and is renamed, so that a reader sees the old dataset or the new one.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from recsys.data.build import build_dataset
from recsys.data.checked import RawTable, check_table, check_tables
from recsys.data.dataset import Dataset
from recsys.data.schema import (
    CANDIDATES,
    EVALUATION,
    MAX_REJECT_SHARE,
    QUERIES,
    TABLES,
    TEST_SHAPES,
    TableSchema,
)
from recsys.data.tables import Tables
from recsys.errors import BadInput
from recsys.storage.table_files import read_files, table_files, table_name

REJECTED = "rejected"


def read_tables(
    folder: Path,
    *,
    max_reject_share: float = MAX_REJECT_SHARE,
    now: datetime | None = None,
    on_table: Callable[[str], None] | None = None,
) -> tuple[Tables, pd.DataFrame]:
    """Read and check the tables of a dataset folder.

    Parameters
    ----------
    max_reject_share : float
        The share of all rows, from 0 to 1, that may be set aside.
    now : datetime or None
        Times more than a year later are refused; None refuses only years outside 1500 to 2999.
    on_table : callable or None
        Told the name of each table before it is read, for a progress bar.

    Returns
    -------
    tables : Tables
    rejected : frame with columns table, row, reason
        Row numbers count from 1 through all parts of a table.

    Raises
    ------
    BadInput
        When there is no folder, no `papers`, or a file or column is not as the layout says.
    TooManyRejects
        When more rows than allowed break a rule.
    """
    raw = _read_raw(folder, on_table or (lambda _: None))
    return check_tables(raw, max_reject_share=max_reject_share, now=now)


def read_dataset(folder: Path) -> tuple[Dataset, pd.DataFrame]:
    """The dataset in a folder, and the rows set aside; see `read_tables`.

    Whoever needs no tables takes less memory with this: they are let go.
    """
    tables, rejected = read_tables(folder)
    return build_dataset(tables), rejected


def _read_raw(folder: Path, on_table: Callable[[str], None]) -> dict[str, RawTable]:
    _refuse_no_folder(folder)
    raw: dict[str, RawTable] = {}
    for name in TABLES:
        on_table(name)
        paths = table_files(folder, name)
        if paths:
            raw[name] = read_files(paths)
    if "papers" not in raw:
        raise BadInput(f"{folder} holds no table 'papers' (.parquet, .csv or .jsonl)")
    return raw


def _refuse_no_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise BadInput(f"{folder} is not a folder; a dataset is a folder of tables")


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation must find, and among what.

    Attributes
    ----------
    task : str
        papers, collaborators or queries, told from the columns of `test`.
    candidates : frame or None
        What may be ranked; None means every paper.
    """

    task: str
    test: pd.DataFrame
    candidates: pd.DataFrame | None
    queries: pd.DataFrame | None

    def frames(self) -> dict[str, pd.DataFrame]:
        """The tables that are there, by name."""
        both = {"test": self.test, "candidates": self.candidates, "queries": self.queries}
        return {name: frame for name, frame in both.items() if frame is not None}


def read_evaluation(
    folder: Path, test: Path | None = None, candidates: Path | None = None
) -> Evaluation:
    """Read the evaluation tables of a dataset, or those that stand elsewhere.

    Here a bad row is an error and is never set aside: leaving test pairs out would change the
    figure that is measured.

    Raises
    ------
    BadInput
        When there is no test table, its columns fit no task, or a row breaks a rule.
    """
    _refuse_no_folder(folder)
    test_paths = _files_or(test, folder, "test")
    if not test_paths:
        raise BadInput(f"{folder} holds no table 'test'; name one with --test")
    raw = read_files(test_paths)
    shapes = [task for task, shape in TEST_SHAPES.items() if set(shape.key) <= {*raw.frame.columns}]
    if len(shapes) != 1:
        wanted = " or ".join(" + ".join(shape.key) for shape in TEST_SHAPES.values())
        raise BadInput(f"{test_paths[0]} must have the columns {wanted}")
    task = shapes[0]
    return Evaluation(
        task,
        _strict(raw, TEST_SHAPES[task]),
        _optional(_files_or(candidates, folder, "candidates"), CANDIDATES),
        _optional(table_files(folder, "queries"), QUERIES),
    )


def _files_or(given: Path | None, folder: Path, name: str) -> list[Path]:
    if given is None:
        return table_files(folder, name)
    if not given.exists():
        raise BadInput(f"{given} does not exist")
    return [p for p in sorted(given.iterdir()) if p.is_file()] if given.is_dir() else [given]


def _optional(paths: list[Path], schema: TableSchema) -> pd.DataFrame | None:
    return _strict(read_files(paths), schema) if paths else None


def _strict(raw: RawTable, schema: TableSchema) -> pd.DataFrame:
    frame, rejected = check_table(raw, schema, known_ids={}, now=None)
    for _, row in rejected.head(1).iterrows():
        raise BadInput(f"table {schema.name!r}, row {row['row']}: {row['reason']}")
    return frame


def write_tables(
    folder: Path,
    tables: Tables,
    rejected: pd.DataFrame | None = None,
    evaluation: Evaluation | None = None,
) -> None:
    """Write a dataset folder, all of it or nothing.

    A dataset that stands there is replaced; a folder that holds anything else is left alone.

    Raises
    ------
    BadInput
        When `folder` holds something that is not a table of a dataset.
    """
    _refuse_other_things(folder)
    frames = tables.frames() | (evaluation.frames() if evaluation else {})
    if rejected is not None and len(rejected):
        frames[REJECTED] = rejected
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        new, old = beside / "new", beside / "old"
        new.mkdir()
        for name, frame in frames.items():
            pq.write_table(_to_arrow(frame), new / f"{name}.parquet")
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except BaseException:
            if old.exists():
                old.rename(folder)
            raise
    finally:
        shutil.rmtree(beside)


def _refuse_other_things(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise BadInput(f"{folder} is a file; a dataset is a folder")
    names = {*TABLES, *EVALUATION, REJECTED}
    others = sorted(path.name for path in folder.iterdir() if table_name(path) not in names)
    if others:
        raise BadInput(f"{folder} holds {others[0]!r}, which is no table; not overwritten")


def _to_arrow(frame: pd.DataFrame) -> pa.Table:
    return pa.table({str(name): _arrow_column(frame[name]) for name in frame.columns})


def _arrow_column(values: pd.Series) -> pa.Array:
    if values.dtype != object:
        return pa.Array.from_pandas(values)
    # The first two are the layout's; anything else is an extra column, kept as Arrow sees it.
    for arrow_type in (pa.string(), pa.list_(pa.string()), None):
        try:
            return pa.array(values, type=arrow_type, from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            continue
    # Mixed values have no type of their own; their texts are kept.
    return pa.array([None if value is None else str(value) for value in values], pa.string())
