"""A server that is killed again and again while a client writes: what became of the events?

In: how often, a seed, and which kind of database. Out: how many batches were acknowledged, and
what must never be: an acknowledged event that is lost, one that is there twice, half a batch.
"""

from __future__ import annotations

import os
import signal
import socket
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Annotated
from unittest import mock

import typer

from recsys.data.events import Event
from recsys.storage.state import beside, open_state
from serving.client import RecsysClient, RequestFailed
from tests.e2e.command_line import RECSYS
from tests.e2e.server_process import ServerProcess
from tests.events import did
from tests.postgres import SOUGHT, postgres_server, programs
from tests.worlds import publish_tiny

_BATCH = 20
_LONGEST_LIFE_S = 0.3  # from the first batch that a server acknowledged to its end
_MOST_PATIENCE_S = 120.0
_LIVES = 10  # of the process that writes, in one life of its parent


@dataclass
class Fate:
    """What became of the events.

    Attributes
    ----------
    acknowledged : int
        How many batches the server said were written.
    again : int
        How many of these were told to be there already: the answer before was lost.
    lost, twice : list of str
        Ids of acknowledged events that are not there, and of events that are there twice.
    halves : list of int
        Batches of which only a part is there.
    """

    acknowledged: int = 0
    again: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    halves: list[int] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing happened that must not happen."""
        return not (self.lost or self.twice or self.halves)


def kills(
    count: Annotated[int, typer.Option(min=1, help="How often the server is killed.")] = 200,
    seed: Annotated[int, typer.Option(help="Chooses the moments.")] = 0,
    postgres: Annotated[
        bool, typer.Option("--postgres", help="Keep the events in PostgreSQL, not in SQLite.")
    ] = False,
) -> None:
    """Kill a server while events are written, and count what is there at the end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = beside(folder)
        if postgres:
            bin_dir = programs()
            if bin_dir is None:
                raise typer.BadParameter(SOUGHT)
            url = stack.enter_context(postgres_server(bin_dir)).new_database()
        fate = fate_of_events(folder, url, count, seed)
    typer.echo(
        f"{count} kills, {fate.acknowledged} batches of {_BATCH} acknowledged, {fate.again} of "
        f"them at the second try; {len(fate.lost)} events lost, {len(fate.twice)} twice, "
        f"{len(fate.halves)} half batches"
    )
    if not fate.good:
        raise typer.Exit(1)


def fate_of_events(folder: Path, url: str, count: int, seed: int) -> Fate:
    """Kill the process that writes so often while a client sends, each time at another moment.

    Its parent starts it again; at every tenth time the parent is killed as well.
    """
    publish_tiny(folder)
    rng, address = Random(seed), f"127.0.0.1:{_free_port()}"  # noqa: S311
    command = [*RECSYS, "serve", "--models", str(folder), "--state", url, "--listen", address]
    environment = {"RECSYS_RESTARTS_PER_MINUTE": "1000000"}
    with writing(address) as writer, mock.patch.dict(os.environ, environment):
        for first in range(0, count, _LIVES):
            server = ServerProcess(command)
            try:
                for life in range(min(_LIVES, count - first)):
                    server.await_events("ready", life + 1)
                    writer.await_next()
                    writer.wait(rng.uniform(0, _LONGEST_LIFE_S))
                    os.kill(server.await_events("worker_started")[-1]["worker"], signal.SIGKILL)
            finally:
                server.kill()
    fate = writer.fate
    with open_state(url) as state:
        there = Counter(one.event.event_id for one in state.events.since(0, state.newest_seq()))
    written = (event.event_id for n in range(fate.acknowledged) for event in _batch(n))
    fate.lost = [event_id for event_id in written if event_id not in there]
    fate.twice = [id_ for id_, times in there.items() if times > 1]
    sizes = Counter(int(id_.partition("-")[0]) for id_ in there)
    fate.halves = [batch for batch, size in sizes.items() if size != _BATCH]
    return fate


class Writer(threading.Thread):
    """A client that sends one batch after the other, each until it is acknowledged."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.fate = Fate()
        self._address, self._ended = address, threading.Event()
        self._changed = threading.Condition()

    def run(self) -> None:
        while not self._ended.is_set():
            try:
                with RecsysClient(self._address, deadline_s=5.0, attempts=1) as client:
                    self._write(client)
            except RequestFailed as error:
                if error.code not in ("UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED"):
                    raise

    def _write(self, client: RecsysClient) -> None:
        while not self._ended.is_set():
            counts = client.feedback.write(_batch(self.fate.acknowledged))
            with self._changed:
                self.fate.acknowledged += 1
                self.fate.again += counts.written == 0
                self._changed.notify_all()

    def await_next(self) -> None:
        """Wait until one more batch is acknowledged."""
        with self._changed:
            before = self.fate.acknowledged
            if not self._changed.wait_for(
                lambda: self.fate.acknowledged > before, _MOST_PATIENCE_S
            ):
                raise TimeoutError("no batch is acknowledged any more")

    def wait(self, seconds: float) -> None:
        """Let it write on for so long."""
        self._ended.wait(seconds)

    def end(self) -> None:
        """End after the batch at hand, whatever becomes of it."""
        self._ended.set()
        self.join()


@contextmanager
def writing(address: str) -> Iterator[Writer]:
    """A client that writes for the length of a with block."""
    writer = Writer(address)
    writer.start()
    try:
        yield writer
    finally:
        writer.end()


def _batch(number: int) -> list[Event]:
    return [
        did(f"user-{place}", "save", f"paper-{number}", event_id=f"{number}-{place}")
        for place in range(_BATCH)
    ]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
