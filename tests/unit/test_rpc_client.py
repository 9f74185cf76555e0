"""The client: pages, deadlines, retries, and errors that say what is wrong."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import grpc
import pytest

from protos.readinglist.v1 import recommendation_pb2 as pb
from protos.readinglist.v1.recommendation_pb2_grpc import RecommendationServiceServicer
from recsys.recommender import Recommender
from serving.client import FieldViolation, RecsysClient, RequestFailed
from tests.served import served, stand_in
from tests.worlds import tiny_model


class Catalogue(RecommendationServiceServicer):
    """Counts to 450, in pages; UNAVAILABLE so many times before."""

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.sizes = failures, list[int]()

    def RankPapers(  # noqa: N802
        self, request: pb.RankPapersRequest, context: grpc.ServicerContext
    ) -> pb.RankPapersResponse:
        self.sizes.append(request.page_size)
        if self.failures:
            self.failures -= 1
            context.abort(grpc.StatusCode.UNAVAILABLE, "not yet")
        start = int(request.page_token or 0)
        end = min(start + request.page_size, 450)
        lines = [
            pb.Recommendation(name=f"papers/{n}", rank=n, strategy=pb.STRATEGY_TEXT)
            for n in range(start + 1, end + 1)
        ]
        token = str(end) if end < 450 else ""
        return pb.RankPapersResponse(results=lines, next_page_token=token, model="models/m")


class Stuck(RecommendationServiceServicer):
    """Answers when the test is over."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def RankPapers(  # noqa: N802
        self,
        request: pb.RankPapersRequest,  # noqa: ARG002
        context: grpc.ServicerContext,  # noqa: ARG002
    ) -> pb.RankPapersResponse:
        self.over.wait(30)
        return pb.RankPapersResponse(model="models/m")


@pytest.fixture(scope="module")
def client() -> Iterator[RecsysClient]:
    with served(tiny_model()) as address, RecsysClient(address, deadline_s=10) as client:
        yield client


@pytest.mark.parametrize(
    ("k", "sizes", "token"),
    [(0, [1], ""), (20, [20], "20"), (200, [200], "200"), (450, [200, 200, 50], "")],
)
def test_client_fetches_as_many_pages_as_k_needs(k: int, sizes: list[int], token: str) -> None:
    catalogue = Catalogue()
    with stand_in(catalogue) as address, RecsysClient(address) as client:
        listing = client.rank_papers(k=k)
    assert [line.rank for line in listing.results] == list(range(1, k + 1))
    assert catalogue.sizes == sizes
    assert (listing.next_page_token, listing.more) == (token, bool(token))


def test_client_k_beyond_the_end_gives_what_there_is() -> None:
    with stand_in(Catalogue()) as address, RecsysClient(address) as client:
        listing = client.rank_papers(k=1_000)
    assert (len(listing.results), listing.more) == (450, False)


def test_client_goes_on_where_a_listing_ended() -> None:
    with stand_in(Catalogue()) as address, RecsysClient(address) as client:
        first = client.rank_papers(k=250)
        second = client.rank_papers(k=250, page_token=first.next_page_token)
    ranks = [line.rank for listing in (first, second) for line in listing.results]
    assert ranks == list(range(1, 451))


def test_client_tries_again_while_unavailable() -> None:
    catalogue = Catalogue(failures=2)
    with stand_in(catalogue) as address, RecsysClient(address, deadline_s=20) as client:
        assert len(client.rank_papers(k=3).results) == 3
    assert len(catalogue.sizes) == 3


def test_client_gives_up_after_its_attempts() -> None:
    catalogue = Catalogue(failures=9)
    with (
        stand_in(catalogue) as address,
        RecsysClient(address, attempts=2) as client,
        pytest.raises(RequestFailed, match="not yet") as caught,
    ):
        client.rank_papers()
    assert (caught.value.code, caught.value.reason) == ("UNAVAILABLE", "")
    assert len(catalogue.sizes) == 2


def test_client_one_attempt_is_one_request() -> None:
    catalogue = Catalogue(failures=1)
    with (
        stand_in(catalogue) as address,
        RecsysClient(address, attempts=1) as client,
        pytest.raises(RequestFailed, match="not yet"),
    ):
        client.rank_papers()
    assert len(catalogue.sizes) == 1


def test_client_does_not_wait_beyond_its_deadline() -> None:
    stuck = Stuck()
    with stand_in(stuck) as address, RecsysClient(address, deadline_s=0.1) as client:
        with pytest.raises(RequestFailed, match=f"no answer from {address}") as caught:
            client.rank_papers()
        stuck.over.set()
    assert caught.value.code == "DEADLINE_EXCEEDED"


def test_client_without_a_server_says_so() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))  # bound, but nobody listens
        address = f"127.0.0.1:{unheard.getsockname()[1]}"
        with RecsysClient(address) as client, pytest.raises(RequestFailed) as caught:
            client.rank_papers()
    assert caught.value.code == "UNAVAILABLE"
    assert str(caught.value).startswith(f"no answer from {address} (UNAVAILABLE)")


def test_client_answers_are_those_of_the_library(client: RecsysClient) -> None:
    direct = Recommender(tiny_model())
    papers = client.recommend_papers("users/reader", k=3)
    assert papers.results == direct.recommend_papers(direct.user("reader"), k=3).results
    assert papers.data_time == datetime(2023, 10, 1, tzinfo=UTC)
    assert (papers.model, papers.missing, papers.degraded) == ("v1", ("own papers",), False)
    people = client.suggest_collaborators("users/u-ada", explain=False)
    same = direct.suggest_collaborators(direct.user("u-ada"), explain=False)
    assert people.results == same.results
    about = client.suggest_collaborators("users/u-ada", text="folding", papers=["papers/p2"])
    wish = direct.stranger(liked=["p2"], text="folding")
    same = direct.suggest_collaborators(direct.user("u-ada"), about=wish)
    assert about.results == same.results
    near = client.similar_authors("authors/ada", k=2)
    assert near.results == direct.similar_authors("ada", k=2).results
    similar = client.similar_papers("papers/g1", k=2)
    assert similar.results == direct.similar_papers("g1", k=2).results


def test_client_error_carries_reason_and_violations(client: RecsysClient) -> None:
    with pytest.raises(RequestFailed) as caught:
        client.rank_papers(liked=["g1"], followed=["papers/g1"])
    assert (caught.value.code, caught.value.reason) == ("INVALID_ARGUMENT", "INVALID_REQUEST")
    assert caught.value.violations == (
        FieldViolation("liked_papers[0]", "is not of the form papers/{id}"),
        FieldViolation("followed_authors[0]", "is not of the form authors/{id}"),
    )


def test_client_unknown_paper_says_which(client: RecsysClient) -> None:
    with pytest.raises(RequestFailed, match="paper 'none' is not in this model") as caught:
        client.similar_papers("papers/none")
    assert (caught.value.code, caught.value.reason) == ("NOT_FOUND", "PAPER_NOT_FOUND")


@pytest.mark.parametrize("attempts", [0, 6])
def test_client_attempts_out_of_range_are_refused(attempts: int) -> None:
    with pytest.raises(ValueError, match="attempts"):
        RecsysClient("127.0.0.1:1", attempts=attempts)


def test_client_negative_k_is_refused(client: RecsysClient) -> None:
    with pytest.raises(ValueError, match="k must not be negative"):
        client.rank_papers(k=-1)
