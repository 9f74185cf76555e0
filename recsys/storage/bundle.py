"""A model on disk: arrays that processes share, and a manifest that vouches for them.

In: a `Model` and what its training has to tell. Out: `models/<version>/`, and back a
`LoadedModel` whose arrays are memory-mapped and read-only. Nothing on disk is ever executed.
"""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from recsys.errors import BundleCorrupt, UnknownModel
from recsys.models import (
    asked,
    circles,
    factors,
    groups,
    neighbors,
    priors,
    text_profile,
    walks,
    writers,
)
from recsys.models.model import Model
from recsys.models.scorer import Scorer
from recsys.storage.codec import Choices, flatten, rebuild
from recsys.storage.in_use import InUse
from recsys.storage.manifest import FileStamp, Manifest
from recsys.storage.mapped import map_array
from recsys.storage.provenance import data_window, library_versions, row_counts
from recsys.storage.registry import bundle_folder, current, flush, point_to

TREE = "model.json"
# The only classes that a bundle can ask to be built where a model has scorers.
SCORERS: dict[str, type] = {
    kind.__name__: kind
    for module in (asked, circles, factors, groups, neighbors, priors, text_profile, walks, writers)
    for kind in vars(module).values()
    if isinstance(kind, type) and is_dataclass(kind) and hasattr(kind, "evidence")
}
_CHOICES: Choices = {Scorer: SCORERS}


@dataclass(frozen=True)
class LoadedModel:
    """A model with what is written on it; as long as it is held, its bundle is not removed."""

    model: Model
    manifest: Manifest
    in_use: InUse

    @property
    def version(self) -> str:
        """The name of the bundle it came from."""
        return self.manifest.version


def publish(
    models_dir: Path,
    model: Model,
    *,
    created_at: datetime,
    settings: Mapping[str, Any],
    seed: int,
    metrics: Mapping[str, float],
    signals: Mapping[str, Any],
    left_out: tuple[str, ...] = (),
    ambiguous: Mapping[str, Any] = MappingProxyType({}),
    state_seq: int = 0,
) -> str:
    """Write a model beside the others, whole, and make it the current one.

    Parameters
    ----------
    created_at : datetime
        With a time zone; the version begins with it, to the second.
    settings, signals, ambiguous : mappings
        Anything JSON can hold.
    state_seq : int
        The last change of the state that is in the data; 0 for none.

    Returns
    -------
    str
        The version, `YYYYMMDDTHHMMSSZ-` and eight hex digits of the content. Where just this
        version stands there already, it is made the current one.

    Raises
    ------
    BundleCorrupt
        When an array holds what is no finite number; nothing was published.
    """
    if created_at.tzinfo is None:
        raise ValueError("created_at must say its time zone")
    models_dir.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".publishing.", dir=models_dir))
    writing = InUse(beside)  # so that nobody takes it for what a killed process left behind
    try:
        folder = beside / "new"
        data_from, data_time = data_window(model.dataset)
        manifest = Manifest(
            version="",
            created_at=created_at.astimezone(UTC).replace(microsecond=0),
            data_from=data_from,
            data_time=data_time,
            counts=row_counts(model.dataset),
            settings=_plain(settings),
            seed=seed,
            metrics={name: _finite(value) for name, value in metrics.items()},
            signals=_plain(signals),
            left_out=left_out,
            ambiguous=_plain(ambiguous),
            state_seq=state_seq,
            libraries=library_versions(),
            files=_write_files(folder, model),
        ).named()
        flush(manifest.write(folder))
        flush(folder)
        _settle(folder, models_dir / manifest.version)
    finally:
        shutil.rmtree(beside)
        del writing
    flush(models_dir)
    point_to(models_dir, manifest.version)
    return manifest.version


def load(models_dir: Path, version: str | None = None, *, verify: bool = True) -> LoadedModel:
    """A published model, memory-mapped; the current one where no version is named.

    Parameters
    ----------
    verify : bool
        Whether to compare the SHA-256 of every file and to look for what is no finite number,
        which reads all of them. Sizes, shapes and counts are compared always.

    Raises
    ------
    NoModel
        When nothing is published here, or not this version.
    BundleCorrupt
        When the bundle is not as it was published, or holds what is no finite number; the
        message names the file.
    """
    folder = bundle_folder(models_dir, current(models_dir) if version is None else version)
    try:
        in_use = InUse(folder)
    except OSError as error:
        raise UnknownModel(f"model {folder.name!r} is being removed") from error
    manifest = Manifest.read(folder)
    manifest.verify(folder, contents=verify)
    arrays = {
        name.removeprefix("arrays/").removesuffix(".npy"): _mapped(folder / name, verify=verify)
        for name in manifest.files
        if name != TREE
    }
    try:
        tree = json.loads((folder / TREE).read_bytes())
        model = rebuild(Model, tree, arrays, _CHOICES)
    except (OSError, ValueError, TypeError) as error:
        raise BundleCorrupt(f"{folder / TREE} describes no model: {error}") from error
    _refuse_mismatch(model, manifest, folder)
    return LoadedModel(model, manifest, in_use)


def _write_files(folder: Path, model: Model) -> dict[str, FileStamp]:
    tree, arrays = flatten(model, _CHOICES)
    (folder / "arrays").mkdir(parents=True)
    (folder / TREE).write_text(json.dumps(tree, indent=1) + "\n", encoding="utf-8")
    for name, array in arrays.items():
        path = folder / "arrays" / f"{name}.npy"
        _refuse_infinite(array, path)
        np.save(path, array, allow_pickle=False)
    stamps = {}
    for path in (folder / TREE, *sorted((folder / "arrays").iterdir())):
        flush(path)
        stamps[path.relative_to(folder).as_posix()] = FileStamp.of(path)
    flush(folder / "arrays")
    return stamps


def _settle(folder: Path, target: Path) -> None:
    if target.exists():
        Manifest.read(target).verify(target, contents=True)
    else:
        folder.rename(target)


def _mapped(path: Path, *, verify: bool) -> np.ndarray:
    try:
        array = map_array(path)
    except (OSError, ValueError) as error:
        raise BundleCorrupt(f"{path} is no array: {error}") from error
    if verify:
        _refuse_infinite(array, path)
    return array


def _refuse_infinite(array: np.ndarray, path: Path) -> None:
    # The extremes say it without a copy of the array: NaN is both.
    if array.dtype.kind != "f" or not array.size:
        return
    if not (np.isfinite(array.min()) and np.isfinite(array.max())):
        raise BundleCorrupt(f"{path} holds what is no finite number")


def _refuse_mismatch(model: Model, manifest: Manifest, folder: Path) -> None:
    if row_counts(model.dataset) != manifest.counts:
        raise BundleCorrupt(f"{folder / TREE} does not have the rows that its manifest counts")
    for scorers, blend, targets in (
        (model.paper_scorers, model.paper_blend, model.dataset.papers),
        (model.author_scorers, model.author_blend, model.dataset.authors),
    ):
        named = tuple(scorer.name for scorer in scorers)
        if named != blend.names or blend.kinds.shape != (len(targets),):
            raise BundleCorrupt(f"{folder / TREE} weighs other scorers or targets than it has")


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    """A copy as JSON gives it back, tuples as lists."""
    return json.loads(json.dumps(dict(given)))


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
