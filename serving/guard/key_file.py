"""The file of API keys: JSON, a key a line.

In: a path. Out: a `KeyRing`; and keys added and taken away while servers use the file.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from recsys.errors import BadInput
from recsys.storage.watched import replace_text
from serving.guard.keys import ApiKey, KeyRing


def read_keys(path: Path) -> KeyRing:
    """The keys in a file.

    Raises
    ------
    BadInput
        The file cannot be read, or a line of it is no key; what stands in the line is not told.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot read the API keys in {path}: {_told(error)}") from None
    return KeyRing.of(
        _key(line, f"{path} line {number}") for number, line in enumerate(lines, 1) if line.strip()
    )


def add_key(path: Path, key: ApiKey) -> None:
    """Write one more key; the file is made where there is none."""
    with _alone(path):
        keys = dict(read_keys(path).by_id) if path.exists() else {}
        _write(path, {**keys, key.id: key})


def revoke_key(path: Path, id_: str) -> ApiKey:
    """Take a key away; raises BadInput where there is none of this id."""
    with _alone(path):
        keys = dict(read_keys(path).by_id)
        if id_ not in keys:
            raise BadInput(f"{path} holds no key {id_!r}")
        revoked = keys.pop(id_)
        _write(path, keys)
    return revoked


def _write(path: Path, keys: dict[str, ApiKey]) -> None:
    replace_text(path, "".join(f"{key.model_dump_json()}\n" for key in keys.values()))


def _key(line: str, place: str) -> ApiKey:
    try:
        return ApiKey.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        at = ".".join(str(part) for part in first["loc"]) or "the line"
        raise BadInput(f"{place}: {at}: {first['msg']}") from None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep others from changing the file meanwhile: a lock on its folder, gone with the process."""
    try:
        descriptor = os.open(path.resolve().parent, os.O_RDONLY)
    except OSError as error:
        raise BadInput(f"cannot write the API keys in {path}: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    except OSError as error:
        raise BadInput(f"cannot write the API keys in {path}: {error.strerror}") from error
    finally:
        os.close(descriptor)


def _told(error: OSError | UnicodeDecodeError) -> str:
    return error.strerror or "" if isinstance(error, OSError) else "it is no UTF-8"
