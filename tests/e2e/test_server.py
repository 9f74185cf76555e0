"""`recsys serve` on a published bundle, two workers on one port."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from protos.readinglist.v1 import recommendation_pb2 as pb
from recsys.recommender import Recommender
from recsys.storage.bundle import load
from recsys.storage.registry import current
from serving.client import RecsysClient, RequestFailed
from serving.client_messages import listing_of
from serving.rpc.servicer import SERVICE
from tests.e2e.command_line import RECSYS, recsys
from tests.e2e.server_process import ServerProcess, server_process
from tests.served import asking, channel_to
from tests.worlds import publish_tiny

WORKERS = 2
FOREIGN = "x"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    publish_tiny(folder)
    return folder


@pytest.fixture(scope="module")
def server(models: Path) -> Iterator[ServerProcess]:
    options = ["--models", str(models), "--listen", "127.0.0.1:0", "--workers", str(WORKERS)]
    with server_process([*RECSYS, "serve", *options]) as server:
        server.await_address()
        yield server


def serving_pids(server: ServerProcess) -> list[int]:
    return [event["pid"] for event in server.await_events("ready", WORKERS)]


def test_serve_prints_one_line_with_the_real_port(server: ServerProcess) -> None:
    address = server.await_address()
    assert int(address.removeprefix("127.0.0.1:")) > 0
    assert server.printed == f"listening on {address}\n"


def test_serve_is_healthy_in_every_worker(server: ServerProcess) -> None:
    for name in ("", SERVICE):
        with channel_to(server.await_address()) as channel:
            health = health_pb2_grpc.HealthStub(channel)
            status = health.Check(health_pb2.HealthCheckRequest(service=name), timeout=30).status
            assert status == health_pb2.HealthCheckResponse.SERVING


def test_serve_linear_algebra_runs_on_one_thread(server: ServerProcess) -> None:
    ready = server.await_events("ready", WORKERS)
    assert len({event["pid"] for event in ready}) == WORKERS
    for event in ready:
        assert event["blas_threads"]
        assert set(event["blas_threads"]) == {1}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_serve_maps_the_bundle_and_no_fitting_library(server: ServerProcess, models: Path) -> None:
    for pid in serving_pids(server):
        maps = Path(f"/proc/{pid}/maps").read_text()
        assert f"{models / current(models)}/arrays/" in maps
        assert [name for name in ("implicit", "lightfm", "sklearn") if name in maps] == []


def test_serve_answers_as_the_bundle_does(server: ServerProcess, models: Path) -> None:
    direct = Recommender(load(models).model)
    with RecsysClient(server.await_address(), deadline_s=30) as client:
        papers = client.recommend_papers("users/u-ada")
        people = client.suggest_collaborators("authors/finn")
    assert papers.results == direct.recommend_papers(direct.user("u-ada")).results
    assert people.results == direct.suggest_collaborators(direct.author("finn")).results
    assert papers.model == current(models)


def test_serve_pages_from_any_worker_have_no_gap_and_no_repeat(server: ServerProcess) -> None:
    """Each page over a connection of its own, which the system gives to either worker."""
    address, request = server.await_address(), pb.RankPapersRequest(text="graph", page_size=1)
    ranks, names = list[int](), list[str]()
    for _ in range(100):
        with asking(address) as ask:
            listing = listing_of(ask.RankPapers(request, timeout=30))
        ranks += [line.rank for line in listing.results]
        names += [line.id for line in listing.results]
        request.page_token = listing.next_page_token
        if not listing.more:
            break
    assert ranks == list(range(1, 9))
    assert len(set(names)) == 8


def test_serve_errors_have_details(server: ServerProcess) -> None:
    with RecsysClient(server.await_address(), deadline_s=30) as client:
        with pytest.raises(RequestFailed) as caught:
            client.recommend_papers("authors/nobody")
        assert (caught.value.code, caught.value.reason) == ("NOT_FOUND", "AUTHOR_NOT_FOUND")
        with pytest.raises(RequestFailed) as caught:
            client.recommend_papers("papers/g1", k=2, page_token=FOREIGN)
    assert {found.field for found in caught.value.violations} == {"parent", "page_token"}


def test_serve_deadline_is_respected(server: ServerProcess) -> None:
    with asking(server.await_address()) as ask, pytest.raises(grpc.RpcError) as caught:
        ask.RankPapers(pb.RankPapersRequest(text="graph"), timeout=0)
    assert caught.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED


def test_serve_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    done = recsys("serve", "--models", tmp_path, "--listen", "127.0.0.1:0")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{tmp_path} holds no model" in done.stderr


def test_serve_port_of_another_server_is_refused(server: ServerProcess, models: Path) -> None:
    done = recsys("serve", "--models", models, "--listen", server.await_address())
    assert (done.returncode, done.stdout) == (1, "")
    assert "in use" in done.stderr


def test_serve_broken_bundle_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / publish_tiny(tmp_path) / "arrays"
    next(iter(sorted(broken.iterdir()))).write_bytes(b"broken")
    done = recsys("serve", "--models", tmp_path, "--listen", "127.0.0.1:0")
    assert (done.returncode, done.stdout) == (1, "")
    assert "worker_failed" in done.stderr
    assert "died while starting" in done.stderr
