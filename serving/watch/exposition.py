"""The metrics of all workers behind one HTTP endpoint.

In: the address to show them at. Out: `Exposition`, kept by the parent of the workers: they write
to files in one folder, it adds up whenever it is asked, and cleans up after the dead.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry, Metric, start_http_server
from prometheus_client.core import CounterMetricFamily
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from recsys.errors import BadInput
from recsys.storage.in_use import InUse, alone_with
from serving.config import host_and_port

OnDeath = Callable[[int | None], None]

_PREFIX = "recsys-metrics-"
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where the library in a worker looks for it
_BY_VERSION = "recsys_model_workers"
# The files are mapped: where a disk is full, writing to one would kill the worker.
_IN_MEMORY = Path("/dev/shm")  # noqa: S108


class Exposition(Collector):
    """What all workers have counted, those that died included.

    Parameters
    ----------
    folder : Path
        Where the workers write.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._deaths = folder, 0
        self._claim = InUse(folder)  # so that nobody takes it for one of a server that was killed
        self._workers = MultiProcessCollector(None, str(folder))
        self._lock = threading.Lock()  # nothing is read while a dead worker's files move

    def collect(self) -> Iterator[Metric]:
        with self._lock:
            found, deaths = list(self._workers.collect()), self._deaths
        for metric in found:
            if metric.name == _BY_VERSION:
                # A file forgets nothing: without this, every version of old would stay.
                metric.samples = [sample for sample in metric.samples if sample.value]
        yield from found
        yield CounterMetricFamily(
            "recsys_worker_deaths", "Workers that ended without being told to.", value=deaths
        )

    def forget(self, pid: int | None) -> None:
        """Add what a dead worker has counted to that of the other dead, and drop its files."""
        with self._lock:
            self._deaths += 1
            mark_process_dead(pid, str(self._folder))  # what was true of it, is no more
            for path in self._folder.glob(f"*_{pid}.db"):
                total = MmapedDict(str(path.with_stem(f"{path.stem.partition('_')[0]}_dead")))
                for key, value, when, _ in MmapedDict.read_all_values_from_file(str(path)):
                    total.write_value(key, total.read_value(key)[0] + value, when)
                total.close()
                path.unlink()


@contextmanager
def exposed(address: str | None) -> Iterator[OnDeath]:
    """Show metrics over HTTP at HOST:PORT; workers that are started meanwhile write theirs.

    Yields what to call with the process id of a worker that died. Where the address is None
    nothing is shown.

    Raises
    ------
    BadInput
        The address cannot be listened on.
    """
    if address is None:
        yield lambda _: None
        return
    at = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    _clean_up_after_the_killed(at)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=at) as folder:
        exposition, registry = Exposition(Path(folder)), CollectorRegistry()
        registry.register(exposition)
        host, port = host_and_port(address)
        try:
            server, thread = start_http_server(port, host, registry)
        except OSError as error:
            raise BadInput(f"cannot show metrics on {address}: {error.strerror}") from error
        structlog.get_logger().info("metrics", address=f"{host}:{server.server_port}")
        os.environ[_FOLDER] = folder
        try:
            yield exposition.forget
        finally:
            del os.environ[_FOLDER]
            server.shutdown()
            server.server_close()
            thread.join()


def _clean_up_after_the_killed(at: Path) -> None:
    for left in at.glob(f"{_PREFIX}*/"):
        with suppress(OSError), alone_with(left) as alone:
            # One that is empty may have been made a moment ago, and not be claimed yet.
            if alone and any(left.iterdir()):
                shutil.rmtree(left)
