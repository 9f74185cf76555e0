"""Which digest each user got in each period: prepared first, then sent.

In: a digest's content before anything leaves the house, and that it has left. Out: `DigestLog`,
from which a run that was killed goes on: what was prepared is sent as it was prepared, and what
was sent is never sent again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import RowMapping, func, insert, select, update

from recsys.storage.state.alone import StillAlone, alone
from recsys.storage.state.database import Database, take_seq
from recsys.storage.state.subscribers import Period
from recsys.storage.state.tables import DIGESTS


@dataclass(frozen=True)
class StoredDigest:
    """One digest, by whoever reads the content.

    Attributes
    ----------
    period : str
        `daily/2026-11-21` or `weekly/2026-W47`; a user has at most one digest of each.
    way : str
        How it left, or is to leave: `eml`, `jsonl`, `parquet`, `smtp`.
    as_of : datetime
        UTC; what it tells is what was known then.
    names : tuple of str
        Resource names of all papers and people in it.
    tries : int
        How often it was begun to be sent, this time counted in.
    sent_time : datetime or None
    """

    user_id: str
    period: str
    way: str
    as_of: datetime
    names: tuple[str, ...]
    content: str
    tries: int = 1
    sent_time: datetime | None = None


@dataclass(frozen=True)
class History:
    """What a user was told by earlier digests.

    Attributes
    ----------
    names : frozenset of str
        Resource names of papers and people.
    last : datetime or None
        As of when the last digest was; None before the first.
    """

    names: frozenset[str]
    last: datetime | None


_FIELDS = tuple(field.name for field in fields(StoredDigest))
_COLUMNS = [DIGESTS.c[name] for name in _FIELDS]


class DigestLog:
    """The digests of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def alone(self, often: Period) -> Iterator[StillAlone]:
        """Keep other processes from sending digests of the same kind, daily or weekly.

        Raises
        ------
        AtWork
            One is sending them.
        """
        with alone(self._database, f"{often}-digests") as still_alone:
            yield still_alone

    def of_period(self, period: str) -> dict[str, StoredDigest]:
        """All digests of a period by user, sent or not."""
        wanted = select(*_COLUMNS).where(DIGESTS.c.period == period)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).mappings()
            return {row["user_id"]: _stored(row) for row in rows}

    def sent_to(self, user_id: str) -> tuple[StoredDigest, ...]:
        """What a user was sent, oldest first."""
        sent = (DIGESTS.c.user_id == user_id) & DIGESTS.c.sent_time.is_not(None)
        wanted = select(*_COLUMNS).where(sent).order_by(DIGESTS.c.sent_time, DIGESTS.c.period)
        with self._database.reading() as connection:
            return tuple(map(_stored, connection.execute(wanted).mappings()))

    def histories(self, user_ids: Sequence[str]) -> dict[str, History]:
        """What the digests told that were sent to each user."""
        sent = select(DIGESTS.c.user_id, DIGESTS.c.names, DIGESTS.c.as_of).where(
            DIGESTS.c.user_id.in_(user_ids), DIGESTS.c.sent_time.is_not(None)
        )
        names: dict[str, set[str]] = {user_id: set() for user_id in user_ids}
        last: dict[str, datetime] = {}
        with self._database.reading() as connection:
            for row in connection.execute(sent):
                names[row.user_id].update(row.names.split())
                last[row.user_id] = max(row.as_of, last.get(row.user_id, row.as_of))
        return {one: History(frozenset(told), last.get(one)) for one, told in names.items()}

    def prepare(self, digest: StoredDigest) -> bool:
        """Write a digest down before it is sent; False where another run was quicker."""
        values = {name: getattr(digest, name) for name in _FIELDS}
        values["names"] = "\n".join(digest.names)  # percent-encoded, so without spaces
        mine = (DIGESTS.c.user_id == digest.user_id) & (DIGESTS.c.period == digest.period)
        with self._database.writing() as connection:
            take_seq(connection, 0)  # from here on nobody else writes
            taken = connection.execute(
                select(func.count()).select_from(DIGESTS).where(mine)
            ).scalar_one()
            if not taken:
                connection.execute(insert(DIGESTS).values(values))
        return not taken

    def try_again(self, digest: StoredDigest) -> bool:
        """Begin to send what was prepared before; False where another run was quicker."""
        return self._change(digest, tries=digest.tries + 1)

    def mark_sent(self, digest: StoredDigest, way: str, now: datetime) -> None:
        """Remember that a digest has left, and how."""
        self._change(digest, way=way, sent_time=now)

    def _change(self, digest: StoredDigest, **values: object) -> bool:
        mine = update(DIGESTS).where(
            DIGESTS.c.user_id == digest.user_id,
            DIGESTS.c.period == digest.period,
            DIGESTS.c.tries == digest.tries,
        )
        with self._database.writing() as connection:
            return connection.execute(mine.values(values)).rowcount > 0


def _stored(row: RowMapping) -> StoredDigest:
    return StoredDigest(**{**row, "names": tuple(row["names"].split())})
