"""CatalogService over the wire: what is taken in is recommended, what is deleted is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import grpc
import pytest
from typer.testing import CliRunner

from protos.readinglist.v1 import catalog_pb2 as pb
from protos.readinglist.v1.catalog_pb2_grpc import CatalogServiceStub
from recsys.cli import build_app
from recsys.data.catalogue import checked_authors, checked_papers
from recsys.errors import StateUnavailable
from recsys.storage.state import State, open_state
from serving.client import RecsysClient, RequestFailed
from tests.served import channel_to, served
from tests.waiting import until
from tests.worlds import tiny_model

NOW = datetime(2024, 6, 1, tzinfo=UTC)
NEW = {
    "paper_id": "new/1",
    "title": "Message passing on graphs of proteins",
    "published_at": "2024-05-01",
    "authors": [{"author_id": "cleo", "name": "not hers"}, {"author_id": "zoe", "name": "Zoe"}],
}
NAME = "papers/new%2F1"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_state(f"sqlite:///{tmp_path / 'state.db'}") as state:
        yield state


@pytest.fixture
def client(state: State) -> Iterator[RecsysClient]:
    with (
        served(tiny_model(), state=state) as address,
        RecsysClient(address, deadline_s=20) as client,
    ):
        yield client


def similar(client: RecsysClient, name: str = NAME) -> list[str]:
    return [line.id for line in client.similar_papers(name).results]


def is_known(client: RecsysClient) -> bool:
    try:
        return bool(similar(client))
    except RequestFailed as error:
        if error.reason != "PAPER_NOT_FOUND":
            raise
        return False


def test_upserted_paper_is_recommended_and_asked_about(client):
    assert not is_known(client)
    assert client.catalog.upsert(checked_papers([NEW], NOW)) == 1
    until(lambda: is_known(client))
    assert NAME in [line.id for line in client.recommend_papers("users/nobody", k=50).results]
    liked = client.rank_papers(liked=[NAME], k=3).results
    assert NAME not in [line.id for line in liked]
    followed = client.rank_papers(followed=["authors/zoe"], k=1).results
    assert [line.id for line in followed] == [NAME]
    assert "Zoe" in followed[0].reasons[0].text


def test_upserted_paper_again_changes_nothing(client):
    entries = checked_papers([NEW], NOW)
    assert [client.catalog.upsert(entries) for _ in range(3)] == [1, 0, 0]
    assert client.catalog.upsert(checked_papers([{**NEW, "title": "Else"}], NOW)) == 1


def test_deleted_paper_is_gone_from_the_next_answer_on(client):
    everything = [line.id for line in client.recommend_papers("users/nobody", k=50).results]
    for name in everything[:3]:
        assert client.catalog.delete_paper(name.removeprefix("papers/"))
        found = client.recommend_papers("users/nobody", k=50).results
        assert name not in [line.id for line in found]
    assert not client.catalog.delete_paper(everything[0].removeprefix("papers/"))


def test_deleted_paper_is_not_on_later_pages_of_a_list_that_began_before(client):
    whole = [line.id for line in client.recommend_papers("users/nobody", k=50).results]
    first = client.recommend_papers("users/nobody", k=2)
    client.catalog.delete_paper(whole[2].removeprefix("papers/"))
    token = first.next_page_token
    rest = client.recommend_papers("users/nobody", k=50, page_token=token).results
    assert [line.id for line in rest] == whole[3:]


def test_deleted_paper_that_is_upserted_again_is_back(client):
    client.catalog.upsert(checked_papers([NEW], NOW))
    until(lambda: is_known(client))
    client.catalog.delete_paper("new/1")
    assert not is_known(client)
    client.catalog.upsert(checked_papers([NEW], NOW))
    until(lambda: is_known(client))


def test_upserted_author_is_called_anew_in_all_answers(client):
    client.catalog.upsert(checked_authors([{"author_id": "cleo", "name": "Cleopatra"}], NOW))
    until(lambda: "Cleopatra" in suggested(client))
    reasons = client.recommend_papers("users/reader", k=1).results[0].reasons
    assert "by Cleopatra, whom you follow" in [reason.text for reason in reasons]
    closed = {"author_id": "cleo", "name": "Cleopatra", "open_to_collaborate": False}
    client.catalog.upsert(checked_authors([closed], NOW))
    until(lambda: "Cleopatra" not in suggested(client))


def suggested(client: RecsysClient) -> list[str]:
    return [line.title for line in client.suggest_collaborators("users/reader", k=50).results]


def test_upsert_with_a_bad_paper_takes_nothing_in_and_names_it(state):
    with served(tiny_model(), state=state) as address, channel_to(address) as channel:
        stub = CatalogServiceStub(channel)
        papers = [pb.Paper(name="papers/a"), pb.Paper(name="papers/a"), pb.Paper(title="x")]
        with pytest.raises(grpc.RpcError) as caught:
            stub.UpsertPapers(pb.UpsertPapersRequest(papers=papers[2:]))
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert "papers[0].name" in caught.value.details()
        with pytest.raises(grpc.RpcError, match=r"papers\[1\]: paper_id stands twice"):
            stub.UpsertPapers(pb.UpsertPapersRequest(papers=papers[:2]))
        authors = [pb.Author(name="authors/a")]
        with pytest.raises(grpc.RpcError, match=r"authors\[0\]: missing name"):
            stub.UpsertAuthors(pb.UpsertAuthorsRequest(authors=authors))
        many = [pb.Author(name=f"authors/{n}", display_name="x") for n in range(1001)]
        with pytest.raises(grpc.RpcError, match="at most 1000"):
            stub.UpsertAuthors(pb.UpsertAuthorsRequest(authors=many))
        with pytest.raises(grpc.RpcError, match="name"):
            stub.DeletePaper(pb.DeletePaperRequest(name="authors/a"))
    assert state.newest_seq() == 0


def test_answers_go_on_degraded_and_upserts_are_refused_while_the_state_is_away(state, monkeypatch):
    def away(*_: object) -> None:
        raise StateUnavailable("away")

    with (
        served(tiny_model(), state=state) as address,
        RecsysClient(address, deadline_s=20, attempts=1) as client,
    ):
        client.catalog.delete_paper("g3")
        monkeypatch.setattr(state.catalogue, "since", away)
        monkeypatch.setattr(state.catalogue, "put", away)
        assert client.recommend_papers("users/nobody", k=50).degraded
        with pytest.raises(RequestFailed) as caught:
            client.catalog.upsert(checked_papers([NEW], NOW))
        assert caught.value.reason == "STATE_UNAVAILABLE"


def test_commands_take_a_file_in_and_papers_out(client, tmp_path):
    file = tmp_path / "new.jsonl"
    lines = [NEW, {"author_id": "zoe", "name": "Zoe Z."}, {"paper_id": "x", "title": "Else"}]
    file.write_text("\n\n".join(json.dumps(line) for line in lines))
    server = ["--server", client._address]
    runner, app = CliRunner(), build_app()
    result = runner.invoke(app, ["catalog", "upsert", str(file), *server])
    assert result.exit_code == 0
    assert "3 changed, 0 as they were\n" in result.stdout
    result = runner.invoke(app, ["catalog", "upsert", str(file), *server])
    assert "0 changed, 3 as they were\n" in result.stdout
    result = runner.invoke(app, ["catalog", "delete", "new/1", "papers/x", "never", *server])
    assert result.exit_code == 0
    assert "3 deleted, 0 were so before\n" in result.stdout
    file.write_text(json.dumps(NEW) + "\n" + json.dumps({**NEW, "title": "x" * 3_000}))
    result = runner.invoke(app, ["catalog", "upsert", str(file), *server])
    assert result.exit_code == 1
    assert "line 2: title is too long" in str(result.exception)
