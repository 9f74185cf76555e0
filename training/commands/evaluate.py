"""`recsys evaluate papers|collaborators|queries DATASET`: how good are the lists?

In: a dataset with test files. Out: a table of figures, or the same as JSON.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from training.commands.options import Config, DatasetFolder, EncoderFolder, Seed, Threads

if TYPE_CHECKING:
    from training.evaluate import Report

_WIDTH_OF_A_FILE = 120

evaluate_app = typer.Typer(no_args_is_help=True, help="Measure how good the lists are.")

TestFile = Annotated[
    Path | None, typer.Option("--test", help="Test pairs; default: `test.*` of the dataset.")
]
CandidateFile = Annotated[
    Path | None,
    typer.Option("--candidates", help="Papers to rank; default: `candidates.*` of the dataset."),
]
Lengths = Annotated[
    list[int] | None, typer.Option("--k", min=1, help="Length of list to measure at; repeatable.")
]
JsonFile = Annotated[
    Path | None, typer.Option("--json", help="Write the figures as JSON; `-` is stdout.")
]


@evaluate_app.command()
def papers(
    dataset: DatasetFolder,
    test: TestFile = None,
    candidates: CandidateFile = None,
    k: Lengths = None,
    json_file: JsonFile = None,
    config: Config = None,
    seed: Seed = 0,
    threads: Threads = 2,
    encoder: EncoderFolder = None,
) -> None:
    """Rank papers for each user of the test file."""
    _run(
        "papers",
        dataset,
        k or [20, 50, 300],
        json_file,
        config,
        seed,
        threads,
        encoder,
        test,
        candidates,
    )


@evaluate_app.command()
def collaborators(
    dataset: DatasetFolder,
    test: TestFile = None,
    k: Lengths = None,
    json_file: JsonFile = None,
    config: Config = None,
    seed: Seed = 0,
    threads: Threads = 2,
) -> None:
    """Rank people for each author of the test file."""
    _run(
        "collaborators", dataset, k or [20, 50], json_file, config, seed, threads, None, test, None
    )


@evaluate_app.command()
def queries(
    dataset: DatasetFolder,
    test: TestFile = None,
    k: Lengths = None,
    json_file: JsonFile = None,
    config: Config = None,
    seed: Seed = 0,
    threads: Threads = 2,
    encoder: EncoderFolder = None,
) -> None:
    """Rank papers for each topic in words of `queries.*`."""
    _run("queries", dataset, k or [20, 50], json_file, config, seed, threads, encoder, test, None)


def _run(
    task: str,
    dataset: Path,
    ks: list[int],
    json_file: Path | None,
    config: Path | None,
    seed: int,
    threads: int,
    encoder: Path | None,
    test: Path | None,
    candidates: Path | None,
) -> None:
    # Imported here: the other commands, and --help, need not wait for it.
    from training.encoders.open import open_encoder
    from training.evaluate import evaluate
    from training.pipeline import Trainer
    from training.progress import bars
    from training.settings import read_settings

    reader = open_encoder(encoder, threads=threads)
    with bars() as stages:
        trainer = Trainer(read_settings(config), seed, threads, stages, encoder=reader)
        report = evaluate(
            dataset, task, trainer, tuple(sorted(set(ks))), test=test, candidates=candidates
        )
    if json_file is None or str(json_file) != "-":
        _print_table(report)
    if json_file is not None:
        line = json.dumps(report.as_json())
        if str(json_file) == "-":
            typer.echo(line)
        else:
            json_file.write_text(line + "\n", encoding="utf-8")


def _print_table(report: Report) -> None:
    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH_OF_A_FILE
    metrics = list(next(iter(report.results.values())))
    title = f"{report.task} of {report.dataset}, {report.users:,} asked"
    whole = Table("", *metrics, title=title)
    for name, figures in report.results.items():
        whole.add_row(name, *(f"{figures[metric]:.4f}" for metric in metrics))
    console.print(whole)
    split = Table("blend, by segment", "asked", *metrics)
    for segment, found in report.segments.items():
        figures = found["results"]["blend"]  # type: ignore[index]
        split.add_row(segment, f"{found['users']:,}", *(f"{figures[m]:.4f}" for m in metrics))
    console.print(split)
    spent = ", ".join(f"{stage} {seconds:.0f} s" for stage, seconds in report.seconds.items())
    console.print(spent, highlight=False)
