"""Secret keys in a file: one a line, the first to sign with, all of them to check with.

In: a file of lines of hexadecimal digits. Out: keys, also after the file has changed. To rotate
is to put a line before the others, and to take the last one away once nothing signed with it is
about any more.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from recsys.errors import BadInput
from recsys.storage.registry import flush

_KEY_BYTES, _LEAST_BYTES = 32, 16


class KeyFile:
    """The keys of a file, read again once it has changed.

    Raises
    ------
    BadInput
        At the start, where the file cannot be read or holds no keys. Later the keys known last
        stand until the file is sound again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held = _stamp(path), _read(path)

    def keys(self) -> tuple[bytes, ...]:
        """The key to sign with, and behind it those that were it before."""
        stamp, keys = self._held
        try:
            found = _stamp(self._path)
            if found != stamp:
                keys = _read(self._path)
                self._held = found, keys
        except BadInput:
            return keys
        return keys


def make_key_file(path: Path) -> None:
    """Write a file with one random key, readable by its owner alone; one that is there stays.

    Whoever comes first of several processes writes the file that all of them use.

    Raises
    ------
    BadInput
        The file cannot be written.
    """
    if path.exists():
        return
    try:
        descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(f"{secrets.token_hex(_KEY_BYTES)}\n")
            flush(Path(beside))
            # A link is made whole or not at all, and never over a file that is there.
            os.link(beside, path)
        finally:
            Path(beside).unlink()
        flush(path.parent)
    except FileExistsError:
        return
    except OSError as error:
        raise BadInput(f"cannot make the key file {path}: {error.strerror}") from error


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError as error:
        raise BadInput(f"cannot read the key file {path}: {error.strerror}") from error
    return found.st_mtime_ns, found.st_ino, found.st_size


def _read(path: Path) -> tuple[bytes, ...]:
    # What stands in the file is told to nobody, not even in an error.
    try:
        lines = path.read_text(encoding="ascii").split()
        keys = tuple(bytes.fromhex(line) for line in lines)
    except (OSError, ValueError):
        raise BadInput(f"{path} holds no keys; a key is a line of hexadecimal digits") from None
    if not keys or min(map(len, keys)) < _LEAST_BYTES:
        raise BadInput(f"{path} needs one key or more, of {2 * _LEAST_BYTES} digits at least")
    return keys
