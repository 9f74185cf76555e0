"""`recsys evaluate papers|collaborators|queries DATASET`: how good are the lists?

In: a dataset with test files; `online` asks a running service instead. Out: tables of figures, or
the same as JSON, and a page.
"""

from __future__ import annotations

import json
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import typer

from training.commands.online import online
from training.commands.options import (
    Config,
    DatasetFolder,
    EncoderFolder,
    JsonFile,
    Seed,
    Threads,
    refuse_no_folder,
)

if TYPE_CHECKING:
    from recsys.ranking.arrange import Arrangement

Ablation = Literal["models", "signals"]
ABLATIONS = frozenset(get_args(Ablation))

evaluate_app = typer.Typer(no_args_is_help=True, help="Measure how good the lists are.")

TestFile = Annotated[
    Path | None, typer.Option("--test", help="Test pairs; default: `test.*` of the dataset.")
]
CandidateFile = Annotated[
    Path | None,
    typer.Option(help="Papers to rank for users; default: `candidates.*` of the dataset."),
]
Lengths = Annotated[
    list[int] | None, typer.Option("--k", min=1, help="Length of list to measure at; repeatable.")
]
Ablate = Annotated[
    bool, typer.Option(help="Say what each model and each signal adds; trains once a signal.")
]
AblateOnly = Annotated[
    Ablation | None, typer.Option(help="The same, of models or of signals alone.")
]
ReportFile = Annotated[
    Path | None, typer.Option("--report", help="Write a page of HTML with tables and figures.")
]
Diversity = Annotated[
    float | None, typer.Option(min=0.0, max=1.0, help="Weigh variety against relevance.")
]
Interests = Annotated[
    float | None,
    typer.Option(min=0.0, max=1.0, help="Give each of the reader's interests its share."),
]
Freshness = Annotated[float | None, typer.Option(min=0.0, max=1.0, help="Lift new papers.")]
Explore = Annotated[
    float | None, typer.Option(min=0.0, max=1.0, help="Share of places for uncertain papers.")
]


def _add(task: str, asks: str, usual_lengths: list[int], without: frozenset[str]) -> None:
    """Add the command of one task; `without` names the options that mean nothing to it."""

    def command(
        dataset: DatasetFolder,
        test: TestFile = None,
        candidates: CandidateFile = None,
        k: Lengths = None,
        diversity: Diversity = None,
        interests: Interests = None,
        freshness: Freshness = None,
        explore: Explore = None,
        ablate: Ablate = False,
        ablate_only: AblateOnly = None,
        report: ReportFile = None,
        json_file: JsonFile = None,
        config: Config = None,
        seed: Seed = 0,
        threads: Threads = 2,
        encoder: EncoderFolder = None,
    ) -> None:
        wishes = {
            "diversity": diversity,
            "interests": interests,
            "freshness": freshness,
            "explore": explore,
        }
        for option, given in {"candidates": candidates, "encoder": encoder, **wishes}.items():
            if option in without and given is not None:
                raise typer.BadParameter(f"`--{option}` means nothing to {task}")
        parts = frozenset({ablate_only} if ablate_only else ABLATIONS if ablate else ())
        for written in (report, json_file):
            refuse_no_folder(written)
        # Imported here: the other commands, and --help, need not wait for it.
        from training.encoders.open import open_encoder
        from training.evaluate import evaluate
        from training.pipeline import Trainer
        from training.progress import bars
        from training.report.contents import origin_of
        from training.report.page import render
        from training.report.terminal import print_report
        from training.settings import read_settings

        settings = read_settings(config)
        reader = open_encoder(encoder, threads=threads)
        ks = tuple(sorted({*(k or usual_lengths)}))
        with bars() as stages:
            trainer = Trainer(settings, seed, threads, stages, encoder=reader)
            found = evaluate(
                dataset,
                task,
                trainer,
                ks,
                test=test,
                candidates=candidates,
                wanted=_arrangement(wishes, seed),
                ablate=parts,
            )
        if report is not None:
            words = shlex.join(["recsys", *sys.argv[1:]])
            page = render(found, origin_of(trainer, words, datetime.now(UTC)))
            report.write_text(page, encoding="utf-8")
        line = json.dumps(found.as_json())
        if str(json_file) == "-":
            typer.echo(line)
            return
        print_report(found)
        if json_file is not None:
            json_file.write_text(line + "\n", encoding="utf-8")

    evaluate_app.command(task, help=asks)(command)


def _arrangement(wishes: dict[str, float | None], seed: int) -> Arrangement | None:
    """What was wished for; None where nothing was said, not even 0."""
    from recsys.ranking.arrange import Arrangement

    said = {name: wish for name, wish in wishes.items() if wish is not None}
    if not said:
        return None
    return Arrangement(exploration=said.pop("explore", 0.0), seed=seed, **said)


_add("papers", "Rank papers for each user of the test file.", [20, 50, 300], frozenset())
_add(
    "collaborators",
    "Rank people for each author of the test file.",
    [20, 50],
    frozenset({"candidates", "encoder", "diversity", "interests", "freshness", "explore"}),
)
_add(
    "queries",
    "Rank papers for each topic in words of `queries.*`.",
    [20, 50],
    frozenset({"candidates"}),
)
evaluate_app.command()(online)
