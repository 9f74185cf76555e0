"""Logs: one line of JSON each on stderr, with the time in UTC.

In: nothing. Out: structlog set up for this process. Lines carry ids, versions, counts and
durations, and while a call is answered the id of its request; never profiles, texts or requests.
"""

from __future__ import annotations

import sys

import structlog


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
