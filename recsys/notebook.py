"""The library in a notebook: datasets and models in, pandas frames out.

In: a folder of tables or frames, or a folder of published models. Out: frames, and `OpenModel`,
whose answers are frames.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recsys.data.build import build_dataset
from recsys.data.checked import RawTable, check_tables
from recsys.data.tables import Tables
from recsys.errors import NotInstalled
from recsys.frames import OpenModel
from recsys.storage.bundle import load
from recsys.storage.dataset_folder import read_tables as read_folder

GROUP = "recsys.library"


def read_tables(folder: str | Path) -> dict[str, pd.DataFrame]:
    """The checked tables of a dataset folder by name; the layout is that of `recsys import`.

    Rows that break a rule are not in them, but in the frame `rejected` with what is wrong.

    Raises
    ------
    BadInput
        There is no such folder, or a table in it is not as the layout says.
    TooManyRejects
        More rows break a rule than may be set aside.
    """
    tables, rejected = read_folder(Path(folder))
    return tables.frames() | {"rejected": rejected}


def open_model(models: str | Path, version: str | None = None) -> OpenModel:
    """A published model, memory-mapped; the current one where no version is named.

    Raises
    ------
    NoModel
        Nothing is published in this folder, or not this version.
    BundleCorrupt
        The model is not as it was published.
    """
    loaded = load(Path(models), version)
    return OpenModel(loaded.model, loaded.version)


def train(
    data: str | Path | Mapping[str, pd.DataFrame],
    *,
    config: str | Path | None = None,
    seed: int = 0,
    threads: int = 2,
) -> OpenModel:
    """A model of a dataset folder, or of frames by the names of their tables; not published.

    Parameters
    ----------
    config : path or None
        TOML file of settings, as `recsys train --config` takes.

    Raises
    ------
    BadInput, TooManyRejects
        As `read_tables`.
    NotInstalled
        The extra `training` is not installed.
    """
    tables = _checked(data) if isinstance(data, Mapping) else read_folder(Path(data))[0]
    model = _of_training("train")(
        build_dataset(tables), config=_path(config), seed=seed, threads=threads
    )
    return OpenModel(model, "")


def evaluate(
    folder: str | Path,
    task: str = "papers",
    *,
    ks: Sequence[int] = (20,),
    config: str | Path | None = None,
    seed: int = 0,
    threads: int = 2,
) -> pd.DataFrame:
    """Train on a dataset folder and measure on its test tables, as `recsys evaluate` does.

    Parameters
    ----------
    task : "papers", "collaborators" or "queries"
    ks : sequence of int
        Lengths of list.
    config : path or None
        As for `train`.

    Returns
    -------
    frame of scorers x metrics
        Means over all who asked; the row "blend" is what is served.

    Raises
    ------
    BadInput
        The folder holds no test table of this task.
    NotInstalled
        The extra `training` is not installed.
    """
    results = _of_training("evaluate")(
        Path(folder), task, tuple(sorted(ks)), config=_path(config), seed=seed, threads=threads
    )
    return pd.DataFrame.from_dict(results, orient="index").rename_axis("scorer")


def _checked(frames: Mapping[str, pd.DataFrame]) -> Tables:
    raw = {
        name: RawTable(frame.reset_index(drop=True), np.arange(1, len(frame) + 1))
        for name, frame in frames.items()
        if name != "rejected"
    }
    return check_tables(raw)[0]


def _path(given: str | Path | None) -> Path | None:
    return None if given is None else Path(given)


def _of_training(name: str) -> Callable[..., Any]:
    for entry in entry_points(group=GROUP, name=name):
        try:
            return entry.load()
        except ModuleNotFoundError as error:
            raise NotInstalled(
                f"{name} needs the module {error.name!r}; install the extra 'training'"
            ) from error
    raise NotInstalled(f"{name} is not installed; install the extra 'training'")
