"""Small files that change while they are in use: certificates, keys.

In: files, and how to read them. Out: what they held when they were last sound; and a file's text
replaced in one step.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from recsys.errors import BadInput
from recsys.storage.registry import flush

T = TypeVar("T")
_Stamp = tuple[tuple[int, int, int] | None, ...]


class Watched(Generic[T]):
    """What some files say, read again once one of them has changed.

    Files that are broken or gone later on change nothing: what they said last stands until they
    are sound again.

    Parameters
    ----------
    read : callable
        Reads all of them; raises BadInput where they cannot be used. The first time, that is for
        the caller.
    on_change : callable
        Gets None after a change that was taken in, and the error after one that was not; once
        for each change.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        read: Callable[[], T],
        on_change: Callable[[BadInput | None], None],
    ) -> None:
        self._paths, self._read, self._on_change = tuple(paths), read, on_change
        self._lock = threading.Lock()
        # Stamped before it is read: a change in between is found at the next look.
        self._stamp = _stamp(self._paths)
        self._value = read()

    def current(self) -> T:
        """What the files say now; the same object as before where nothing changed."""
        with self._lock:
            stamp = _stamp(self._paths)
            if stamp != self._stamp:
                self._stamp = stamp
                self._read_again()
            return self._value

    def _read_again(self) -> None:
        try:
            self._value = self._read()
        except BadInput as error:
            self._on_change(error)
        else:
            self._on_change(None)


def replace_text(path: Path, text: str) -> None:
    """Give a file a new text in one step: a reader sees the old one or the new one.

    A new file is readable by its owner alone; one that was there keeps its mode.
    """
    target = path.resolve()  # a link stays a link
    descriptor, beside = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        if target.exists():
            shutil.copymode(target, beside)
        flush(Path(beside))
        Path(beside).replace(target)
    except BaseException:
        Path(beside).unlink()
        raise
    flush(target.parent)


def _stamp(paths: tuple[Path, ...]) -> _Stamp:
    return tuple(_stamp_of(path) for path in paths)


def _stamp_of(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
