"""To wait for what happens in another thread.

In: a condition. Out: nothing, once it is true; the test's own time limit ends a vain wait.
"""

from __future__ import annotations

from collections.abc import Callable


def until(true: Callable[[], object]) -> None:
    """Ask again and again."""
    while not true():
        pass
