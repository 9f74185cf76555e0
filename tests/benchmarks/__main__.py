"""`python -m tests.benchmarks`: run benchmarks and print their ratios.

In: which ones, and on what data. Out: a table on stdout, and with `--json` the same in a file.
"""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from threadpoolctl import threadpool_limits

from recsys.storage.dataset_folder import read_dataset
from serving.digest.choose import Least
from tests.benchmarks.answering import answering_ratios
from tests.benchmarks.digests import digest_ratios
from tests.benchmarks.halves import halves_ratios
from tests.benchmarks.lookup import lookup_ratios
from tests.benchmarks.pages import pages_ratios
from tests.benchmarks.people import people_ratios
from tests.benchmarks.ratio import Ratio, show
from tests.benchmarks.training import growth_ratios, training_ratios, write_world
from training.pipeline import Trainer
from training.progress import Unwatched
from training.settings import read_settings


class Benchmark(StrEnum):
    """What can be measured."""

    TRAINING = "training"
    ANSWERING = "answering"
    GROWTH = "growth"
    PEOPLE = "people"
    HALVES = "halves"
    DIGEST = "digest"
    WEB = "web"
    LOOKUP = "lookup"


def main(
    benchmarks: Annotated[
        list[Benchmark] | None, typer.Argument(help="Which to run; default: all.")
    ] = None,
    dataset: Annotated[
        Path | None, typer.Option(help="Dataset folder; default: a generated world.")
    ] = None,
    scale: Annotated[
        float, typer.Option(min=0.01, help="Size of that world; growth starts at a quarter of it.")
    ] = 1.0,
    repeats: Annotated[int, typer.Option(min=1, help="How often an answer is timed.")] = 50,
    config: Annotated[Path | None, typer.Option(help="TOML file of settings for training.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Also write JSON here.")] = None,
) -> None:
    """Measure speed and memory as ratios to something measured beside it."""
    chosen, ratios = benchmarks or list(Benchmark), list[Ratio]()
    with TemporaryDirectory() as place:
        folder = dataset or write_world(Path(place) / "world", scale)
        if Benchmark.TRAINING in chosen:
            ratios += training_ratios(folder, config)
        if Benchmark.ANSWERING in chosen:
            trainer = Trainer(read_settings(config), seed=0, threads=2, stages=Unwatched())
            model = trainer.train(read_dataset(folder)[0]).model
            ratios += answering_ratios(model, repeats=repeats)
        if Benchmark.GROWTH in chosen:
            scales = [scale / 4, scale, scale * 4]
            ratios += growth_ratios(Path(place), scales, config)
        if Benchmark.PEOPLE in chosen:
            trainer = Trainer(read_settings(config), seed=0, threads=2, stages=Unwatched())
            model = trainer.train(read_dataset(folder)[0], frozenset({"authors"})).model
            with threadpool_limits(1):  # as a server and the batch have it
                ratios += people_ratios(model, repeats=max(1, repeats // 10))
        if Benchmark.HALVES in chosen:
            ratios += halves_ratios(read_dataset(folder)[0])
        if Benchmark.DIGEST in chosen:
            trainer = Trainer(read_settings(config), seed=0, threads=2, stages=Unwatched())
            trained = trainer.train(read_dataset(folder)[0])
            learned = Least.learned(trained.metrics)
            with threadpool_limits(1):
                ratios += digest_ratios(trained.model, learned, repeats=max(1, repeats // 10))
        if Benchmark.WEB in chosen:
            trainer = Trainer(read_settings(config), seed=0, threads=2, stages=Unwatched())
            model = trainer.train(read_dataset(folder)[0]).model
            ratios += pages_ratios(model, repeats=repeats)
        if Benchmark.LOOKUP in chosen:
            trainer = Trainer(read_settings(config), seed=0, threads=2, stages=Unwatched())
            model = trainer.train(read_dataset(folder)[0]).model
            ratios += lookup_ratios(model, repeats=repeats)
    show(ratios)
    if json_file:
        told = json.dumps([one.as_json() for one in ratios], indent=1)
        json_file.write_text(told + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
