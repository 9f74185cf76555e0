"""Events in one line each.

In: ids, kinds, days. Out: `Event`s of January 2026.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from recsys.data.events import SUBJECTS, Event

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
_IDS = count()


def did(user: str, kind: str, subject: str, *, day: float = 1, **more: Any) -> Event:
    """An event on a day of January, with an id of its own unless one is given."""
    event_id = more.pop("event_id", f"e{next(_IDS)}")
    time = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day - 1)
    return Event(event_id, user, kind, time, **{SUBJECTS[kind][0]: subject}, **more)
