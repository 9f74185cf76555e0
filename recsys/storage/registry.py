"""A folder of models, and the one among them that is served.

In: a models folder. Out: the versions in it, and the pointer `current`, which moves in one
step: a reader sees the old version or the new one.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from recsys.errors import NoModel
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
    try:
        named = (models_dir / CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise NoModel(
            f"{models_dir} holds no model; `recsys train DATASET --models {models_dir}` makes one"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise NoModel(f"{models_dir / CURRENT} names no model: {error}") from error
    bundle_folder(models_dir, named)
    return named


def bundle_folder(models_dir: Path, version: str) -> Path:
    """Where a published version stands; raises NoModel where there is no such version."""
    known = versions(models_dir)
    if version not in known:
        held = f"it holds {', '.join(known)}" if known else "it holds none"
        raise NoModel(f"there is no model {version!r} in {models_dir}; {held}")
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
    NoModel
        When there is no such version.
    BundleCorrupt
        When its files do not agree with its manifest; the pointer stays.
    """
    folder = bundle_folder(models_dir, version)
    Manifest.read(folder).verify(folder, contents=True)
    try:
        before = current(models_dir)
    except NoModel:
        before = None
    point_to(models_dir, version)
    return before


def point_to(models_dir: Path, version: str) -> None:
    """Move the pointer, in one step and for good."""
    with tempfile.TemporaryDirectory(prefix=".current.", dir=models_dir) as beside:
        pointer = Path(beside) / CURRENT
        pointer.write_text(f"{version}\n", encoding="ascii")
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
