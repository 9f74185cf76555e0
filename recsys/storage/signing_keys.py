"""Secret keys in a file: one a line, the first to sign with, all of them to check with.

In: a file of lines of hexadecimal digits. Out: keys. To rotate is to put a line before the others,
and to take the last one away once nothing signed with it is about any more.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from recsys.errors import BadInput
from recsys.storage.registry import flush

_KEY_BYTES, _LEAST_BYTES = 32, 16


def read_signing_keys(path: Path) -> tuple[bytes, ...]:
    """The keys of a file, the one to sign with first.

    Raises
    ------
    BadInput
        The file cannot be read, or holds something else; what it holds is told to nobody.
    """
    try:
        keys = tuple(map(bytes.fromhex, path.read_text(encoding="ascii").split()))
    except OSError as error:
        raise BadInput(f"cannot read the signing keys in {path}: {error.strerror}") from error
    except ValueError:
        raise BadInput(f"{path} holds no keys; a key is a line of hexadecimal digits") from None
    if not keys or min(map(len, keys)) < _LEAST_BYTES:
        raise BadInput(f"{path} needs one key or more, of {2 * _LEAST_BYTES} digits at least")
    return keys


def make_signing_key(path: Path) -> None:
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
        raise BadInput(f"cannot make the signing key {path}: {error.strerror}") from error
