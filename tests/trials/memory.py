"""How much memory do workers take that serve one bundle? Shared pages are counted once.

In: a folder of models, or a generated world to train one on. Out: the memory of one and of four
workers, by what the kernel says of their pages.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from recsys.storage.bundle import load
from recsys.storage.manifest import Manifest
from recsys.storage.registry import current
from tests.e2e.command_line import RECSYS
from tests.e2e.server_process import ServerProcess, server_process
from tests.trials.callers import Callers

_MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Pages:
    """Memory of some processes in megabytes.

    Attributes
    ----------
    pss : float
        All of it, what they share divided among those who share it.
    private : float
        What belongs to one of them alone, and would be free without it.
    """

    pss: float
    private: float


def pages_of(pids: Sequence[int]) -> Pages:
    """What the kernel says of these processes, added up."""
    kilobytes: dict[str, int] = {}
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
            name, size = line.split()[:2]
            kilobytes[name] = kilobytes.get(name, 0) + int(size)
    private = kilobytes["Private_Clean:"] + kilobytes["Private_Dirty:"]
    return Pages(kilobytes["Pss:"] / 1024, private / 1024)


def serving(models: Path, workers: int) -> list[str]:
    """The command of a server on any free port."""
    given = ["--models", str(models), "--listen", "127.0.0.1:0", "--workers", str(workers)]
    return [*RECSYS, "serve", *given]


def worker_pids(server: ServerProcess, workers: int) -> list[int]:
    """The processes that answer, once they do."""
    return [event["pid"] for event in server.await_events("ready", workers)]


def memory(
    models: Annotated[
        Path | None, typer.Option(help="Folder of models; default: trained on a generated world.")
    ] = None,
    scale: Annotated[float, typer.Option(help="Size of that world.")] = 2.0,
) -> None:
    """Measure the memory of one worker and of four on the same bundle."""
    with TemporaryDirectory() as place:
        if models is None:
            models = _trained(Path(place), scale)
        bundle = sum(s.size for s in Manifest.read(models / current(models)).files.values())
        typer.echo(f"bundle: {bundle / _MEGABYTE:.0f} MB")
        for workers in (1, 4):
            told = measured(models, workers)
            typer.echo(
                f"{workers} worker{'s' * (workers > 1)}: {told.pss:.0f} MB in all (PSS), of it "
                f"{told.private:.0f} MB of single workers, {told.private / workers:.0f} MB each"
            )


def measured(models: Path, workers: int) -> Pages:
    """The memory of all workers of a server that has answered callers for a while."""
    users = load(models, verify=False).model.dataset.users.ids
    some = [users[row] for row in range(min(len(users), 200))]
    with server_process(serving(models, workers)) as server:
        address, pids = server.await_address(), worker_pids(server, workers)
        with Callers(address, some, 4 * workers) as callers:
            for _ in range(10):
                callers.await_answers()
        return pages_of(pids)


def _trained(place: Path, scale: float) -> Path:
    world, models = place / "world", place / "models"
    for words in (
        ["world", "--out", str(world), "--scale", str(scale)],
        ["train", str(world), "--models", str(models)],
    ):
        subprocess.run([*RECSYS, *words], check=True, stdout=subprocess.DEVNULL)
    return models
