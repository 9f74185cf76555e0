"""One database, embedded or a server: connections, transactions, and what can go wrong.

In: a URL. Out: `Database`, which reads, and writes one numbered change after the other.
SQLite keeps a write-ahead log and flushes it at every commit; PostgreSQL does so by itself.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    event,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from recsys.errors import BadInput, StateTooNew, StateUnavailable
from recsys.storage.registry import flush
from recsys.storage.state.tables import HEAD, METADATA, STEPS

_WAIT_S = 5  # for a lock, a connection, an answer
_POOL = 8
_LAYING_OUT = 0x5EAD_1157  # the key of PostgreSQL's advisory lock
# These are mistakes of this program, not of the database or the way to it.
_MISTAKES = (DataError, IntegrityError, NotSupportedError, ProgrammingError)


class Database:
    """Connections to one database, laid out at the first use; safe to share among threads.

    Attributes
    ----------
    file : Path or None
        Of an embedded one; None for that of a server.
    """

    def __init__(self, url: str) -> None:
        self._url = _url(url)
        self.file = Path(self._url.database or "") if _is_sqlite(self._url) else None
        self._engine = _engine(self._url)
        # SQLite's transactions see one moment anyhow.
        whole = {} if self.file is not None else {"isolation_level": "REPEATABLE READ"}
        self._reader = self._engine.execution_options(**whole)
        self._writer = self._engine.execution_options(writes=True)
        self._laid_out = False
        self._laying_out = Lock()

    @property
    def name(self) -> str:
        """The URL without its password, to show."""
        return self._url.render_as_string(hide_password=True)

    def is_there(self) -> bool:
        """Whether a file stands where it is to be; of a server, whether it answers shows."""
        return self.file is None or self.file.exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the database.

        Raises
        ------
        StateUnavailable
            The database is away or locked.
        StateTooNew
            A newer program laid it out.
        """
        with self._told():
            self._lay_out()
            with self._reader.begin() as connection:
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes; all of it is durable at its end, or none of it was.

        Raises as `reading` does, and also where the disk is full.
        """
        with self._told():
            self._lay_out()
            with self._writer.begin() as connection:
                yield connection

    @contextmanager
    def session(self) -> Iterator[Callable[..., Any]]:
        """A connection of one's own, which ends with the block: asks one thing after the other.

        Raises as `reading` does, and so does each question.
        """
        with self._told():
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            connection.detach()  # nobody else gets it afterwards

        def ask(statement: str, **given: object) -> Any:
            with self._told():
                return connection.execute(text(statement), given).scalar_one()

        with connection:
            yield ask

    def forget_deleted(self) -> None:
        """Leave no byte of deleted rows in the files.

        Raises
        ------
        StateUnavailable
            Somebody reads for so long that the log cannot be emptied; ask again.
        """
        if self.file is None:
            return  # the server's own vacuum does it
        with self._told(), closing(self._engine.raw_connection()) as connection:
            cursor = connection.cursor()  # outside of any transaction
            # Deleted cells are overwritten, but when pages were split earlier copies stayed behind.
            cursor.execute("VACUUM")
            (busy, *_) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise StateUnavailable("all is deleted, but not yet from the files; try again")

    def close(self) -> None:
        """End all connections."""
        self._engine.dispose()

    def _lay_out(self) -> None:
        if self._laid_out:
            return
        with self._laying_out:
            if self.file is not None:
                _create_private(self.file)
            with self._writer.begin() as connection:
                _lay_out(connection)
            self._laid_out = True

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the database in this library's own terms."""
        try:
            yield
        except _MISTAKES:
            raise
        except (DBAPIError, NoConnectionFree, OSError) as error:
            told = StateUnavailable("the state is away, locked or full; try again in a moment")
            told.add_note(f"{self.name}: {error.orig if isinstance(error, DBAPIError) else error}")
            raise told from error


def take_seq(connection: Connection, n: int) -> int:
    """The first of n numbers for changes of this transaction, which from now on alone writes."""
    taken = update(HEAD).values(seq=HEAD.c.seq + n).returning(HEAD.c.seq)
    return int(connection.execute(taken).scalar_one()) - n + 1


def newest_seq(connection: Connection) -> int:
    """The number of the newest change that is seen here; 0 before the first."""
    return int(connection.execute(select(HEAD.c.seq)).scalar_one())


def clock(connection: Connection) -> datetime:
    """The time by the clock of the database, UTC, to the second."""
    found: datetime = connection.execute(select(func.current_timestamp())).scalar_one()
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _lay_out(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LAYING_OUT})")
    newest = 1 + len(STEPS)
    if inspect(connection).has_table(HEAD.name):
        layout = connection.execute(select(HEAD.c.layout)).scalar_one()
        if layout > newest:
            raise StateTooNew(
                f"the state is of layout {layout}, this program knows {newest}; use the newer one"
            )
        for statement in chain.from_iterable(STEPS[layout - 1 :]):
            connection.exec_driver_sql(statement)
        connection.execute(update(HEAD).values(layout=newest))
    METADATA.create_all(connection)
    if connection.execute(select(HEAD.c.only)).first() is None:
        head = {"only": 1, "layout": newest, "seq": 0, "salt": secrets.token_bytes(32)}
        connection.execute(insert(HEAD).values(head))


def _url(given: str) -> URL:
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise BadInput(
            f"{given!r} is no URL of a database: sqlite:///FILE or postgresql://HOST/NAME"
        ) from error
    if url.drivername == "sqlite" and url.database:
        return url
    if url.drivername in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    raise BadInput(
        f"the state cannot be kept in {url.render_as_string()}: "
        "it takes sqlite:///FILE or postgresql://HOST/NAME"
    )


def _is_sqlite(url: URL) -> bool:
    return url.drivername == "sqlite"


def _engine(url: URL) -> Engine:
    if _is_sqlite(url):
        engine = create_engine(
            url, pool_size=_POOL, max_overflow=-1, connect_args={"timeout": _WAIT_S}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    milliseconds = 1000 * _WAIT_S
    try:
        return create_engine(
            url,
            pool_size=_POOL,
            max_overflow=-1,
            pool_pre_ping=True,  # finds out that a server was started anew
            connect_args={
                "connect_timeout": _WAIT_S,
                "options": f"-c lock_timeout={milliseconds} -c statement_timeout={milliseconds}",
            },
        )
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise BadInput(
            "PostgreSQL needs the extra `postgres`: pip install 'psycopg[binary]'"
        ) from error


def _create_private(file: Path) -> None:
    """Make the file for its owner alone; SQLite gives its log the same rights."""
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    flush(file.parent)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin by ourselves: the driver would begin too late
    for setting in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {setting}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and then wants to write may find itself shut out.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
