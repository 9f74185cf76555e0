"""One endpoint for all workers, which forgets nothing that a dead one has counted."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from recsys.errors import BadInput
from recsys.storage.in_use import InUse
from serving.watch import exposition
from serving.watch.exposition import exposed

ROOT = Path(__file__).parents[2]
CALLS = 'recsys_rpc_calls_total{code="OK",method="RankPapers"}'
SLOW_CALLS = 'recsys_rpc_duration_seconds_count{method="RankPapers"}'
OLDEST = "recsys_model_created_timestamp_seconds"


@contextmanager
def shown() -> Iterator[tuple[str, object]]:
    """The address of the endpoint, and what to call when a worker died."""
    with capture_logs() as logs, exposed("127.0.0.1:0") as on_death:
        yield next(line["address"] for line in logs if line["event"] == "metrics"), on_death


@contextmanager
def worker(calls: int, version: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has counted so many calls."""
    command = [sys.executable, "-m", "tests.unit.counting_worker", str(calls), version]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **streams) as process:
        assert process.stdout
        assert process.stdout.readline() == "counted\n"
        try:
            yield process
        finally:
            process.kill()


def read(address: str) -> dict[str, float]:
    """Every sample by its name and labels."""
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    pairs = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def test_exposition_adds_up_what_all_workers_counted() -> None:
    with shown() as (address, _), worker(2, "v1"), worker(3, "v2"):
        found = read(address)
    assert found[CALLS] == found[SLOW_CALLS] == 5
    assert found["recsys_rpc_waiting"] == 5
    assert found['recsys_model_workers{version="v1"}'] == 1
    assert found['recsys_model_workers{version="v2"}'] == 1
    assert 'recsys_model_workers{version="gone"}' not in found
    assert found[OLDEST] == 2
    assert found["recsys_worker_deaths_total"] == 0


def test_exposition_keeps_what_the_dead_counted_and_drops_their_files() -> None:
    with shown() as (address, on_death), worker(4, "v2") as living:
        for _ in range(2):
            with worker(3, "v1") as process:
                pass
            on_death(process.pid)
        found = read(address)
        files = sorted(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).iterdir())
    assert found[CALLS] == found[SLOW_CALLS] == 10
    assert found["recsys_rpc_waiting"] == 4
    assert found[OLDEST] == 4
    assert found["recsys_worker_deaths_total"] == 2
    assert {re.fullmatch(r".*_(\d+|dead)\.db", path.name)[1] for path in files} == {
        str(living.pid),
        "dead",
    }


def test_exposition_leaves_nothing_behind() -> None:
    with shown() as (address, _):
        folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
        assert folder.is_dir()
    assert not folder.exists()
    assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ
    with pytest.raises(OSError, match="refused"):
        read(address)


def test_exposition_cleans_up_after_servers_that_were_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exposition, "_IN_MEMORY", tmp_path)
    killed, living, fresh = (tmp_path / f"recsys-metrics-{name}" for name in ("k", "l", "f"))
    for folder in (killed, living, fresh):
        folder.mkdir()
    for folder in (killed, living):
        (folder / "counter_1.db").touch()
    claim = InUse(living)
    with shown():
        assert claim
        assert not killed.exists()
        assert living.exists()
        assert fresh.exists()
        assert len(list(tmp_path.iterdir())) == 3


def test_exposition_nobody_asked_for_is_nowhere() -> None:
    with exposed(None) as on_death:
        assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ
        on_death(1)


def test_exposition_on_a_taken_port_is_refused() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        refusal = f"cannot show metrics on {address}: .*in use"
        with pytest.raises(BadInput, match=refusal), exposed(address):
            pass
