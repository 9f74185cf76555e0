"""ModelService: what there is, what is served, and the way to another model and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from protos.readinglist.v1 import model_pb2 as pb
from protos.readinglist.v1.model_pb2_grpc import ModelServiceStub
from recsys.storage.manifest import Manifest
from recsys.storage.registry import current
from recsys.storage.state import beside, open_state
from serving.client import RecsysClient, RequestFailed
from serving.rpc.model_follower import ModelFollower
from serving.rpc.model_holder import ModelHolder, load_served
from serving.rpc.server import RpcServer
from serving.watch.calls import Watch
from tests.served import SIGNER, channel_to, settings
from tests.worlds import publish_tiny, tiny_model


@pytest.fixture
def versions(tmp_path: Path) -> tuple[str, ...]:
    """Three versions in tmp_path, oldest first."""
    model = tiny_model()
    return tuple(
        publish_tiny(
            tmp_path, model, created_at=datetime(year, 1, 1, tzinfo=UTC), state_seq=year - 2000
        )
        for year in (2021, 2022, 2023)
    )


@pytest.fixture
def address(tmp_path: Path, versions: tuple[str, ...]) -> Iterator[str]:
    """A server of the newest of them."""
    follower = ModelFollower(tmp_path, ModelHolder(), partial(load_served, tmp_path))
    assert follower.start().version == versions[-1]
    with open_state(beside(tmp_path)) as state:
        server = RpcServer(settings(), follower, SIGNER, Watch(), state)
        yield f"127.0.0.1:{server.listen('127.0.0.1:0')}"
        server.stop()


def damage(models_dir: Path, version: str, name: str = "arrays/text.idf.npy") -> None:
    path = models_dir / version / name
    path.write_bytes(path.read_bytes()[:-1] + b"!")


def test_get_model_tells_what_is_written_on_it(
    tmp_path: Path, versions: tuple[str, ...], address: str
) -> None:
    written = Manifest.read(tmp_path / versions[2])
    with RecsysClient(address) as client:
        told = client.models.get(versions[2])
    assert (told.version, told.state, told.refusal) == (versions[2], "serving", "")
    assert told.current
    assert (told.created_at, told.data_time) == (written.created_at, written.data_time)
    assert told.state_seq == 23
    assert told.metrics == {"papers.recall@20": 0.5}  # what is not known is not told
    assert told.counts == written.counts
    assert told.settings == written.settings
    assert told.left_out == written.left_out
    assert told.size_bytes == sum(stamp.size for stamp in written.files.values())


def test_list_models_says_which_one_is_the_way_back(
    versions: tuple[str, ...], address: str
) -> None:
    with RecsysClient(address) as client:
        client.models.activate(versions[0])
        told = client.models.list()
        assert [model.version for model in told if model.previous] == [versions[2]]
        client.models.activate(versions[2])
        assert [model.version for model in client.models.list() if model.previous] == [versions[0]]


def test_list_models_is_newest_first_and_says_what_is_served(
    versions: tuple[str, ...], address: str
) -> None:
    with RecsysClient(address) as client:
        told = client.models.list()
    assert [(model.version, model.state, model.current) for model in told] == [
        (versions[2], "serving", True),
        (versions[1], "available", False),
        (versions[0], "available", False),
    ]


def test_list_models_comes_in_pages_that_join(versions: tuple[str, ...], address: str) -> None:
    with channel_to(address) as channel:
        stub, request, found = ModelServiceStub(channel), pb.ListModelsRequest(page_size=2), []
        for _ in range(2):
            page = stub.ListModels(request, timeout=30)
            found.append([model.name for model in page.models])
            request.page_token = page.next_page_token
    assert found == [[f"models/{v}" for v in (versions[2], versions[1])], [f"models/{versions[0]}"]]
    assert request.page_token == ""


@pytest.mark.parametrize(
    "request_",
    [pb.ListModelsRequest(page_size=-1), pb.ListModelsRequest(page_token="?")],  # noqa: S106
)
def test_list_models_bad_page_is_refused(address: str, request_: pb.ListModelsRequest) -> None:
    with channel_to(address) as channel, pytest.raises(Exception, match="page_") as caught:
        ModelServiceStub(channel).ListModels(request_, timeout=30)
    assert caught.value.code().name == "INVALID_ARGUMENT"  # type: ignore[attr-defined]


def test_activate_answers_from_it_at_once_and_gives_the_way_back(
    tmp_path: Path, versions: tuple[str, ...], address: str
) -> None:
    with RecsysClient(address) as client:
        assert client.recommend_papers("users/reader", k=1).model == versions[2]
        before = client.models.activate(versions[0])
        assert before == versions[2]
        assert client.recommend_papers("users/reader", k=1).model == versions[0]
        assert current(tmp_path) == versions[0]
        assert client.models.activate(before) == versions[0]
        assert client.recommend_papers("users/reader", k=1).model == versions[2]


def test_activate_damaged_model_is_refused_with_a_reason_and_listed_so(
    tmp_path: Path, versions: tuple[str, ...], address: str
) -> None:
    damage(tmp_path, versions[0])
    with RecsysClient(address) as client:
        assert client.models.get(versions[0]).state == "available"
        with pytest.raises(RequestFailed, match=r"text\.idf\.npy") as caught:
            client.models.activate(versions[0])
        assert (caught.value.code, caught.value.reason) == ("FAILED_PRECONDITION", "MODEL_REFUSED")
        told = client.models.get(versions[0])
        assert told.state == "refused"
        assert "text.idf.npy" in told.refusal
        assert client.recommend_papers("users/reader", k=1).model == versions[2]
    assert current(tmp_path) == versions[2]


def test_get_model_that_cannot_be_read_is_listed_as_refused(
    tmp_path: Path, versions: tuple[str, ...], address: str
) -> None:
    damage(tmp_path, versions[1], "manifest.json")
    with RecsysClient(address) as client:
        told = client.models.get(versions[1])
    assert (told.state, told.created_at, told.counts) == ("refused", None, {})
    assert "manifest.json" in told.refusal


@pytest.mark.parametrize("method", ["get", "activate"])
@pytest.mark.parametrize(
    ("version", "code", "reason"),
    [
        ("20200101T000000Z-00000000", "NOT_FOUND", "MODEL_NOT_FOUND"),
        ("../elsewhere", "NOT_FOUND", "MODEL_NOT_FOUND"),
        ("", "INVALID_ARGUMENT", "INVALID_REQUEST"),
    ],
)
def test_model_that_is_not_there_is_not_found(
    address: str, method: str, version: str, code: str, reason: str
) -> None:
    with RecsysClient(address) as client, pytest.raises(RequestFailed) as caught:
        getattr(client.models, method)(version)
    assert (caught.value.code, caught.value.reason) == (code, reason)
