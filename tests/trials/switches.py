"""Does a server go over from model to model without a call that fails?

In: how often, and how many workers and callers. Out: calls, failures, how long answers took, and
what the workers' memory was before and after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from recsys.models.model import Model
from recsys.storage.registry import activate
from serving.client import RecsysClient
from tests.e2e.server_process import server_process
from tests.small import small_run
from tests.trials.callers import Callers
from tests.trials.memory import Pages, pages_of, serving, worker_pids
from tests.worlds import publish_tiny


@dataclass(frozen=True)
class Switched:
    """What came of many switches under load; memory is that of all workers."""

    calls: int
    failures: dict[str, int]
    models: int
    seconds: np.ndarray
    before: Pages
    after: Pages


def switches(
    count: Annotated[int, typer.Option(min=2, help="How often to go over.")] = 100,
    workers: Annotated[int, typer.Option(min=1, help="Processes of the server.")] = 2,
    callers: Annotated[int, typer.Option(min=1, help="Threads that call all the time.")] = 4,
) -> None:
    """Go over from model to model under load; fails where a single call does."""
    with TemporaryDirectory() as place:
        told = switch_under_load(Path(place), small_run().model, count, workers, callers)
    middle, late = np.quantile(told.seconds, [0.5, 0.99]) * 1000
    typer.echo(
        f"{count} switches among {told.models} models on {workers} workers: {told.calls:,} calls, "
        f"{sum(told.failures.values())} failed\n"
        f"answers took {middle:.1f} ms in the middle, {late:.1f} ms for the slowest hundredth, "
        f"{1000 * told.seconds.max():.0f} ms at most\n"
        f"memory of the workers: {told.before.pss:.0f} MB after the first switches, "
        f"{told.after.pss:.0f} MB after the last"
    )
    for failure, times in told.failures.items():
        typer.echo(f"{times} x {failure}")
    if told.failures:
        raise typer.Exit(1)


def switch_under_load(
    models: Path, model: Model, count: int, workers: int, n_callers: int
) -> Switched:
    """Every other switch is asked for over the API, the others move the pointer on disk."""
    versions = [
        publish_tiny(models, model, created_at=datetime(year, 1, 1, tzinfo=UTC))
        for year in (2021, 2022, 2023)
    ]
    users = [model.dataset.users.ids[row] for row in range(len(model.dataset.users))]
    with server_process(serving(models, workers)) as server:
        address, pids = server.await_address(), worker_pids(server, workers)
        with Callers(address, users, n_callers) as callers, RecsysClient(address) as operator:
            callers.await_model(versions[-1])
            before = pages_of(pids)
            for number in range(count):
                version = versions[number % len(versions)]
                if number % 2:
                    operator.models.activate(version)
                else:
                    activate(models, version)
                callers.await_model(version)
                if number == count // 4:
                    before = pages_of(pids)
            after = pages_of(pids)
    return Switched(
        calls=len(callers.seconds) + sum(callers.failures.values()),
        failures=dict(callers.failures),
        models=len(versions),
        seconds=np.array(callers.seconds),
        before=before,
        after=after,
    )
