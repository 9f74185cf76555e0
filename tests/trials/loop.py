"""The loop as a transcript: a user whom nobody knew, their events, their list, and a new model.

In: how large the world is. Out: on stdout what was done and what came of it, step by step. Fails
where a list is not what it should be, or where a single call fails.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated

import typer

from recsys.data.dataset import Dataset
from recsys.data.events import Event
from recsys.data.resource_names import resource_id
from recsys.storage.bundle import load
from recsys.storage.registry import current
from serving.client import Listing, RecsysClient
from tests.e2e.command_line import RECSYS
from tests.e2e.server_process import server_process
from tests.trials.callers import Callers
from tests.trials.memory import serving

_NEWCOMER = "newcomer"
_K = 5


def loop(
    scale: Annotated[float, typer.Option(help="Size of the generated world.")] = 0.25,
    workers: Annotated[int, typer.Option(min=1, help="Processes of the server.")] = 2,
    callers: Annotated[int, typer.Option(min=1, help="Threads that call all the time.")] = 4,
) -> None:
    """Serve, take events in, train on them, and go over to the new model under load."""
    with TemporaryDirectory() as place:
        close_the_loop(Path(place), scale, workers, callers)


def close_the_loop(
    place: Path, scale: float, workers: int, n_callers: int, settings: Sequence[object] = ()
) -> None:
    """All of it in one folder; `settings` are further words for both trainings."""
    world, models = place / "world", place / "models"
    _run("world", "--out", world, "--scale", scale)
    _run("nightly", world, "--models", models, *settings)
    first, dataset = current(models), load(models, verify=False).model.dataset
    users = [dataset.users.ids[row] for row in range(min(200, len(dataset.users)))]
    with server_process(serving(models, workers)) as server:
        _say(f"$ recsys serve --models models --workers {workers}")
        address = server.await_address()
        with Callers(address, users, n_callers) as callers, RecsysClient(address) as client:
            _greet(client, dataset)
            _run("nightly", world, "--models", models, *settings)
            second, published = current(models), perf_counter()
            callers.await_model(second)
            _say(f"all callers are answered from it {perf_counter() - published:.2f} s later")
            told = _list(client, "the same list from the new model")
            assert {line.strategy for line in told.results} == {"personalised"}, told
            assert {told.model, first} == {second, first} != {first}
    calls = len(callers.seconds)
    assert not callers.failures, callers.failures
    _say(f"meanwhile {n_callers} callers made {calls:,} calls, of which none failed")


def _greet(client: RecsysClient, dataset: Dataset) -> None:
    """Have the newcomer follow somebody and save two papers; each changes the next list."""
    cold = _list(client, f"{_NEWCOMER}, of whom nothing is known")
    assert {line.strategy for line in cold.results} == {"popular"}, cold
    written = dataset.authorships
    author = int(written.author_rows[len(written) // 2])
    saved = [int(row) for row in written.paper_rows[written.author_rows == author][:2]]
    events = [_event("follow", author_id=dataset.authors.ids[author])]
    events += [_event("save", paper_id=dataset.papers.ids[row]) for row in saved]
    client.feedback.write(events)
    _say(f"{_NEWCOMER} follows {dataset.authors.names[author]!r} and saves:")
    for row in saved:
        _say(f"  {dataset.papers.titles[row]}")
    folded = _list(client, f"{_NEWCOMER} in the next moment")
    assert {line.strategy for line in folded.results} == {"folded_in"}, folded
    listed = {resource_id(line.id, "papers") for line in folded.results}
    assert listed.isdisjoint(dataset.papers.ids[row] for row in saved)


def _event(kind: str, **about: str) -> Event:
    name = "-".join((_NEWCOMER, kind, *about.values()))
    return Event(name, _NEWCOMER, kind, datetime.now(UTC), **about)


def _list(client: RecsysClient, heading: str) -> Listing:
    told = client.recommend_papers(f"users/{_NEWCOMER}", k=_K)
    _say(f"\n{heading} (model {told.model}):")
    for line in told.results:
        why = line.reasons[0].text if line.reasons else ""
        _say(f"  {line.rank}. {line.title} [{line.strategy}] {why}")
    _say("")
    return told


def _run(*words: object) -> None:
    told = [str(word) for word in words]
    _say(f"$ recsys {' '.join(Path(word).name for word in told)}")
    subprocess.run([*RECSYS, *told], check=True, stdout=subprocess.DEVNULL)


def _say(line: str) -> None:
    typer.echo(line)
