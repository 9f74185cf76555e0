"""Faults of a running server: what callers see, what the operator sees, and how it mends itself."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from recsys.storage.registry import CURRENT, current
from serving.client import RecsysClient, RequestFailed
from tests.e2e.command_line import RECSYS, recsys_here
from tests.e2e.server_process import PATIENCE_S, ServerProcess, server_process
from tests.events import did
from tests.postgres import PostgresServer
from tests.worlds import publish_tiny

CALLS = 'recsys_rpc_calls_total{code="OK",method="RecommendPapers"}'
ROOM_BYTES = 1 << 20  # for the largest file that a server on a full disk may write


@pytest.fixture
def models(tmp_path: Path) -> Path:
    publish_tiny(tmp_path)
    return tmp_path


@dataclass(frozen=True)
class Running:
    """A server, its address, and what it shows."""

    process: ServerProcess
    address: str
    metrics_address: str

    def client(self) -> RecsysClient:
        return RecsysClient(self.address, deadline_s=PATIENCE_S, attempts=5)

    def metrics(self) -> dict[str, float]:
        url = f"http://{self.metrics_address}/metrics"
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            lines = answer.read().decode().splitlines()
        pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
        return {name: float(value) for name, _, value in pairs}

    def await_metric(self, name: str, fits: Callable[[float], bool]) -> None:
        """Ask until a metric fits; the test's own time limit ends the wait."""
        while not fits(self.metrics().get(name, float("nan"))):
            pass


@contextmanager
def running(models: Path, *flags: str) -> Iterator[Running]:
    options = ["--models", str(models), "--listen", "127.0.0.1:0", "--metrics", "0", *flags]
    with server_process([*RECSYS, "serve", *options]) as process:
        address = process.await_address()
        shown = process.await_events("metrics")[0]["address"]
        yield Running(process, address, shown)


def ailing(models: Path, *flags: str) -> dict[str, str]:
    """What the doctor finds wrong, by check."""
    result = recsys_here("doctor", "--models", str(models), "--json", *flags)
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.returncode == (1 if any(not finding["sound"] for finding in found) else 0)
    return {finding["check"]: finding["told"] for finding in found if not finding["sound"]}


def test_killed_worker_leaves_what_it_counted_and_the_service_up(models: Path) -> None:
    with running(models, "--workers", "2") as server:
        for _ in range(6):
            with server.client() as client:
                client.recommend_papers("users/reader", k=2)
        assert server.metrics()[CALLS] == 6
        victim = server.process.await_events("ready", 2)[0]["pid"]
        os.kill(victim, signal.SIGKILL)
        server.process.await_events("ready", 3)
        with server.client() as client:
            client.recommend_papers("users/reader", k=2)
        found = server.metrics()
        assert found[CALLS] == 7
        assert found["recsys_worker_deaths_total"] == 1
        version = f'recsys_model_workers{{version="{current(models)}"}}'
        server.await_metric(version, lambda workers: workers == 2)


def worker_of(server: Running) -> int:
    return int(server.process.await_events("ready")[0]["pid"])


def write_until_refused(client: RecsysClient) -> tuple[int, RequestFailed]:
    """How many events were acknowledged before the first write that was not, and that one."""
    n = 0
    while True:
        batch = [did("filler", "save", f"p{n}-{i}", list_name="l" * 900) for i in range(100)]
        try:
            n += client.feedback.write(batch).written
        except RequestFailed as error:
            return n, error


def test_full_disk_refuses_writes_loses_nothing_and_needs_no_restart(models: Path) -> None:
    with running(models) as server, server.client() as client:
        before = [line.id for line in client.recommend_papers("users/reader").results]
        # No file of the worker may grow any further than this: what a full disk does to it.
        worker, unlimited = worker_of(server), (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (ROOM_BYTES, resource.RLIM_INFINITY))
        with RecsysClient(server.address, deadline_s=PATIENCE_S, attempts=1) as writer:
            written, refused = write_until_refused(writer)
        assert written > 0
        assert (refused.code, refused.reason) == ("UNAVAILABLE", "STATE_UNAVAILABLE")
        during = client.recommend_papers("users/reader")
        assert [line.id for line in during.results] == before
        assert len(list(client.feedback.export("filler"))) == written
        resource.prlimit(worker, resource.RLIMIT_FSIZE, unlimited)
        client.feedback.write([did("filler", "save", "one-more")])
        assert len(list(client.feedback.export("filler"))) == written + 1
        assert server.process.events("worker_died") == []


def test_half_written_model_is_refused_and_found_and_the_last_one_stays(models: Path) -> None:
    good = current(models)
    with running(models) as server, server.client() as client:
        half = models / f"20990101T000000Z-{good.partition('-')[2]}"
        shutil.copytree(models / good, half)
        array = max((half / "arrays").iterdir(), key=lambda path: path.stat().st_size)
        os.truncate(array, array.stat().st_size // 2)
        (models / CURRENT).write_text(f"{half.name}\n{good}\n")
        assert server.process.await_events("model_refused")[0]["model"] == half.name
        server.await_metric("recsys_model_refused", lambda refused: refused == 1)
        assert client.recommend_papers("users/reader").model == good
        assert {"bundle"} <= set(ailing(models, "--server", server.address))
        recsys_here("models", "rollback", "--models", str(models))
        assert current(models) == good
        assert not {"bundle", "pointer"} & set(ailing(models, "--server", server.address))


def away(postgres: PostgresServer) -> AbstractContextManager[None]:
    @contextmanager
    def stopped() -> Iterator[None]:
        postgres.stop()
        try:
            yield
        finally:
            postgres.start()

    return stopped()


def test_state_that_goes_away_is_told_to_all_and_comes_back_by_itself(
    models: Path, postgres: PostgresServer
) -> None:
    url = postgres.new_database()
    with running(models, "--state", url) as server, server.client() as client:
        client.feedback.write([did("somebody", "save", "g1")])
        server.await_metric("recsys_state_up", lambda up: up == 1)
        with away(postgres):
            assert client.recommend_papers("users/somebody").degraded
            server.await_metric("recsys_state_up", lambda up: up == 0)
            assert "state" in ailing(models, "--server", server.address, "--state", url)
            with (
                RecsysClient(server.address, deadline_s=PATIENCE_S, attempts=1) as writer,
                pytest.raises(RequestFailed) as caught,
            ):
                writer.feedback.write([did("somebody", "save", "g2")])
            assert caught.value.code == "UNAVAILABLE"
        server.await_metric("recsys_state_up", lambda up: up == 1)
        assert len(list(client.feedback.export("somebody"))) == 1
        assert server.metrics()['recsys_answers_degraded_total{method="RecommendPapers"}'] >= 1
