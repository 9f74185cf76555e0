"""How many calls each key may make: a bucket of tokens for each, in each worker.

In: whose call it is, and a clock. Out: nothing, or how long to wait.

Workers do not count together: what is protected is the worker, and a client on one connection
speaks with one of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from recsys.errors import TooManyCalls


class Rates:
    """A bucket for each key: full at first, filled steadily; every call takes a token out.

    Parameters
    ----------
    per_s : float
        Tokens that come back in a second.
    burst : int
        Tokens that a bucket holds, and so calls that may come all at once.
    clock : callable
        Seconds that never go back.
    """

    def __init__(self, per_s: float, burst: int, clock: Callable[[], float]) -> None:
        self._per_s, self._burst, self._clock = per_s, burst, clock
        self._buckets: dict[str, tuple[float, float]] = {}  # tokens in it, and when that was
        self._lock = threading.Lock()

    def take(self, key_id: str) -> None:
        """Take a token for a call; raises TooManyCalls where there is none."""
        with self._lock:
            now = self._clock()
            held, then = self._buckets.get(key_id, (float(self._burst), now))
            held = min(float(self._burst), held + (now - then) * self._per_s)
            if held < _WHOLE:
                wait_s = (1 - held) / self._per_s
                raise TooManyCalls(
                    f"too many calls with this API key; try again in {wait_s:.3g} s", wait_s
                )
            self._buckets[key_id] = held - 1, now


_WHOLE = 1 - 1e-9  # a sum of fractions may fall short of a whole token
