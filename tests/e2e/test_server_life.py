"""From start to end: not serving, serving, workers that die, and a graceful stop."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from protos.readinglist.v1 import recommendation_pb2 as pb
from serving.client import RecsysClient
from serving.rpc.servicer import SERVICE
from tests.e2e.server_process import ServerProcess, is_alive, server_process
from tests.served import asking, channel_to

WORKERS = 2
SLOW = pb.RankPapersRequest(text="graph", page_size=3)


@pytest.fixture
def gates(tmp_path: Path) -> Path:
    """A folder with both gates shut."""
    for name in ("load", "answer"):
        os.mkfifo(tmp_path / name)
    return tmp_path


@contextmanager
def opened(gate: Path) -> Iterator[None]:
    """Let everybody through who comes to the gate."""
    descriptor = os.open(gate, os.O_RDWR)
    try:
        yield
    finally:
        os.close(descriptor)


def gated(gates: Path, *flags: str) -> AbstractContextManager[ServerProcess]:
    command = [sys.executable, "-m", "tests.e2e.gated_server", str(gates)]
    return server_process([*command, f"workers={WORKERS}", *flags])


def health_of(address: str) -> health_pb2.HealthCheckResponse.ServingStatus:
    with channel_to(address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        request = health_pb2.HealthCheckRequest(service=SERVICE)
        return stub.Check(request, timeout=60, wait_for_ready=True).status


def test_health_not_serving_until_the_model_is_loaded(gates: Path) -> None:
    with gated(gates) as server:
        address = server.await_events("starting")[0]["address"]
        assert health_of(address) == health_pb2.HealthCheckResponse.NOT_SERVING
        assert server.printed == ""
        with opened(gates / "load"):
            assert server.await_address() == address
        assert health_of(address) == health_pb2.HealthCheckResponse.SERVING


def test_stop_while_loading_ends_at_once(gates: Path) -> None:
    with gated(gates) as server:
        assert health_of(server.await_events("starting")[0]["address"])
        server.await_events("listening", WORKERS)
        server.send(signal.SIGTERM)
        assert server.await_end() == 0
    assert server.printed == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_finishes_what_is_under_way(gates: Path, number: signal.Signals) -> None:
    with gated(gates) as server, opened(gates / "load"), asking(server.await_address()) as ask:
        slow = ask.RankPapers.future(SLOW, timeout=60)
        server.await_events("entered")
        server.send(number)
        server.await_events("stopping", WORKERS)
        with asking(server.await_address()) as late, pytest.raises(grpc.RpcError) as caught:
            late.RankPapers(SLOW, timeout=10)
        assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
        assert not slow.done()
        with opened(gates / "answer"):
            assert len(slow.result().results) == 3
            assert server.await_end() == 0
    assert len(server.events("stopped")) == WORKERS


def test_stop_does_not_wait_beyond_the_grace_period(gates: Path) -> None:
    with (
        gated(gates, "grace_s=0.1") as server,
        opened(gates / "load"),
        asking(server.await_address()) as ask,
    ):
        slow = ask.RankPapers.future(SLOW, timeout=60)
        server.await_events("entered")
        server.send(signal.SIGTERM)
        assert server.await_end() == 0
        assert slow.code() in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}


def test_worker_killed_is_replaced_and_the_service_stays_up(gates: Path) -> None:
    with gated(gates) as server, opened(gates / "load"):
        address = server.await_address()
        victim = server.await_events("ready", WORKERS)[0]["pid"]
        os.kill(victim, signal.SIGKILL)
        for _ in range(5):
            with RecsysClient(address, deadline_s=30, attempts=5) as client:
                assert client.recommend_papers("users/reader", k=2).results
        assert server.await_events("worker_died")[0]["worker"] == victim
        replaced = server.await_events("ready", WORKERS + 1)[-1]["pid"]
        assert replaced not in {event["pid"] for event in server.events("ready")[:WORKERS]}
        for _ in range(5):
            assert health_of(address) == health_pb2.HealthCheckResponse.SERVING


def test_workers_that_die_too_often_end_the_server(gates: Path) -> None:
    with gated(gates, "restarts_per_minute=0") as server, opened(gates / "load"):
        victim, other = (event["pid"] for event in server.await_events("ready", WORKERS))
        os.kill(victim, signal.SIGKILL)
        assert server.await_end() == 1
        assert "giving up" in server.logged
    assert not is_alive(other)


def test_workers_end_without_their_parent_also_where_a_call_does_not(gates: Path) -> None:
    with (
        gated(gates, "grace_s=0.1") as server,
        opened(gates / "load"),
        asking(server.await_address()) as ask,
    ):
        slow = ask.RankPapers.future(SLOW, timeout=60)
        server.await_events("entered")
        server.send(signal.SIGKILL)
        server.await_end()
        assert server.is_over()
        assert slow.code() != grpc.StatusCode.OK


def test_workers_end_when_their_parent_is_gone(gates: Path) -> None:
    with gated(gates) as server, opened(gates / "load"):
        server.await_address()
        server.send(signal.SIGKILL)
        server.await_events("stopped", WORKERS)
