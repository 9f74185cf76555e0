"""Logs: one line of JSON each on stderr, with the time in UTC.

In: nothing. Out: structlog set up for this process. Lines carry ids, versions, counts and
durations, and while a call is answered the id of its request; never profiles, texts or requests.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import structlog

from recsys.errors import BadInput


def log_to_stderr() -> None:
    """Send every line of this process to stderr."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )


def tell_change(what: str) -> Callable[[BadInput | None], None]:
    """Says in the log that watched files have changed, and whether the new ones are in use."""
    log = structlog.get_logger()

    def tell(error: BadInput | None) -> None:
        if error is None:
            log.info("files_reread", what=what)
        else:
            log.error("files_broken", what=what, error=str(error), in_use="what was there before")

    return tell
