"""The state of a running service: what came in since the model was trained.

In: a URL, `sqlite:///FILE` or `postgresql://HOST/NAME`. Out: `State`, whose parts share one
database and one growing number: who has seen change n never finds a smaller one later.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from recsys.errors import BadInput
from recsys.storage.state.catalogue import Catalogue
from recsys.storage.state.database import Database, clock, newest_seq
from recsys.storage.state.digests import DigestLog
from recsys.storage.state.events import EventLog
from recsys.storage.state.purges import PurgeLog
from recsys.storage.state.subscribers import Subscribers


class State:
    """All that is kept in one database; safe to share among threads, not among forks.

    Attributes
    ----------
    events : EventLog
    catalogue : Catalogue
    purges : PurgeLog
    subscribers : Subscribers
    digests : DigestLog
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.events = EventLog(database)
        self.catalogue = Catalogue(database)
        self.purges = PurgeLog(database)
        self.subscribers = Subscribers(database)
        self.digests = DigestLog(database)

    @property
    def name(self) -> str:
        """Where the state is kept, without a password."""
        return self._database.name

    def newest_seq(self) -> int:
        """The number of the newest change of any kind, 0 before the first.

        Raises
        ------
        StateUnavailable
            The database is away or locked; this is the cheapest way to find out.
        """
        with self._database.reading() as connection:
            return newest_seq(connection)

    def is_there(self) -> bool:
        """Whether there is a state already; one on a server is there if the server is."""
        return self._database.is_there()

    def clock(self) -> datetime:
        """The time by the clock of the database, UTC, to the second; raises StateUnavailable."""
        with self._database.reading() as connection:
            return clock(connection)

    def close(self) -> None:
        """End all connections."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def beside(models_dir: Path) -> str:
    """The URL of the embedded state that stands beside the models of a folder."""
    return f"sqlite:///{models_dir / 'state.db'}"


def open_state(url: str) -> State:
    """The state at a URL; nothing is connected, made or checked before its first use.

    Raises
    ------
    BadInput
        It is no URL of a database that the state can be kept in.
    """
    return State(Database(url))


def existing_state(url: str) -> State:
    """The state at a URL where there is one already: a wrong path is no empty state.

    Raises
    ------
    BadInput
        As `open_state` does; and where no file of a state is.
    """
    state = open_state(url)
    if not state.is_there():
        raise BadInput(
            f"there is no state at {state.name}: name the --state that the server has, which "
            "makes one when it starts"
        )
    return state
