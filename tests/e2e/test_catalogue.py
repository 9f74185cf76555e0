"""Papers that come and go while `recsys serve` answers with two workers and models change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import grpc
import pytest

from protos.readinglist.v1 import recommendation_pb2 as pb
from protos.readinglist.v1.recommendation_pb2_grpc import RecommendationServiceStub
from recsys.data.catalogue import checked_papers
from serving.client import RecsysClient
from tests.e2e.command_line import RECSYS
from tests.e2e.server_process import ServerProcess, server_process
from tests.served import channel_to
from tests.waiting import until
from tests.worlds import CREATED, publish_tiny

WORKERS = 2
CONNECTIONS = 12  # one in two thousand times, all of them come to the same worker
NEW = {"paper_id": "new", "title": "Message passing on graphs", "authors": ["cleo"]}
FEED = pb.RecommendPapersRequest(parent="users/nobody", page_size=50)


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


@pytest.fixture
def stubs(server: ServerProcess) -> Iterator[list[RecommendationServiceStub]]:
    """So many connections that both workers have some."""
    with ExitStack() as open_:
        address = server.await_address()
        channels = [open_.enter_context(channel_to(address)) for _ in range(CONNECTIONS)]
        yield [RecommendationServiceStub(channel) for channel in channels]


@pytest.fixture
def client(server: ServerProcess) -> Iterator[RecsysClient]:
    with RecsysClient(server.await_address(), deadline_s=60.0) as client:
        yield client


def feed(stub: RecommendationServiceStub) -> list[str]:
    return [line.name for line in stub.RecommendPapers(FEED, timeout=60).results]


def test_paper_comes_to_all_workers_and_goes_from_all_at_once(client, stubs):
    client.catalog.upsert(checked_papers([NEW], datetime.now(UTC)))
    until(lambda: all("papers/new" in feed(stub) for stub in stubs))
    similar = pb.ListSimilarPapersRequest(parent="papers/new", page_size=5)
    assert all(stub.ListSimilarPapers(similar, timeout=60).results for stub in stubs)
    client.catalog.delete_paper("new")
    for stub in stubs:
        assert "papers/new" not in feed(stub)
        with pytest.raises(grpc.RpcError, match="is not in this model"):
            stub.ListSimilarPapers(similar, timeout=60)


def test_deleted_paper_is_not_on_an_old_list_s_next_page_of_any_worker(client, stubs):
    whole = feed(stubs[0])
    first = pb.RecommendPapersRequest(parent="users/nobody", page_size=2)
    token = stubs[0].RecommendPapers(first, timeout=60).next_page_token
    client.catalog.delete_paper(whole[3].removeprefix("papers/"))
    following = pb.RecommendPapersRequest(parent="users/nobody", page_size=2, page_token=token)
    for stub in stubs:
        page = stub.RecommendPapers(following, timeout=60).results
        assert [line.name for line in page] == [whole[2], whole[4]]


def test_what_came_and_went_stays_so_with_the_next_model(client, stubs, models):
    gone = feed(stubs[0])[0]
    client.catalog.upsert(checked_papers([{**NEW, "paper_id": "newer"}], datetime.now(UTC)))
    client.catalog.delete_paper(gone.removeprefix("papers/"))
    until(lambda: all("papers/newer" in feed(stub) for stub in stubs))
    version = publish_tiny(models, created_at=CREATED.replace(year=2028))
    waiting = list(stubs)
    while waiting:
        answers = [stub.RecommendPapers(FEED, timeout=60) for stub in waiting]
        for answer in answers:
            names = [line.name for line in answer.results]
            assert "papers/newer" in names
            assert gone not in names
        told = zip(waiting, answers, strict=True)
        waiting = [stub for stub, answer in told if not answer.model.endswith(version)]


def test_what_came_and_went_stays_so_with_the_next_server(tmp_path):
    publish_tiny(tmp_path)
    command = [*RECSYS, "serve", "--models", str(tmp_path), "--listen", "127.0.0.1:0"]
    with (
        server_process(command) as server,
        RecsysClient(server.await_address(), deadline_s=60.0) as client,
    ):
        client.catalog.upsert(checked_papers([NEW], datetime.now(UTC)))
        client.catalog.delete_paper("g3")
    with server_process(command) as server, channel_to(server.await_address()) as channel:
        names = feed(RecommendationServiceStub(channel))
    assert "papers/new" in names
    assert "papers/g3" not in names
