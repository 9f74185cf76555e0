"""Logs: one line of JSON each on stderr, with the time in UTC.

In: nothing. Out: structlog set up for this process. Lines carry ids, versions, counts and
durations, and while a call is answered the id of its request; never profiles, texts or requests.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
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
                _placed,
                as_json,
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[of_libraries], force=True)


def mistake(error: BaseException) -> dict[str, Any]:
    """What a line tells of an error that nobody foresaw: its kind, and how it came about.

    Not its text, which may quote a request, and that is nobody's business.
    """
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "at": places}


def _placed(_logger: Any, _name: str, line: EventDict) -> EventDict:
    """A library's line with a mistake in place of the whole exception."""
    _, error, _ = line.pop("exc_info", None) or (None, None, None)
    return line if error is None else {**line, **mistake(error)}


def tell_change(what: str) -> Callable[[BadInput | None], None]:
    """Says in the log that watched files have changed, and whether the new ones are in use."""
    log = structlog.get_logger()

    def tell(error: BadInput | None) -> None:
        if error is None:
            log.info("files_reread", what=what)
        else:
            log.error("files_broken", what=what, error=str(error), in_use="what was there before")

    return tell
