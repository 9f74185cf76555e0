"""A folder of models, and the one among them that is served.

In: a models folder. Out: the versions in it, and the pointer `current`, which moves in one
step: a reader sees the old version or the new one. Its first line names the version that is
served, its second one the version before, which is the way back.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from recsys.errors import NoModel, UnknownModel
from recsys.storage.in_use import alone_with
from recsys.storage.manifest import MANIFEST, VERSION_NAME, Manifest

CURRENT = "current"


def versions(models_dir: Path) -> tuple[str, ...]:
    """The published versions, oldest first; half-written ones are not among them."""
    if not models_dir.is_dir():
        return ()
    found = (path.parent.name for path in models_dir.glob(f"*/{MANIFEST}"))
    return tuple(sorted(name for name in found if VERSION_NAME.fullmatch(name)))


def current(models_dir: Path) -> str:
    """The version that the pointer names.

    Raises
    ------
    NoModel
        When nothing was published here.
    """
    named = pointed_to(models_dir)
    if not named:
        raise NoModel(
            f"{models_dir} holds no model; `recsys train DATASET --models {models_dir}` makes one"
        )
    bundle_folder(models_dir, named[0])
    return named[0]


def pointed_to(models_dir: Path) -> tuple[str, ...]:
    """What the pointer names, be it there or not: the current version, and the one before.

    Raises
    ------
    NoModel
        When it cannot be read.
    """
    try:
        return tuple((models_dir / CURRENT).read_text(encoding="ascii").split())
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise NoModel(f"{models_dir / CURRENT} names no model: {error}") from error


def files_of(models_dir: Path, version: str) -> frozenset[tuple[str, int, int, int]]:
    """What tells whether a version's files have changed, without reading them; none if not there.

    Name, size, time of change and number of each.
    """
    if version not in versions(models_dir):
        return frozenset()
    files = [path for path in (models_dir / version).rglob("*") if path.is_file()]
    stats = ((path.name, path.stat()) for path in files)
    return frozenset((name, s.st_size, s.st_mtime_ns, s.st_ino) for name, s in stats)


def bundle_folder(models_dir: Path, version: str) -> Path:
    """Where a published version stands; raises UnknownModel where there is no such version."""
    known = versions(models_dir)
    if version not in known:
        held = f"it holds {', '.join(known)}" if known else "it holds none"
        raise UnknownModel(f"there is no model {version!r} in {models_dir}; {held}")
    return models_dir / version


def activate(models_dir: Path, version: str) -> str | None:
    """Make a version the current one, once its files have proved sound.

    Returns
    -------
    str or None
        The version that was current before, None where there was none; activating it again is
        the way back.

    Raises
    ------
    UnknownModel
        When there is no such version.
    BundleCorrupt
        When its files do not agree with its manifest; the pointer stays.
    """
    folder = bundle_folder(models_dir, version)
    Manifest.read(folder).verify(folder, contents=True)
    return point_to(models_dir, version)


def point_to(models_dir: Path, version: str) -> str | None:
    """Move the pointer, in one step and for good; returns the version it named, if any."""
    with alone_with(models_dir, wait=True):
        named = _still_there(models_dir)
        # To activate the same one again is not to forget the way back.
        lines = named if named[:1] == (version,) else (version, *named[:1])
        _write_pointer(models_dir, lines)
    return named[0] if named else None


def _still_there(models_dir: Path) -> tuple[str, ...]:
    """What the pointer names, as far as it is there."""
    try:
        named = pointed_to(models_dir)
    except NoModel:
        return ()
    known = versions(models_dir)
    return tuple(version for version in named if version in known)


def _write_pointer(models_dir: Path, lines: tuple[str, ...]) -> None:
    with tempfile.TemporaryDirectory(prefix=".current.", dir=models_dir) as beside:
        pointer = Path(beside) / CURRENT
        pointer.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")
        flush(pointer)
        pointer.replace(models_dir / CURRENT)
    flush(models_dir)


def flush(path: Path) -> None:
    """Have the operating system write a file, or the entries of a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
