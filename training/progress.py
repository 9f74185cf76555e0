"""Long work, watched: stage names and how far each has come, on stderr.

In: stages that announce themselves. Out: bars for people; nothing where nobody looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
