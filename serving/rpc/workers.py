"""Processes on one port, one or several, and a parent that keeps them alive.

In: settings, and a way to load the model that can be pickled. Out: when told to stop, nothing;
`WorkersFailed` where they die faster than they may be started again.

A single worker has a process of its own as well: the parent may have come from the command
line with every library there is loaded, the worker has only what it answers with.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from time import monotonic

import structlog

from recsys.errors import RecsysError
from recsys.storage.registry import bundle_folder
from serving.config import ServeSettings
from serving.logs import log_to_stderr
from serving.rpc.model_holder import LoadModel
from serving.rpc.ports import reserved
from serving.rpc.signing import open_signer
from serving.rpc.stopping import StopBell
from serving.rpc.worker import Worker
from serving.watch.exposition import OnDeath, exposed
from serving.watch.spans import spans_to

_READY = "ready"
_LEEWAY_S = 2.0  # beyond the grace period, before a worker that does not end is killed


class WorkersFailed(RecsysError):
    """Worker processes die at once, or too often; their own log lines say why."""


def serve(settings: ServeSettings, load: LoadModel, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; `on_ready` gets the real HOST:PORT, once.

    Parameters
    ----------
    load : callable
        Gives a version of the model, in each worker; picklable.

    Raises
    ------
    BadInput
        The address cannot be listened on, or the signing keys cannot be read.
    NoModel
        There is no model of the experiment's version.
    WorkersFailed
        Workers cannot start, or die faster than they may be started again.
    """
    # The workers do the same; here what is wrong is refused in one line.
    open_signer(settings)
    spans_to(settings.traces).close()
    if settings.experiment is not None:
        bundle_folder(settings.models, settings.experiment.model)
    with (
        reserved(settings.host, settings.port) as address,
        exposed(settings.metrics) as on_death,
    ):
        Workers(settings, load, address, on_death).run(lambda: on_ready(address))


@dataclass
class _Child:
    """A worker process, and the pipe on which it says that it is ready."""

    process: SpawnProcess
    pipe: Connection
    ready: bool = False


class Workers:
    """The parent of `settings.workers` processes that listen on one address."""

    def __init__(
        self, settings: ServeSettings, load: LoadModel, address: str, on_death: OnDeath
    ) -> None:
        self._settings, self._load, self._address = settings, load, address
        self._on_death = on_death
        # Spawned, not forked: gRPC and linear algebra have threads that a fork would lose.
        self._processes = multiprocessing.get_context("spawn")
        self._children: list[_Child] = []
        self._restarts: deque[float] = deque()
        self._log = structlog.get_logger()

    def run(self, on_ready: Callable[[], None]) -> None:
        """Serve until a signal comes; `on_ready` is called once, when all workers are ready."""
        bell = StopBell()
        self._log.info("starting", address=self._address, workers=self._settings.workers)
        with bell.at_signals():
            try:
                for _ in range(self._settings.workers):
                    self._start(listen_first=True)
                if self._all_ready(bell):
                    on_ready()
                    self._keep_alive(bell)
            finally:
                self._end()

    def _start(self, *, listen_first: bool) -> None:
        ours, theirs = self._processes.Pipe()
        arguments = (self._settings, self._load, self._address, theirs, listen_first)
        process = self._processes.Process(target=_work, args=arguments, daemon=True)
        process.start()
        theirs.close()
        self._children.append(_Child(process, ours))
        self._log.info("worker_started", worker=process.pid)

    def _all_ready(self, bell: StopBell) -> bool:
        """Wait for the first start of all; False where the wish to stop comes first."""
        while not all(child.ready for child in self._children):
            dead = self._dead(bell)
            if bell.has_rung():
                return False
            if dead:
                pid = dead[0].process.pid
                raise WorkersFailed(f"worker {pid} died while starting; the log says why")
        return True

    def _keep_alive(self, bell: StopBell) -> None:
        while True:
            dead = self._dead(bell)
            if bell.has_rung():
                return
            for child in dead:
                self._replace(child)

    def _dead(self, bell: StopBell) -> list[_Child]:
        """Wait until something happens; the children that are dead by then."""
        waiting = [child.pipe for child in self._children if not child.ready]
        sentinels = [child.process.sentinel for child in self._children]
        happened = wait([bell.ear, *waiting, *sentinels])
        for child in self._children:
            if child.pipe in happened and not child.ready:
                child.ready = _heard(child.pipe)
        return [child for child in self._children if child.process.sentinel in happened]

    def _replace(self, child: _Child) -> None:
        child.process.join()
        self._children.remove(child)
        child.pipe.close()
        self._on_death(child.process.pid)
        died = {"worker": child.process.pid, "exit_code": child.process.exitcode}
        self._log.error("worker_died", **died)
        now = monotonic()
        while self._restarts and self._restarts[0] <= now - 60:
            self._restarts.popleft()
        if len(self._restarts) >= self._settings.restarts_per_minute:
            raise WorkersFailed(
                f"{len(self._restarts) + 1} workers died within a minute; giving up"
            )
        self._restarts.append(now)
        self._start(listen_first=False)

    def _end(self) -> None:
        for child in self._children:
            child.process.terminate()
        end = monotonic() + self._settings.grace_s + _LEEWAY_S
        for child in self._children:
            child.process.join(max(0.0, end - monotonic()))
            if child.process.is_alive():
                child.process.kill()
                child.process.join()
            child.pipe.close()
        self._log.info("all_stopped", workers=len(self._children))


def _heard(pipe: Connection) -> bool:
    try:
        return pipe.recv() == _READY
    except EOFError:
        return False


def _work(
    settings: ServeSettings, load: LoadModel, address: str, pipe: Connection, listen_first: bool
) -> None:
    """What a worker process runs."""
    log_to_stderr()
    worker = Worker(
        settings,
        load,
        address,
        on_ready=lambda: pipe.send(_READY),
        listen_first=listen_first,
    )
    try:
        worker.run(pipe)
    except RecsysError as error:
        structlog.get_logger().error("worker_failed", error=str(error))
        sys.exit(1)
    if wait([pipe], timeout=0):
        # The parent is gone, and with it whoever would kill a worker whose calls do not end.
        os._exit(0)
