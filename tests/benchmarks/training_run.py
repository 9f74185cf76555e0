"""One training run in a process of its own, with its time and memory told.

In: a dataset folder. Out: one line of JSON on stdout; see `TrainingRun`.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, is_dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np
from implicit.recommender_base import RecommenderBase
from lightfm import LightFM
from scipy import sparse

from recsys.storage.dataset_folder import read_dataset
from training.memory import give_back_what_is_free
from training.pipeline import Trainer
from training.progress import Unwatched
from training.settings import read_settings

_ROOT = Path(__file__).parents[2]
_MB = 1 << 20
_MAX_RSS_UNIT = 1 if sys.platform == "darwin" else 1 << 10


@dataclass(frozen=True)
class TrainingRun:
    """What a run took.

    Attributes
    ----------
    size : int
        Papers, interactions and authorships.
    seconds, cpu_seconds : float
        Of `Trainer.train`.
    fit_seconds, fit_cpu_seconds : float
        Of the fit calls of implicit and LightFM that it made.
    bare_mb, loaded_mb, peak_mb : float
        Resident memory after all imports; with the dataset, what reading left free given back; at
        most, from the first to the last line of the process.
    arrays_mb : float
        The arrays of the `Dataset` alone.
    """

    size: int
    seconds: float
    cpu_seconds: float
    fit_seconds: float
    fit_cpu_seconds: float
    bare_mb: float
    loaded_mb: float
    peak_mb: float
    arrays_mb: float


class FitClock:
    """Adds up the time inside the fits of implicit and LightFM, however they call each other."""

    def __init__(self) -> None:
        self.seconds = self.cpu_seconds = 0.0
        self._inside = False

    def watch(self) -> None:
        """Watch every fit from now on, in this process."""
        for kind in _with_subclasses(RecommenderBase):
            if "fit" in vars(kind):
                kind.fit = self._timed(kind.fit)
        LightFM.fit_partial = self._timed(LightFM.fit_partial)

    def _timed(self, fit: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(fit)
        def timed(*arguments: Any, **named: Any) -> Any:
            if self._inside:
                return fit(*arguments, **named)
            self._inside, started, cpu = True, time.perf_counter(), time.process_time()
            try:
                return fit(*arguments, **named)
            finally:
                self._inside = False
                self.seconds += time.perf_counter() - started
                self.cpu_seconds += time.process_time() - cpu

        return timed


def train_apart(folder: Path, config: Path | None = None) -> TrainingRun:
    """Run this module in a fresh process, so that memory is that of training alone."""
    paths = [str(path.resolve()) for path in (folder, config) if path]
    command = [sys.executable, "-m", "tests.benchmarks.training_run", *paths]
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return TrainingRun(**json.loads(done.stdout))


def run(folder: Path, config: Path | None) -> TrainingRun:
    """Read a dataset and train on it in this process; call it once a process."""
    clock = FitClock()
    clock.watch()
    bare = _resident_mb()
    dataset, _ = read_dataset(folder)
    give_back_what_is_free()
    loaded = _resident_mb()
    trainer = Trainer(read_settings(config), seed=0, threads=2, stages=Unwatched())
    started, cpu = time.perf_counter(), time.process_time()
    trainer.train(dataset)
    return TrainingRun(
        size=len(dataset.papers) + len(dataset.interactions) + len(dataset.authorships),
        seconds=time.perf_counter() - started,
        cpu_seconds=time.process_time() - cpu,
        fit_seconds=clock.seconds,
        fit_cpu_seconds=clock.cpu_seconds,
        bare_mb=bare,
        loaded_mb=loaded,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAX_RSS_UNIT / _MB,
        arrays_mb=n_bytes(dataset) / _MB,
    )


def n_bytes(part: Any) -> int:
    """Bytes in all arrays of a tree of dataclasses."""
    if isinstance(part, np.ndarray):
        return part.nbytes
    if sparse.issparse(part):
        return part.data.nbytes + part.indices.nbytes + part.indptr.nbytes
    if is_dataclass(part):
        return sum(n_bytes(getattr(part, field.name)) for field in fields(part))
    return 0


def _with_subclasses(kind: type) -> list[type]:
    found = [kind]
    for below in kind.__subclasses__():
        found += _with_subclasses(below)
    return found


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / _MB


if __name__ == "__main__":
    folder, *config = (Path(word) for word in sys.argv[1:])
    print(json.dumps(asdict(run(folder, config[0] if config else None))))  # noqa: T201
