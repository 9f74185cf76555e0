"""All that a training run learns from, out of files and out of the state of a running service.

In: a dataset folder, and the URL of a state if there is one. Out: `Material`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from recsys.data.build import build_dataset
from recsys.data.dataset import Dataset
from recsys.storage.dataset_folder import read_tables
from recsys.storage.state import existing_state
from training.sources.stored import merge_state


@dataclass(frozen=True)
class Material:
    """A dataset, and where it ends.

    Attributes
    ----------
    state_seq : int
        The last change of the state that is in it; 0 without a state.
    n_rejected : int
        Rows that broke a rule and were set aside.
    n_unknown : int
        Events about papers and authors that nobody knows.
    """

    dataset: Dataset
    state_seq: int
    n_rejected: int
    n_unknown: int


def read_material(folder: Path, state_url: str | None) -> Material:
    """Read, check and merge; tables are let go of, which takes less memory.

    Raises
    ------
    BadInput, TooManyRejects
        The dataset cannot be used as it is, or no state is where one was named.
    StateUnavailable
        The state cannot be read.
    """
    tables, rejected = read_tables(folder)
    if state_url is None:
        return Material(build_dataset(tables), 0, len(rejected), 0)
    with existing_state(state_url) as state:
        merged = merge_state(tables, state)
    n_rejected = len(rejected) + len(merged.rejected)
    return Material(build_dataset(merged.tables), merged.state_seq, n_rejected, merged.n_unknown)
