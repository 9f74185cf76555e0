"""`recsys train DATASET --models DIR`: from tables to a published bundle.

In: a dataset folder, and what a running service has taken in since. Out: a new version in the
models folder, current at once.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from training.commands.options import (
    Config,
    DatasetFolder,
    EncoderFolder,
    Seed,
    StateUrl,
    Threads,
)
from training.commands.told import say_what_was_set_aside, tell


def train(
    dataset: DatasetFolder,
    models: Annotated[Path, typer.Option(help="Folder of models; the new one becomes current.")],
    state: StateUrl = None,
    config: Config = None,
    seed: Seed = 0,
    threads: Threads = 2,
    encoder: EncoderFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON on stdout.")] = False,
) -> None:
    """Train a model on a dataset and publish it."""
    # Imported here: the other commands, and --help, need not wait for it.
    from training.encoders.open import open_encoder
    from training.material import read_material
    from training.pipeline import Trainer
    from training.progress import bars
    from training.publishing import publish_trained
    from training.settings import read_settings

    started = time.perf_counter()
    settings, reader = read_settings(config), open_encoder(encoder, threads=threads)
    with bars() as stages:
        trainer = Trainer(settings, seed, threads, stages, encoder=reader)
        stages.stage("read")
        material = read_material(dataset, state)
        trained = trainer.train(material.dataset)
        stages.stage("publish")
        version = publish_trained(models, trained, trainer, material, now=datetime.now(UTC))
    say_what_was_set_aside(material)
    tell(models / version, trained, time.perf_counter() - started, as_json=as_json)
