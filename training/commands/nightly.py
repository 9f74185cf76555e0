"""`recsys nightly DATASET --models DIR`: learn from what came in, and publish what is no worse.

In: a dataset folder and the state of a running service. Out: a new version that running servers
go over to; or none, and the reason. One command for a timer.
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


def nightly(
    dataset: DatasetFolder,
    models: Annotated[Path, typer.Option(help="Folder of models; the new one becomes current.")],
    state: StateUrl = None,
    keep: Annotated[int, typer.Option(min=1, help="How many of the newest models stay.")] = 5,
    force: Annotated[
        bool, typer.Option("--force", help="Publish also what is worse than today's model.")
    ] = False,
    config: Config = None,
    seed: Seed = 0,
    threads: Threads = 2,
    encoder: EncoderFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON on stdout.")] = False,
) -> None:
    """Train on a dataset and a state, publish unless that is worse, and remove old models.

    Without --state, the one beside the models is taken, as `recsys serve` does; the first night
    there may be none. Costs two trainings where there is news to judge by; the first one is for
    papers alone.
    """
    # Imported here: the other commands, and --help, need not wait for it.
    from recsys.storage.bundle import load
    from recsys.storage.registry import pointed_to
    from recsys.storage.retention import prune
    from training.encoders.open import open_encoder
    from training.gate import Finding, pass_gate
    from training.material import read_material
    from training.pipeline import Trainer
    from training.progress import bars
    from training.publishing import publish_trained
    from training.settings import read_settings

    started = time.perf_counter()
    settings, reader = read_settings(config), open_encoder(encoder, threads=threads)
    models.mkdir(parents=True, exist_ok=True)
    with bars() as stages:
        trainer = Trainer(settings, seed, threads, stages, encoder=reader)
        stages.stage("read")
        material = read_material(dataset, state or _there_beside(models))
        findings: tuple[Finding, ...] = ()
        if force or not pointed_to(models):
            trained = trainer.train(material.dataset)
        else:
            trained, findings = pass_gate(load(models), material.dataset, trainer)
        stages.stage("publish")
        version = publish_trained(models, trained, trainer, material, now=datetime.now(UTC))
        fates = prune(models, keep)
    say_what_was_set_aside(material)
    for finding in findings:
        typer.echo(finding.text, err=True)
    tell(
        models / version,
        trained,
        time.perf_counter() - started,
        as_json=as_json,
        state_seq=material.state_seq,
        findings=[finding.text for finding in findings],
        removed=[name for name, fate in fates.items() if fate == "removed"],
    )


def _there_beside(models: Path) -> str | None:
    """The embedded state of a server with these models, once there is one."""
    from recsys.storage.state import beside, open_state

    with open_state(beside(models)) as state:
        return beside(models) if state.is_there() else None
