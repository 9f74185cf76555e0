"""The pages over HTTP until SIGTERM or SIGINT.

In: an app, and a socket that listens. Out: answers; a word when the first would come at once.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

_LARGEST_HEAD_BYTES = 128 << 10  # a page token far down a list has up to 70,000 characters


def run(app: ASGIApp, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    """Answer requests from the main thread; those under way are finished at the end."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=_LARGEST_HEAD_BYTES,
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    # uvicorn stops at a signal, and raises it again when it has stopped.
    with suppress(KeyboardInterrupt):
        _Announced(config, on_ready).run(sockets=[listener])


class _Announced(uvicorn.Server):
    """Says when it is ready, which uvicorn itself only logs."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()
