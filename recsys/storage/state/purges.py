"""Users who asked to be forgotten: what they did is deleted, and a digest of their id stays.

In: a user's id. Out: `PurgeLog`: the deed with its receipt, and who was purged, so that training
can leave out what other data still says of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import Connection, delete, func, insert, select

from recsys.storage.state.database import Database, take_seq
from recsys.storage.state.tables import DIGESTS, EVENTS, HEAD, PURGES, SUBSCRIBERS

_BLOCK = 10_000


@dataclass(frozen=True)
class Receipt:
    """That a user was purged.

    Attributes
    ----------
    receipt_id : str
        Stands in the state; it does not tell who the user was.
    n_events : int
        How many events were deleted.
    """

    receipt_id: str
    purge_time: datetime
    n_events: int


class PurgeLog:
    """The purges of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def purge(self, user_id: str, purge_time: datetime, receipt_id: str) -> Receipt:
        """Delete all that is stored of a user, and remember a keyed digest of the id.

        Asking again is no error: each time has a receipt of its own.

        Raises
        ------
        StateUnavailable
            Nothing was deleted, or what was deleted is still in the files; ask again.
        """
        with self._database.writing() as connection:
            seq = take_seq(connection, 1)
            gone = connection.execute(delete(EVENTS).where(EVENTS.c.user_id == user_id))
            for table in (SUBSCRIBERS, DIGESTS):
                connection.execute(delete(table).where(table.c.user_id == user_id))
            receipt = Receipt(receipt_id, purge_time, gone.rowcount)
            row = {
                "seq": seq,
                "user_digest": _digest(user_id, _salt(connection)),
                "receipt_id": receipt_id,
                "purge_time": purge_time,
                "n_events": receipt.n_events,
            }
            connection.execute(insert(PURGES).values(row))
        self._database.forget_deleted()
        return receipt

    def purged(self, user_ids: Iterable[str]) -> frozenset[str]:
        """Those of the users who were ever purged."""
        with self._database.reading() as connection:
            salt = _salt(connection)
            by_digest = {_digest(user_id, salt): user_id for user_id in user_ids}
            digests = connection.execute(select(PURGES.c.user_digest)).scalars()
            return frozenset(by_digest[one] for one in digests if one in by_digest)

    def seq_of(self, user_id: str) -> int:
        """The number of a user's last purge, 0 where there was none."""
        with self._database.reading() as connection:
            digest = _digest(user_id, _salt(connection))
            last = select(func.max(PURGES.c.seq)).where(PURGES.c.user_digest == digest)
            return connection.execute(last).scalar() or 0

    def seqs_of(self, user_ids: Iterable[str]) -> dict[str, int]:
        """The same of many users; who was never purged is left out."""
        with self._database.reading() as connection:
            salt = _salt(connection)
            by_digest = {_digest(user_id, salt): user_id for user_id in user_ids}
            last = (
                select(PURGES.c.user_digest, func.max(PURGES.c.seq))
                .where(PURGES.c.user_digest.in_(by_digest))
                .group_by(PURGES.c.user_digest)
            )
            return {by_digest[row[0]]: row[1] for row in connection.execute(last)}

    def newest_seq(self) -> int:
        """The number of the newest purge, 0 where there was none: what was read of users before
        it may have to be forgotten.
        """
        with self._database.reading() as connection:
            return connection.execute(select(func.max(PURGES.c.seq))).scalar() or 0


def _salt(connection: Connection) -> bytes:
    return connection.execute(select(HEAD.c.salt)).scalar_one()


def _digest(user_id: str, salt: bytes) -> bytes:
    return blake2b(user_id.encode("utf-8", "replace"), key=salt, digest_size=32).digest()
