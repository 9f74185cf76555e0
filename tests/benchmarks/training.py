"""How long training takes and how much memory, and how both grow.

In: a dataset folder, or the scales of generated worlds. Out: `Ratio`s.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from recsys.storage.dataset_folder import write_tables
from tests.benchmarks.ratio import Ratio
from tests.benchmarks.training_run import TrainingRun, train_apart
from training.world.make import make_world

_TIMES_THE_FITS, _TIMES_THE_DATASET = 1.5, 4.0
_MOST_GROWTH = 1.2


def training_ratios(folder: Path, config: Path | None = None) -> list[Ratio]:
    """Time of a run to that of the fits in it, and memory of a run to that of the dataset."""
    run = train_apart(folder, config)
    return [
        Ratio("training / its fits", run.seconds, run.fit_seconds, "s", _TIMES_THE_FITS),
        Ratio("the same in CPU time", run.cpu_seconds, run.fit_cpu_seconds, "s"),
        Ratio(
            "memory of training / loading",
            run.peak_mb - run.bare_mb,
            run.loaded_mb - run.bare_mb,
            "MB",
            _TIMES_THE_DATASET,
        ),
        Ratio("the same / bare arrays", run.peak_mb - run.bare_mb, run.arrays_mb, "MB"),
    ]


def growth_ratios(folder: Path, scales: Sequence[float], config: Path | None = None) -> list[Ratio]:
    """Exponents: how time and memory grow where a world grows as much, 1 being in proportion.

    Parameters
    ----------
    folder : Path
        Where the worlds may be written.
    """
    runs = [train_apart(write_world(folder / str(scale), scale), config) for scale in scales]
    over = {
        "growth of time": [run.cpu_seconds for run in runs],
        "growth of memory": [run.peak_mb - run.bare_mb for run in runs],
    }
    sizes = np.log([run.size for run in runs])
    return [
        Ratio(name, float(np.polyfit(sizes, np.log(values), 1)[0]), 1.0, "exponent", _MOST_GROWTH)
        for name, values in over.items()
    ] + [step for name, values in over.items() for step in _steps(name, values, runs)]


def write_world(folder: Path, scale: float) -> Path:
    """A generated world on disk."""
    write_tables(folder, make_world(0, scale=scale))
    return folder


def _steps(name: str, values: list[float], runs: list[TrainingRun]) -> list[Ratio]:
    """How many times as much the run after needs, beside how many times as large it is."""
    return [
        Ratio(
            f"{name}, {runs[place].size:,} to {runs[place + 1].size:,} rows",
            values[place + 1] / values[place],
            runs[place + 1].size / runs[place].size,
            "times",
        )
        for place in range(len(runs) - 1)
    ]
