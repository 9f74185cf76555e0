"""The threads that answer, and how many calls they have to do.

In: calls, from gRPC. Out: the same calls, done as threads become free, and whether there is
room for one more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class AnsweringThreads(ThreadPoolExecutor):
    """So many threads, behind which so many calls may wait.

    Parameters
    ----------
    threads, room : int
        Calls that are answered at a time, and that may wait beyond.
    tell_waiting : callable
        Told how many wait, whenever that may have changed.
    """

    def __init__(self, threads: int, room: int, tell_waiting: Callable[[int], None]) -> None:
        super().__init__(threads, thread_name_prefix="rpc")
        self._at_once, self._most_here = threads, threads + room
        self._tell_waiting = tell_waiting
        self._here, self._counting = 0, threading.Lock()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self._count(1)
        done = super().submit(fn, *args, **kwargs)
        done.add_done_callback(lambda _: self._count(-1))
        return done

    def is_full(self) -> bool:
        """Whether a further call would be one too many."""
        return self._here >= self._most_here

    def _count(self, more: int) -> None:
        with self._counting:
            self._here += more
            self._tell_waiting(max(0, self._here - self._at_once))
