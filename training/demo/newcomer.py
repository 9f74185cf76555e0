"""Somebody whom the model of the demo does not know, and what they do.

In: the cast, and the time. Out: events as lines of JSON, as `recsys events write` takes them.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from recsys.data.resource_names import resource_name

if TYPE_CHECKING:
    from training.demo.cast import Cast

NEWCOMER = "newcomer"


def newcomer_lines(cast: Cast, now: datetime) -> str:
    """The newcomer follows the owner of the unclaimed profile and saves papers of theirs."""
    done = [("follow", resource_name("authors", cast.unclaimed_id))]
    done += [("save", resource_name("papers", paper)) for paper in cast.unclaimed_papers]
    events = (
        {
            "event_id": f"{NEWCOMER}-{number}",
            "user": NEWCOMER,
            "kind": kind,
            "subject": subject,
            "event_time": now.isoformat(),
        }
        for number, (kind, subject) in enumerate(done)
    )
    return "".join(f"{json.dumps(event)}\n" for event in events)
