"""Who works with a folder: a lock that lasts as long as the work, and ends with the process.

In: a folder of a model, or of models. Out: a claim to share, or to be alone with it. A process
that is killed leaves nothing behind that says it was still at work.
"""

from __future__ import annotations

import fcntl
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class InUse:
    """Says of a folder that somebody works with it, until this object is let go.

    Raises
    ------
    OSError
        The folder is gone, or somebody is alone with it.
    """

    def __init__(self, folder: Path) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        weakref.finalize(self, os.close, descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)


@contextmanager
def alone_with(folder: Path, *, wait: bool = False) -> Iterator[bool]:
    """Keep others away from a folder; False where somebody works with it and we do not wait."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
