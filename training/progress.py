"""Long work, watched: stage names and how far each has come, on stderr.

In: stages that announce themselves. Out: bars for people, seconds for a report; nothing
where nobody looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from recsys.evaluation.task import Step, unwatched


class Stages(Protocol):
    """Shows stages of work, one after the other."""

    def stage(self, name: str) -> Step:
        """Begin a stage; call what comes back with (done, of) as it goes on."""
        ...


class Unwatched:
    """Stages that nobody watches."""

    def stage(self, name: str) -> Step:  # noqa: ARG002
        return unwatched


class Timed:
    """Stages that somebody else shows, and the seconds that each of them took.

    Parameters
    ----------
    shown : Stages
        Who shows them.
    clock : callable
        Seconds since whenever.
    """

    def __init__(self, shown: Stages, clock: Callable[[], float]) -> None:
        self._shown, self._clock = shown, clock
        self._seconds: dict[str, float] = {}
        self._running: str | None = None
        self._since = 0.0

    def stage(self, name: str) -> Step:
        self._finish()
        self._running = name
        return self._shown.stage(name)

    def seconds(self) -> dict[str, float]:
        """Seconds by stage, until now; the times of one that came again are added."""
        self._finish()
        return dict(self._seconds)

    def _finish(self) -> None:
        now = self._clock()
        if self._running is not None:
            spent = self._seconds.get(self._running, 0.0)
            self._seconds[self._running] = spent + now - self._since
        self._since = now


@dataclass(frozen=True)
class Named:
    """Stages of one of several runs, shown under the name of that run."""

    shown: Stages
    run: str

    def stage(self, name: str) -> Step:
        return self.shown.stage(f"{self.run}: {name}")


class Bars:
    """Stages as bars on a terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._running: TaskID | None = None

    def stage(self, name: str) -> Step:
        self._finish()
        task = self._progress.add_task(name, total=None)
        self._running = task

        def step(done: int, of: int) -> None:
            self._progress.update(task, completed=done, total=of)

        return step

    def _finish(self) -> None:
        if self._running is not None:
            total = self._progress.tasks[self._running].total or 1
            self._progress.update(self._running, completed=total, total=total)


@contextmanager
def bars(*, shown: bool = True) -> Iterator[Stages]:
    """Bars on stderr for the length of a with block."""
    if not shown:
        yield Unwatched()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        watched = Bars(progress)
        yield watched
        watched._finish()
