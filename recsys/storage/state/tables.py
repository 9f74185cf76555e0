"""The tables of the state, and the numbered steps that lay them out.

In: nothing. Out: `METADATA` with every table, and `STEPS` from one layout of them to the next.
A time is stored in microseconds since 1970, UTC, which all databases keep alike.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# SQL that both databases take: what leads from layout 1 to 2, from 2 to 3, and so on. Tables that
# are new as a whole need no step.
STEPS: tuple[tuple[str, ...], ...] = ()


class Moment(TypeDecorator[datetime]):
    """A time in UTC, to the microsecond."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else _EPOCH + value * _MICROSECOND


METADATA = MetaData()

# One row. `seq` is the number of the newest change; who writes holds this row until the commit,
# so that numbers appear in the order of commits. `salt` keys the digests of purged users.
HEAD = Table(
    "head",
    METADATA,
    Column("only", Integer, primary_key=True),
    Column("layout", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("salt", LargeBinary, nullable=False),
)

EVENTS = Table(
    "events",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Text, nullable=False, unique=True),
    Column("user_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("event_time", Moment, nullable=False),
    Column("received_time", Moment, nullable=False),
    Column("paper_id", Text, nullable=False),
    Column("author_id", Text, nullable=False),
    Column("undone_id", Text, nullable=False),
    Column("list_name", Text, nullable=False),
    # What an answer said of the line that the event came of; all of them null for none.
    Column("answer_id", Text),
    Column("method", Text),
    Column("model", Text),
    Column("arm", Text),
    Column("strategy", Text),
    Column("position", Integer),
    Index("events_of_user", "user_id", "seq"),
)

# Every paper and author that came in or was deleted, as it was last changed.
CATALOGUE = Table(
    "catalogue",
    METADATA,
    Column("collection", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False, unique=True),
    Column("content", Text, nullable=False),
    Column("change_time", Moment, nullable=False),
)

PURGES = Table(
    "purges",
    METADATA,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("receipt_id", Text, nullable=False, unique=True),
    Column("user_digest", LargeBinary, nullable=False),
    Column("purge_time", Moment, nullable=False),
    Column("n_events", Integer, nullable=False),
    Index("purges_of_user", "user_digest"),
)

SUBSCRIBERS = Table(
    "subscribers",
    METADATA,
    Column("user_id", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("cap", Integer, nullable=False),
    Column("unsubscribed_time", Moment),
    Column("set_aside", Text, nullable=False),
)

# What was sent to each user in each period, or is about to be where `sent_time` is null.
DIGESTS = Table(
    "digests",
    METADATA,
    Column("user_id", Text, primary_key=True),
    Column("period", Text, primary_key=True),
    Column("way", Text, nullable=False),
    Column("as_of", Moment, nullable=False),
    Column("names", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("sent_time", Moment),
    Index("digests_of_period", "period"),
)
