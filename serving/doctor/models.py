"""Checks of a folder of models: the pointer, the bundle it names, its age, room for the next one.

In: the folder. Out: findings; nothing is changed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from recsys.errors import BundleCorrupt, NoModel, UnknownModel
from recsys.storage.manifest import Manifest
from recsys.storage.registry import bundle_folder, current
from serving.doctor.finding import Finding, sound, wrong

_SPARE_BYTES = 256 << 20  # for what the embedded state and the logs grow by meanwhile
_LEEWAY = timedelta(minutes=1)


def pointer(models_dir: Path) -> Finding:
    """Whether the folder names a model that is there."""
    try:
        return sound("pointer", f"{models_dir} names {current(models_dir)}")
    except (NoModel, UnknownModel) as error:
        return wrong(
            "pointer",
            str(error),
            f"train a model, or `recsys models activate VERSION --models {models_dir}`",
        )


def bundle(models_dir: Path, version: str) -> Finding:
    """Whether every file of a bundle is as it was published, by its SHA-256."""
    try:
        folder = bundle_folder(models_dir, version)
        manifest = Manifest.read(folder)
        manifest.verify(folder, contents=True)
    except (BundleCorrupt, UnknownModel) as error:
        return wrong(
            "bundle",
            str(error),
            f"go back with `recsys models rollback --models {models_dir}`, or train again",
        )
    return sound("bundle", f"{len(manifest.files)} files of {version} are as they were published")


def age(manifest: Manifest, now: datetime, most: timedelta) -> Finding:
    """Whether the model is young enough, and not from the future."""
    passed = now - manifest.created_at
    if passed < -_LEEWAY:
        return wrong(
            "model age",
            f"{manifest.version} was made in {-passed}, says the clock of this machine",
            "set the clock here, or on the machine that trains",
        )
    told = f"{manifest.version} was made {passed.days} days ago"
    if passed > most:
        return wrong(
            "model age",
            f"{told}, allowed are {most.days}",
            "train again, and see why the nightly run did not",
        )
    return sound("model age", told)


def disk(
    models_dir: Path, manifest: Manifest, usage: Callable[[Path], Any] = shutil.disk_usage
) -> Finding:
    """Whether the next bundle has room: twice the size of this one, and some to spare."""
    needed = 2 * sum(stamp.size for stamp in manifest.files.values()) + _SPARE_BYTES
    free = usage(models_dir).free
    told = f"{models_dir} has {free >> 20} MiB left, the next model may need {needed >> 20}"
    if free < needed:
        return wrong("disk", told, f"`recsys models prune --models {models_dir}`, or a larger disk")
    return sound("disk", told)
