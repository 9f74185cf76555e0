"""`recsys train DATASET --models DIR`: from tables to a published bundle.

In: a dataset folder. Out: a new version in the models folder, current at once.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from training.commands.options import Config, DatasetFolder, EncoderFolder, Seed, Threads


def train(
    dataset: DatasetFolder,
    models: Annotated[Path, typer.Option(help="Folder of models; the new one becomes current.")],
    config: Config = None,
    seed: Seed = 0,
    threads: Threads = 2,
    encoder: EncoderFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON on stdout.")] = False,
) -> None:
    """Train a model on a dataset and publish it."""
    # Imported here: the other commands, and --help, need not wait for it.
    from recsys.storage.bundle import publish
    from recsys.storage.dataset_folder import read_dataset
    from training.encoders.open import open_encoder
    from training.pipeline import Trainer, signal_counts
    from training.progress import bars
    from training.settings import read_settings

    started = time.perf_counter()
    settings, reader = read_settings(config), open_encoder(encoder, threads=threads)
    with bars() as stages:
        stages.stage("read")
        built, rejected = read_dataset(dataset)
        trained = Trainer(settings, seed, threads, stages, encoder=reader).train(built)
        stages.stage("publish")
        signals = signal_counts(trained.model)
        version = publish(
            models,
            trained.model,
            created_at=datetime.now(UTC),
            settings={
                **asdict(settings),
                "threads": threads,
                "encoder": reader and reader.name,
            },
            seed=seed,
            metrics=trained.metrics,
            signals=signals,
            left_out=trained.left_out,
        )
    summary = {
        "model": version,
        "path": str(models / version),
        "seconds": round(time.perf_counter() - started, 2),
        "metrics": trained.metrics,
        "signals": signals,
        "left_out": list(trained.left_out),
    }
    if len(rejected):
        typer.echo(f"{len(rejected):,} rows broke a rule and were set aside", err=True)
    if as_json:
        typer.echo(json.dumps(summary))
    else:
        _print_summary(summary)


def _print_summary(summary: dict[str, Any]) -> None:
    console = Console()
    table = Table("signal", "entries")
    table.columns[1].justify = "right"
    for signal, entries in summary["signals"].items():
        table.add_row(signal, f"{entries:,}")
    console.print(table)
    for metric, value in summary["metrics"].items():
        console.print(f"{metric} on the holdout: {value:.4f}", highlight=False)
    if summary["left_out"]:
        console.print(f"left out, for want of data: {', '.join(summary['left_out'])}")
    console.print(f"trained in {summary['seconds']:.0f} s", highlight=False)
    console.print(f"published in {summary['path']}", highlight=False, soft_wrap=True)
