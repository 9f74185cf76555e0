"""Who gets a digest, and where mail for them went wrong.

In: subscribers as the host app knows them. Out: `Subscribers`: who is due, who wants none any
more, and whose address was set aside with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Literal

from sqlalchemy import Row, delete, func, insert, literal, select, update

from recsys.storage.state.database import Database
from recsys.storage.state.tables import SUBSCRIBERS

Period = Literal["daily", "weekly"]
USUAL_CAP = 10


@dataclass(frozen=True)
class Subscriber:
    """One user who gets digests.

    Attributes
    ----------
    address : str
        Where to mail, `name@host`.
    name : str
        As in a greeting; "" where unknown.
    locale : str
        For dates and the choice of templates, `de` or `pt_BR`; "" for English.
    cap : int
        The most papers in one digest.
    unsubscribed_time : datetime or None
        Since when they want none, UTC.
    set_aside : str
        Why nothing is sent to the address any more; "" where it is good.
    """

    user_id: str
    address: str
    name: str = ""
    locale: str = ""
    period: Period = "weekly"
    cap: int = USUAL_CAP
    unsubscribed_time: datetime | None = None
    set_aside: str = ""


_FIELDS = tuple(field.name for field in fields(Subscriber))
_COLUMNS = [SUBSCRIBERS.c[name] for name in _FIELDS]


class Subscribers:
    """The subscribers of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, subscribers: Iterable[Subscriber]) -> int:
        """Take subscribers in, or what changed of them; returns how many.

        Who has unsubscribed stays so; an address that was set aside stays so until it changes.
        """
        told = {one.user_id: one for one in subscribers}
        with self._database.writing() as connection:
            for one in told.values():
                mine = SUBSCRIBERS.c.user_id == one.user_id
                before = connection.execute(select(*_COLUMNS).where(mine)).first()
                values = asdict(one)
                if before is not None:
                    values["unsubscribed_time"] = before.unsubscribed_time
                    values["set_aside"] = (
                        before.set_aside if before.address == one.address else one.set_aside
                    )
                    connection.execute(delete(SUBSCRIBERS).where(mine))
                connection.execute(insert(SUBSCRIBERS).values(values))
        return len(told)

    def all(self) -> tuple[Subscriber, ...]:
        """Everybody, by user id."""
        wanted = select(*_COLUMNS).order_by(SUBSCRIBERS.c.user_id)
        with self._database.reading() as connection:
            return tuple(_subscriber(row) for row in connection.execute(wanted))

    def due(self, period: Period) -> tuple[Subscriber, ...]:
        """Who gets digests of a period at an address that is good, by user id."""
        return tuple(
            one
            for one in self.all()
            if one.period == period and one.unsubscribed_time is None and not one.set_aside
        )

    def find(self, user_id: str) -> Subscriber | None:
        """What is kept of a user; None where they are no subscriber."""
        wanted = select(*_COLUMNS).where(SUBSCRIBERS.c.user_id == user_id)
        with self._database.reading() as connection:
            row = connection.execute(wanted).first()
        return None if row is None else _subscriber(row)

    def unsubscribe(self, user_id: str, now: datetime) -> bool:
        """Send no more digests to a user; False where they are no subscriber.

        Of one who has unsubscribed before, the time of then stays.
        """
        column = SUBSCRIBERS.c.unsubscribed_time
        since = func.coalesce(column, literal(now, column.type))
        return self._change(user_id, unsubscribed_time=since)

    def subscribe_again(self, user_id: str) -> bool:
        """Take back that a user has unsubscribed; False where they are no subscriber."""
        return self._change(user_id, unsubscribed_time=None)

    def put_aside(self, user_id: str, reason: str) -> None:
        """Send nothing to an address any more, and keep why."""
        self._change(user_id, set_aside=reason)

    def _change(self, user_id: str, **values: object) -> bool:
        changed = update(SUBSCRIBERS).where(SUBSCRIBERS.c.user_id == user_id).values(values)
        with self._database.writing() as connection:
            return connection.execute(changed).rowcount > 0


def _subscriber(row: Row[tuple[object, ...]]) -> Subscriber:
    return Subscriber(**{name: getattr(row, name) for name in _FIELDS})
