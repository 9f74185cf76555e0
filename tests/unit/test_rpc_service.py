"""The methods over a real connection: the same answers as without it, pages, errors, health."""

from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)
from grpc_status import rpc_status

from protos.readinglist.v1 import recommendation_pb2 as pb
from protos.readinglist.v1.recommendation_pb2_grpc import RecommendationServiceStub
from recsys.data.resource_names import resource_name
from recsys.ranking.arrange import Arrangement
from recsys.ranking.filters import PaperFilter
from recsys.recommender import Recommender
from serving.client_messages import listing_of
from serving.rpc.servicer import SERVICE
from tests.served import asking, channel_to, served
from tests.worlds import AUTHORS, OLD_ARXIV_ID, USERS, tiny_model

READERS = [*(f"users/{name}" for name in USERS), *(f"authors/{one[0]}" for one in AUTHORS)]
FOREIGN = "x"
NOTHING_KNOWN = {"reading", "follows", "own papers"}


@pytest.fixture(scope="module")
def direct() -> Recommender:
    """What the server answers from."""
    return Recommender(tiny_model())


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(tiny_model()) as address:
        yield address


@pytest.fixture(scope="module")
def ask(address: str) -> Iterator[RecommendationServiceStub]:
    with asking(address) as stub:
        yield stub


def refused(
    method: grpc.UnaryUnaryMultiCallable, request: object
) -> tuple[grpc.StatusCode, str, list[str]]:
    """The code, the reason and the fields of an error."""
    with pytest.raises(grpc.RpcError) as caught:
        method(request, timeout=10)
    info, fields = ErrorInfo(), []
    for detail in rpc_status.from_call(caught.value).details:
        if detail.Is(BadRequest.DESCRIPTOR):
            found = BadRequest.FromString(detail.value).field_violations
            fields = [violation.field for violation in found]
        else:
            detail.Unpack(info)
    assert info.domain == "readinglist"
    return caught.value.code(), info.reason, fields


@pytest.mark.parametrize("parent", READERS)
def test_papers_and_people_are_those_of_the_direct_call(
    ask: RecommendationServiceStub, direct: Recommender, parent: str
) -> None:
    collection, _, id_ = parent.partition("/")
    reader = direct.user(id_) if collection == "users" else direct.author(id_)
    papers = listing_of(ask.RecommendPapers(pb.RecommendPapersRequest(parent=parent)))
    people = listing_of(ask.SuggestCollaborators(pb.SuggestCollaboratorsRequest(parent=parent)))
    assert papers.results == direct.recommend_papers(reader).results
    assert papers.missing == direct.recommend_papers(reader).missing
    assert people.results == direct.suggest_collaborators(reader).results


def test_rank_papers_is_that_of_the_direct_call(
    ask: RecommendationServiceStub, direct: Recommender
) -> None:
    request = pb.RankPapersRequest(
        liked_papers=["papers/g1"],
        disliked_papers=["papers/hep-th%2F9901001"],
        followed_authors=["authors/ben"],
        text="protein folding",
    )
    stranger = direct.stranger(
        liked=["g1"], disliked=[OLD_ARXIV_ID], followed=["ben"], text="protein folding"
    )
    listing = listing_of(ask.RankPapers(request))
    assert listing.results == direct.recommend_papers(stranger).results
    assert {line.strategy for line in listing.results} == {"folded_in"}


def test_rank_papers_words_alone_find_the_topic(ask: RecommendationServiceStub) -> None:
    listing = listing_of(ask.RankPapers(pb.RankPapersRequest(text="protein folding")))
    assert [line.id for line in listing.results[:3]] == ["papers/p1", "papers/p3", "papers/p2"]
    assert listing.results[0].strategy == "text"


def test_similar_papers_takes_an_old_arxiv_id(
    ask: RecommendationServiceStub, direct: Recommender
) -> None:
    request = pb.ListSimilarPapersRequest(parent=resource_name("papers", OLD_ARXIV_ID))
    listing = listing_of(ask.ListSimilarPapers(request))
    assert listing.results == direct.similar_papers(OLD_ARXIV_ID).results


def test_recommend_papers_unknown_user_gets_the_popular_ones(
    ask: RecommendationServiceStub,
) -> None:
    listing = listing_of(ask.RecommendPapers(pb.RecommendPapersRequest(parent="users/nobody")))
    assert [line.id for line in listing.results[:3]] == ["papers/g2", "papers/g1", "papers/p3"]
    assert {line.strategy for line in listing.results} == {"popular"}
    assert set(listing.missing) == NOTHING_KNOWN


def test_recommend_papers_filter_reaches_the_recommender(
    ask: RecommendationServiceStub, direct: Recommender
) -> None:
    keep = pb.PaperFilter(categories_in=["cs.LG"], excluded_papers=["papers/g4"], include_seen=True)
    request = pb.RecommendPapersRequest(parent="users/reader", paper_filter=keep)
    same = PaperFilter(categories_in=frozenset({"cs.LG"}), excluded=frozenset({"g4"}), seen=True)
    listing = listing_of(ask.RecommendPapers(request))
    assert listing.results == direct.recommend_papers(direct.user("reader"), keep=same).results
    assert {line.id for line in listing.results} == {"papers/g1", "papers/g2", "papers/g3"}


def test_recommend_papers_explains_unless_told_not_to(ask: RecommendationServiceStub) -> None:
    told = ask.RecommendPapers(pb.RecommendPapersRequest(parent="users/reader"))
    silent = ask.RecommendPapers(pb.RecommendPapersRequest(parent="users/reader", explain=False))
    assert told.results[0].reasons
    assert [line.name for line in told.results] == [line.name for line in silent.results]
    assert not any(line.reasons for line in silent.results)
    assert (told.degraded, silent.degraded) == (False, False)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_have_no_gap_and_no_repeat(ask: RecommendationServiceStub, size: int) -> None:
    request = pb.RankPapersRequest(text="graph", page_size=size)
    found: list[pb.Recommendation] = []
    while True:
        response = ask.RankPapers(request)
        found.extend(response.results)
        request.page_token = response.next_page_token
        if not request.page_token:
            break
        assert len(response.results) == size
    whole = ask.RankPapers(pb.RankPapersRequest(text="graph"))
    assert found == list(whole.results)
    assert [line.rank for line in found] == list(range(1, len(found) + 1))


def test_page_token_of_another_user_is_a_violation(ask: RecommendationServiceStub) -> None:
    first = ask.RecommendPapers(pb.RecommendPapersRequest(parent="users/newcomer", page_size=1))
    other = pb.RecommendPapersRequest(parent="users/u-ada", page_token=first.next_page_token)
    assert refused(ask.RecommendPapers, other) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "INVALID_REQUEST",
        ["page_token"],
    )


def test_unknown_author_and_paper_are_not_found(ask: RecommendationServiceStub) -> None:
    gone = grpc.StatusCode.NOT_FOUND
    author = pb.RecommendPapersRequest(parent="authors/nobody")
    assert refused(ask.RecommendPapers, author) == (gone, "AUTHOR_NOT_FOUND", [])
    people = pb.SuggestCollaboratorsRequest(parent="authors/nobody")
    assert refused(ask.SuggestCollaborators, people) == (gone, "AUTHOR_NOT_FOUND", [])
    people = pb.ListSimilarAuthorsRequest(parent="authors/nobody")
    assert refused(ask.ListSimilarAuthors, people) == (gone, "AUTHOR_NOT_FOUND", [])
    near = pb.SuggestCollaboratorsRequest(parent="users/u-ada", near_papers=["papers/none"])
    assert refused(ask.SuggestCollaborators, near) == (gone, "PAPER_NOT_FOUND", [])
    paper = pb.ListSimilarPapersRequest(parent="papers/none")
    assert refused(ask.ListSimilarPapers, paper) == (gone, "PAPER_NOT_FOUND", [])
    liked = pb.RankPapersRequest(liked_papers=["papers/none"])
    assert refused(ask.RankPapers, liked) == (gone, "PAPER_NOT_FOUND", [])


def test_invalid_request_names_every_field(ask: RecommendationServiceStub) -> None:
    keep = pb.PaperFilter(excluded_papers=["p"], categories_in=[""])
    request = pb.RecommendPapersRequest(page_size=-1, page_token=FOREIGN, paper_filter=keep)
    code, reason, fields = refused(ask.RecommendPapers, request)
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert sorted(fields) == [
        "page_size",
        "page_token",
        "paper_filter.categories_in[0]",
        "paper_filter.excluded_papers[0]",
        "parent",
    ]


def test_request_too_large_is_refused() -> None:
    with served(tiny_model(), max_request_bytes=1024) as address, asking(address) as ask:
        with pytest.raises(grpc.RpcError) as caught:
            ask.RankPapers(pb.RankPapersRequest(text="w" * 2000), timeout=10)
        assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
        assert ask.RankPapers(pb.RankPapersRequest(text="graph"), timeout=10).results


def test_health_not_serving_and_unavailable_until_a_model_is_there() -> None:
    with served(None) as address, channel_to(address) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        for name in ("", SERVICE):
            status = health.Check(health_pb2.HealthCheckRequest(service=name), timeout=10).status
            assert status == health_pb2.HealthCheckResponse.NOT_SERVING
        request = pb.RecommendPapersRequest(parent="users/ada")
        assert refused(RecommendationServiceStub(channel).RecommendPapers, request) == (
            grpc.StatusCode.UNAVAILABLE,
            "NO_MODEL",
            [],
        )


def test_health_serving_with_a_model(address: str) -> None:
    with channel_to(address) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        for name in ("", SERVICE):
            status = health.Check(health_pb2.HealthCheckRequest(service=name), timeout=10).status
            assert status == health_pb2.HealthCheckResponse.SERVING


def test_reflection_lists_the_services(address: str) -> None:
    with channel_to(address) as channel:
        services = ProtoReflectionDescriptorDatabase(channel).get_services()
    ours = ("Recommendation", "Feedback", "Catalog", "Explore", "Model")
    assert set(services) == {
        *(f"readinglist.v1.{name}Service" for name in ours),
        "grpc.health.v1.Health",
        "grpc.reflection.v1alpha.ServerReflection",
    }


WISHES = pb.Arrangement(diversity=0.4, exploration=0.5)


def test_exploration_is_marked_and_the_same_on_every_page(
    ask: RecommendationServiceStub,
) -> None:
    request = pb.RecommendPapersRequest(parent="users/newcomer", arrangement=WISHES)
    whole = listing_of(ask.RecommendPapers(request)).results
    assert {line.strategy for line in whole} == {"popular", "explored"}
    pages, token = [], ""
    while token or not pages:
        request.page_size, request.page_token = 3, token
        listing = listing_of(ask.RecommendPapers(request))
        pages, token = [*pages, *listing.results], listing.next_page_token
    assert tuple(pages) == whole
    assert len({line.id for line in whole}) == len(whole)


def test_arrangement_reaches_every_method_that_lists_papers(
    ask: RecommendationServiceStub, direct: Recommender
) -> None:
    wanted = Arrangement(diversity=1.0)
    wishes = pb.Arrangement(diversity=1.0)
    ranked = listing_of(ask.RankPapers(pb.RankPapersRequest(text="folding", arrangement=wishes)))
    stranger = direct.stranger(text="folding")
    assert ranked.results == direct.recommend_papers(stranger, wanted=wanted).results
    assert ranked.results != direct.recommend_papers(stranger).results
    similar = pb.ListSimilarPapersRequest(parent="papers/g1", arrangement=wishes)
    listing = listing_of(ask.ListSimilarPapers(similar))
    assert listing.results == direct.similar_papers("g1", wanted=wanted).results
    assert listing.results != direct.similar_papers("g1").results


def test_arrangement_changed_between_pages_is_refused(ask: RecommendationServiceStub) -> None:
    request = pb.RecommendPapersRequest(parent="users/newcomer", page_size=2, arrangement=WISHES)
    request.page_token = ask.RecommendPapers(request).next_page_token
    request.arrangement.diversity = 0.5
    code, reason, fields = refused(ask.RecommendPapers, request)
    assert (code, reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert fields == ["page_token"]


def test_arrangement_out_of_bounds_names_the_field(ask: RecommendationServiceStub) -> None:
    request = pb.RankPapersRequest(arrangement=pb.Arrangement(freshness=2.0))
    code, _, fields = refused(ask.RankPapers, request)
    assert (code, fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["arrangement.freshness"])


def test_list_that_the_user_does_not_keep_is_not_found(ask: RecommendationServiceStub) -> None:
    for parent in ("users/reader", "users/nobody"):
        request = pb.RecommendPapersRequest(parent=parent, list="Graphs")
        code, reason, _ = refused(ask.RecommendPapers, request)
        assert (code, reason) == (grpc.StatusCode.NOT_FOUND, "LIST_NOT_FOUND")
    code, _, fields = refused(
        ask.RecommendPapers, pb.RecommendPapersRequest(parent="authors/ada", list="Graphs")
    )
    assert (code, fields) == (grpc.StatusCode.INVALID_ARGUMENT, ["list"])
