"""Logs: one line of JSON each on stderr, with the time in UTC.

In: nothing. Out: structlog set up for this process. Lines carry ids, versions, counts and
durations, and while a call is answered the id of its request; never profiles, texts or requests.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from recsys.errors import BadInput


def log_to_stderr() -> None:
    """Send every line of this process to stderr, and warnings of the libraries in it as well."""
    every_line: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    as_json = structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*every_line, as_json],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    of_libraries = logging.StreamHandler(sys.stderr)
    of_libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*every_line, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _without_trace,
                as_json,
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[of_libraries], force=True)


def _without_trace(_logger: Any, _name: str, line: EventDict) -> EventDict:
    """A line without what an exception says, which may quote a request."""
    line.pop("exc_info", None)
    return line


def tell_change(what: str) -> Callable[[BadInput | None], None]:
    """Says in the log that watched files have changed, and whether the new ones are in use."""
    log = structlog.get_logger()

    def tell(error: BadInput | None) -> None:
        if error is None:
            log.info("files_reread", what=what)
        else:
            log.error("files_broken", what=what, error=str(error), in_use="what was there before")

    return tell
