"""The log of a server: lines of JSON and nothing else, whoever writes them."""

from __future__ import annotations

import json
import subprocess
import sys

PRIVATE = "the-text-of-a-reader"
PROGRAM = f"""
import logging
import structlog
from serving.logs import log_to_stderr

log_to_stderr()
with structlog.contextvars.bound_contextvars(request_id="r1"):
    structlog.get_logger().info("call", code="OK")
    logging.getLogger("a.library").warning("cannot reach %s", "a collector")
    logging.getLogger("a.library").info("nothing to tell")
    try:
        raise KeyError({PRIVATE!r})
    except KeyError:
        logging.getLogger("a.library").exception("it failed")
"""


def test_log_is_lines_of_json_also_of_libraries() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["call", "cannot reach a collector", "it failed"]
    assert [line["level"] for line in lines] == ["info", "warning", "error"]
    assert all(line["request_id"] == "r1" and line["timestamp"].endswith("Z") for line in lines)
    assert lines[1]["logger"] == "a.library"
    assert lines[2]["error"] == "KeyError"
    assert lines[2]["at"] == ["<string>:12 <module>"]
    assert PRIVATE not in done.stderr
