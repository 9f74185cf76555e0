"""Written mails on disk: one file each, or one table of all of them.

In: bytes, or rows. Out: files that stand there whole or not at all, and the same ones however
often they are written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from recsys.errors import BadInput
from recsys.storage.registry import flush

_ROWS_PER_GROUP = 1_000


def write_mail(path: Path, content: bytes) -> None:
    """Write one mail, readable by its owner alone; one that is there is replaced.

    Raises
    ------
    BadInput
        It cannot be written there.
    """

    def write(part: Path) -> None:
        part.write_bytes(content)

    _whole(path, write)


def write_lines(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as lines of JSON; see `write_mail`."""

    def write(part: Path) -> None:
        with part.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)

    _whole(path, write)


def write_parquet(path: Path, rows: Iterable[Mapping[str, object]], columns: Iterable[str]) -> None:
    """Write rows of text as Parquet, some at a time; see `write_mail`."""
    schema = pa.schema([(name, pa.string()) for name in columns])

    def write(part: Path) -> None:
        with pq.ParquetWriter(part, schema) as out:
            waiting: list[Mapping[str, object]] = []
            for row in rows:
                waiting.append(row)
                if len(waiting) == _ROWS_PER_GROUP:
                    out.write_table(pa.Table.from_pylist(waiting, schema=schema))
                    waiting = []
            out.write_table(pa.Table.from_pylist(waiting, schema=schema))

    _whole(path, write)


def _whole(path: Path, write: Callable[[Path], None]) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600))
        write(part)
        flush(part)
        part.replace(path)
        flush(path.parent)
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
