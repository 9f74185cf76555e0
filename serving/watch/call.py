"""The call under way in this thread: its id, how much time it has left, and its stages.

In: what the interceptor knows of a call. Out: `stage`, which times a part of the work, makes a
span of it, and does not begin it once nobody waits for the answer any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter

from serving.rpc.errors import DeadlinePassed
from serving.watch.metrics import Metrics
from serving.watch.spans import Spans


@dataclass(frozen=True)
class CallUnderWay:
    """One call, as those see it who answer it.

    Attributes
    ----------
    method : str
        Its name without the service.
    id : str
        Of the request; the client is told, and each line of the log has it.
    seconds_left : callable
        Until its deadline; None where it has none.
    """

    method: str
    id: str
    seconds_left: Callable[[], float | None]
    metrics: Metrics
    spans: Spans


_UNDER_WAY: ContextVar[CallUnderWay | None] = ContextVar("call under way", default=None)


@contextmanager
def under_way(call: CallUnderWay) -> Iterator[None]:
    """Answer this call now, in this thread."""
    token = _UNDER_WAY.set(call)
    try:
        yield
    finally:
        _UNDER_WAY.reset(token)


def request_id() -> str:
    """The id of the call under way; "" where there is none."""
    call = _UNDER_WAY.get()
    return "" if call is None else call.id


@contextmanager
def stage(name: str) -> Iterator[None]:
    """A part of the call under way; just what is inside where there is none.

    Raises
    ------
    DeadlinePassed
        The client has given up; the stage is not begun.
    """
    call = _UNDER_WAY.get()
    if call is None:
        yield
        return
    left_s = call.seconds_left()
    if left_s is not None and left_s <= 0:
        raise DeadlinePassed(f"the deadline had passed before the stage {name!r}")
    started = perf_counter()
    try:
        with call.spans.span(name):
            yield
    finally:
        call.metrics.stages.labels(call.method, name).observe(perf_counter() - started)
