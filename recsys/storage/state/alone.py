"""Who does what two must not do at once: a claim that lasts as long as the work.

In: a database, a name for the work. Out: `alone`. Nothing has to expire, and no clock is asked: for
SQLite it is a lock on a file beside it, which ends with the process; for PostgreSQL the lock of a
session, which ends with the connection.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from recsys.errors import AtWork
from recsys.storage.state.database import Database

StillAlone = Callable[[], object]
"""Raises StateUnavailable where the claim has ended, and somebody else may have begun."""


@contextmanager
def alone(database: Database, name: str) -> Iterator[StillAlone]:
    """Keep everybody else with this database from doing something of this name.

    Raises
    ------
    AtWork
        Somebody else is doing it.
    StateUnavailable
    """
    file = database.file
    with _session_lock(database, name) if file is None else _file_lock(file, name) as still_alone:
        yield still_alone


@contextmanager
def _file_lock(file: Path, name: str) -> Iterator[StillAlone]:
    descriptor = os.open(file.with_name(f"{file.name}.{name}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _at_work(name) from None
        yield lambda: None  # it lasts as long as the process does
    finally:
        os.close(descriptor)


@contextmanager
def _session_lock(database: Database, name: str) -> Iterator[StillAlone]:
    key = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
    with database.session() as ask:
        # A machine that is silent for a minute is taken for gone, and not only after hours.
        ask("SELECT set_config('tcp_keepalives_idle', '30', false)")
        ask("SELECT set_config('tcp_keepalives_interval', '10', false)")
        if not ask("SELECT pg_try_advisory_lock(:key)", key=key):
            raise _at_work(name)
        yield lambda: ask("SELECT 1")


def _at_work(name: str) -> AtWork:
    return AtWork(f"another process is at work on {name}; wait until it has ended")
