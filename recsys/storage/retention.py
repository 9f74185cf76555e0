"""Old versions -> free space: what of a models folder is kept, and what is removed.

In: a models folder, and how many versions to keep. Out: the fate of each version. Whatever
somebody works with stays: a running server holds on to the version that it answers from.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Literal

from recsys.errors import BadInput
from recsys.storage.in_use import alone_with
from recsys.storage.registry import flush, pointed_to, versions

Fate = Literal["current", "one before", "recent", "in use", "removed"]
_LEFTOVERS = (".publishing.*", ".removing.*")


def prune(models_dir: Path, keep: int, *, dry_run: bool = False) -> dict[str, Fate]:
    """Remove all versions but the newest ones, and what unfinished work has left behind.

    The current version and the one before it stay, however old they are, and so does a version
    that a process works with.

    Parameters
    ----------
    keep : int
        How many of the newest versions stay, from 1.
    dry_run : bool
        Whether only to say what would become of each version.

    Returns
    -------
    dict of version to fate, oldest first

    Raises
    ------
    BadInput
        `keep` is less than 1.
    NoModel
        The pointer cannot be read, so that nobody knows what must stay.
    """
    if keep < 1:
        raise BadInput(f"at least one version must be kept, not {keep}")
    # Nobody moves the pointer meanwhile to what is about to go.
    with alone_with(models_dir, wait=True):
        fates = _fates(models_dir, keep)
        for version in (version for version, fate in fates.items() if fate == "removed"):
            if not _removed(models_dir / version, dry_run=dry_run):
                fates[version] = "in use"
        for pattern in _LEFTOVERS:
            for path in models_dir.glob(pattern):
                _removed(path, dry_run=dry_run)
    return fates


def _fates(models_dir: Path, keep: int) -> dict[str, Fate]:
    known = versions(models_dir)
    fates: dict[str, Fate] = dict.fromkeys(known, "removed")
    fates |= dict.fromkeys(known[-keep:], "recent")
    named: tuple[Fate, ...] = ("current", "one before")
    found = zip(pointed_to(models_dir), named, strict=False)
    return fates | {version: fate for version, fate in found if version in fates}


def _removed(folder: Path, *, dry_run: bool) -> bool:
    """Remove a folder unless somebody works with it; whether that was, or would be done."""
    with alone_with(folder) as alone:
        if alone and not dry_run:
            beside = Path(tempfile.mkdtemp(prefix=".removing.", dir=folder.parent))
            # In one step out of sight: nobody sees a bundle of which half is gone.
            folder.rename(beside / folder.name)
            flush(folder.parent)
            shutil.rmtree(beside)
        return alone
