"""The log of events: what was written stays, and is numbered in the order of commits.

In: events and the time they came in. Out: `EventLog`, which writes a batch as a whole or not
at all, and reads it back by user or from a number on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, insert, select

from recsys.data.attribution import Attribution
from recsys.data.events import IMPRESSION, UNDO, Event
from recsys.errors import BadEvent, EventsRefused
from recsys.storage.state.database import Database, take_seq
from recsys.storage.state.tables import EVENTS

_LINE = tuple(field.name for field in fields(Attribution))
_FIELDS = tuple(field.name for field in fields(Event) if field.name != "attribution")
_COLUMNS = [EVENTS.c.seq, EVENTS.c.received_time, *(EVENTS.c[n] for n in (*_FIELDS, *_LINE))]
_MOST_AHEAD = timedelta(days=1)
_BLOCK = 10_000


@dataclass(frozen=True)
class StoredEvent:
    """An event, its number, and when the server took it."""

    seq: int
    received_time: datetime
    event: Event


@dataclass(frozen=True)
class Written:
    """How many events of a batch were new, and how many had been written before."""

    n_written: int
    n_duplicates: int


class EventLog:
    """The events of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, events: Sequence[Event], received_time: datetime) -> Written:
        """Write a batch; once this returns, it is on the disk.

        Raises
        ------
        EventsRefused
            Of some event the id is taken by another one, the time is more than a day ahead of
            `received_time`, or what it undoes is no event of this user. Nothing was written.
        StateUnavailable
            Nothing was written.
        """
        with self._database.writing() as connection:
            # From here on nobody else writes, so that what is looked up stays true.
            take_seq(connection, 0)
            stored = _by_id(connection, [event.event_id for event in events])
            _refuse_bad(connection, events, stored, received_time)
            new = {event.event_id: event for event in events if event.event_id not in stored}
            if new:
                first = take_seq(connection, len(new))
                rows = [
                    {"seq": seq, "received_time": received_time, **_values(event)}
                    for seq, event in enumerate(new.values(), start=first)
                ]
                connection.execute(insert(EVENTS), rows)
        return Written(len(new), len(events) - len(new))

    def of_user(
        self, user_id: str, *, after: int = 0, most: int | None = None, shown: bool = True
    ) -> tuple[StoredEvent, ...]:
        """A user's events beyond a number, oldest first; without `shown`, no impressions."""
        if "\0" in user_id:  # which nobody can have written
            return ()
        wanted = (
            select(*_COLUMNS)
            .where(EVENTS.c.user_id == user_id, EVENTS.c.seq > after)
            .order_by(EVENTS.c.seq)
            .limit(most)
        )
        if not shown:
            wanted = wanted.where(EVENTS.c.kind != IMPRESSION)
        with self._database.reading() as connection:
            return tuple(_stored(row) for row in connection.execute(wanted))

    def of_users(self, user_ids: Iterable[str]) -> dict[str, tuple[StoredEvent, ...]]:
        """The events of many users but impressions, oldest first; who has none is left out."""
        wanted = (
            select(*_COLUMNS)
            .where(EVENTS.c.user_id.in_([one for one in user_ids if "\0" not in one]))
            .where(EVENTS.c.kind != IMPRESSION)
            .order_by(EVENTS.c.seq)
        )
        found: dict[str, list[StoredEvent]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(wanted):
                found.setdefault(row.user_id, []).append(_stored(row))
        return {user_id: tuple(events) for user_id, events in found.items()}

    def since(self, after: int, until: int) -> Iterator[StoredEvent]:
        """All users' events with `after` < seq <= `until`, oldest first, read block by block."""
        while True:
            wanted = (
                select(*_COLUMNS)
                .where(EVENTS.c.seq > after, EVENTS.c.seq <= until)
                .order_by(EVENTS.c.seq)
                .limit(_BLOCK)
            )
            with self._database.reading() as connection:
                block = [_stored(row) for row in connection.execute(wanted)]
            yield from block
            if len(block) < _BLOCK:
                return
            after = block[-1].seq


def _by_id(connection: Connection, ids: Sequence[str]) -> dict[str, Event]:
    wanted = select(*_COLUMNS).where(EVENTS.c.event_id.in_(ids))
    return {row.event_id: _stored(row).event for row in connection.execute(wanted)}


def _refuse_bad(
    connection: Connection,
    events: Sequence[Event],
    stored: dict[str, Event],
    received_time: datetime,
) -> None:
    undone = [event.undone_id for event in events if event.kind == UNDO]
    known = {**_by_id(connection, undone), **stored}
    bad: dict[int, BadEvent] = {}
    for place, event in enumerate(events):
        flaws: dict[str, str] = {}
        if not _same(known.setdefault(event.event_id, event), event):
            flaws["event_id"] = "is the id of another event that was written before"
        if event.event_time > received_time + _MOST_AHEAD:
            flaws["event_time"] = "is more than a day ahead of the server's clock"
        if event.kind == UNDO and not _can_undo(event, known):
            flaws["undone_id"] = "names no earlier event of this user that can be undone"
        if flaws:
            bad[place] = BadEvent(flaws)
    if bad:
        raise EventsRefused(bad)


def _same(before: Event, event: Event) -> bool:
    """Whether an event was sent again. What was shown stays shown: its first time counts."""
    if event.kind == IMPRESSION:
        event = replace(event, event_time=before.event_time)
    return before == event


def _can_undo(event: Event, known: dict[str, Event]) -> bool:
    target = known.get(event.undone_id)
    return target is not None and target.user_id == event.user_id and target.kind != UNDO


def _values(event: Event) -> dict[str, object]:
    line = dict.fromkeys(_LINE) if event.attribution is None else asdict(event.attribution)
    return {**{name: getattr(event, name) for name in _FIELDS}, **line}


def _stored(row: Row[tuple[object, ...]]) -> StoredEvent:
    line = {name: getattr(row, name) for name in _LINE}
    told = None if row.answer_id is None else Attribution(**line)
    event = Event(**{name: getattr(row, name) for name in _FIELDS}, attribution=told)
    return StoredEvent(row.seq, row.received_time, event)
