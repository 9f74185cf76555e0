"""The wish to stop, as something that can be waited for beside pipes and processes.

In: SIGTERM and SIGINT, or a call. Out: `StopBell`, whose ear is readable once it has rung.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class StopBell:
    """Rings once and for all; any thread may ring it.

    Attributes
    ----------
    ear : socket
        For `multiprocessing.connection.wait`: readable once the bell has rung.
    """

    def __init__(self) -> None:
        self.ear, self._rope = socket.socketpair()
        self._rope.setblocking(False)

    def ring(self) -> None:
        """Ask for the end."""
        self._rope.send(b"\0")

    def has_rung(self) -> bool:
        """Whether the end was asked for."""
        return bool(wait([self.ear], timeout=0))

    @contextmanager
    def at_signals(self) -> Iterator[None]:
        """Ring at SIGTERM and SIGINT; in the main thread only."""
        # The interpreter's own writing to a socket is safe at any point; a lock would not be.
        previous = {number: signal.signal(number, _ignore) for number in _SIGNALS}
        wakeup = signal.set_wakeup_fd(self._rope.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in previous.items():
                signal.signal(number, handler)


def _ignore(*_: object) -> None:
    """The signal has reached the bell already."""
