"""What the library's `train` and `evaluate` do, found by it through entry points.

In: a `Dataset`, or a dataset folder with test tables. Out: a `Model`, or figures by scorer.
"""

from __future__ import annotations

from pathlib import Path

from recsys.data.dataset import Dataset
from recsys.models.model import Model
from training.evaluate import evaluate as evaluate_folder
from training.pipeline import Trainer
from training.progress import bars
from training.settings import read_settings


def train(dataset: Dataset, *, config: Path | None, seed: int, threads: int) -> Model:
    """A model of everything in the dataset."""
    with bars() as stages:
        return Trainer(read_settings(config), seed, threads, stages).train(dataset).model


def evaluate(
    folder: Path, task: str, ks: tuple[int, ...], *, config: Path | None, seed: int, threads: int
) -> dict[str, dict[str, float]]:
    """Means of all metrics by scorer; see `training.evaluate.evaluate`."""
    with bars() as stages:
        trainer = Trainer(read_settings(config), seed, threads, stages)
        return evaluate_folder(folder, task, trainer, ks).results
