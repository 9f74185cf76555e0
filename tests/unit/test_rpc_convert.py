"""Requests in, the library's terms out: every limit, and all violations at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from protos.readinglist.v1 import recommendation_pb2 as pb
from recsys.answer import Answer, Recommendation
from recsys.ranking.arrange import AS_RANKED, Arrangement
from recsys.ranking.filters import ANY_AUTHOR, WHOEVER_IS_NEAR, AuthorFilter, PaperFilter
from recsys.recommender import Recommender
from serving.client_messages import (
    arrangement_message,
    author_filter_message,
    listing_of,
    paper_filter_message,
)
from serving.rpc.checks import Checks
from serving.rpc.convert import (
    Page,
    arrangement,
    author_filter,
    list_name,
    near_papers,
    page_of,
    paper_filter,
    response_fields,
    someone,
)
from serving.rpc.errors import InvalidRequest
from serving.rpc.model_holder import ServedModel
from serving.rpc.page_token import Cursor
from serving.rpc.tokens import tokens_of
from tests.served import SIGNER, settings
from tests.worlds import OLD_ARXIV_ID, tiny_model

START = Cursor(datetime(2026, 11, 21, 12, tzinfo=UTC), state_seq=7)
TOKENS = tokens_of(settings(), SIGNER)


def wrong_in(checks: Checks) -> dict[str, str]:
    """Field -> what is said of it."""
    try:
        checks.refuse()
    except InvalidRequest as error:
        return {found.field: found.description for found in error.violations}
    return {}


def papers_wrong(message: pb.PaperFilter) -> dict[str, str]:
    checks = Checks()
    paper_filter(message, checks)
    return wrong_in(checks)


def request_wrong(request: pb.RankPapersRequest) -> dict[str, str]:
    checks = Checks()
    someone(request, checks)
    return wrong_in(checks)


def test_paper_filter_survives_the_way_over_the_wire() -> None:
    keep = PaperFilter(
        published_after=np.datetime64("1969-07-20T20:17:40", "s"),
        published_before=np.datetime64("2024-02-29", "s"),
        categories_in=frozenset({"cs.LG", "q-bio"}),
        categories_out=frozenset({"hep-th"}),
        excluded=frozenset({OLD_ARXIV_ID, "a b%"}),
        seen=True,
        own=True,
    )
    checks = Checks()
    assert paper_filter(paper_filter_message(keep), checks) == keep
    assert wrong_in(checks) == {}


def test_paper_filter_empty_keeps_the_defaults() -> None:
    assert paper_filter(pb.PaperFilter(), Checks()) == PaperFilter()


def test_author_filter_survives_the_way_over_the_wire() -> None:
    keep = AuthorFilter(
        existing_coauthors=True,
        years_apart=2.5,
        own_affiliation=False,
        closed=True,
        least_verification=2,
        excluded=frozenset({"ada"}),
    )
    for sent in (keep, AuthorFilter()):
        for usual in (ANY_AUTHOR, WHOEVER_IS_NEAR):
            checks = Checks()
            assert author_filter(author_filter_message(sent), checks, usual) == sent
            assert wrong_in(checks) == {}


@pytest.mark.parametrize("usual", [ANY_AUTHOR, WHOEVER_IS_NEAR])
def test_author_filter_empty_is_as_usual(usual: AuthorFilter) -> None:
    assert author_filter(pb.AuthorFilter(), Checks(), usual) == usual


@pytest.mark.parametrize("years", [-0.5, 200.5, float("nan"), float("inf")])
def test_author_filter_years_apart_out_of_bounds_is_refused(years: float) -> None:
    checks = Checks()
    author_filter(pb.AuthorFilter(min_years_apart=years), checks, ANY_AUTHOR)
    assert list(wrong_in(checks)) == ["author_filter.min_years_apart"]


def test_near_papers_and_the_text_beside_them_are_looked_at() -> None:
    checks = Checks()
    request = pb.SuggestCollaboratorsRequest(text="x" * 10_001, near_papers=["papers/g1", "g2"])
    assert near_papers(request, checks) == ["g1", ""]
    assert list(wrong_in(checks)) == ["text", "near_papers[1]"]


def test_paper_filter_fraction_of_a_second_is_rounded_up() -> None:
    bound = Timestamp(seconds=10, nanos=1)
    keep = paper_filter(pb.PaperFilter(published_after_time=bound), Checks())
    assert keep.published_after == np.datetime64(11, "s")


@pytest.mark.parametrize(
    "bound",
    [
        Timestamp(seconds=253_402_300_800),
        Timestamp(seconds=-62_135_596_801),
        Timestamp(nanos=-1),
        Timestamp(nanos=1_000_000_000),
    ],
)
def test_paper_filter_time_out_of_range_is_refused(bound: Timestamp) -> None:
    wrong = papers_wrong(pb.PaperFilter(published_before_time=bound))
    assert wrong == {
        "paper_filter.published_before_time": "is no time between the years 1 and 9999"
    }


def test_paper_filter_empty_window_is_refused() -> None:
    at = Timestamp(seconds=10)
    message = pb.PaperFilter(published_after_time=at, published_before_time=at)
    assert list(papers_wrong(message)) == ["paper_filter.published_before_time"]


def test_paper_filter_tells_all_that_is_wrong_at_once() -> None:
    message = pb.PaperFilter(
        categories_in=["x"] * 101,
        categories_out=["", "c" * 201],
        excluded_papers=["papers/g1", "authors/ada", "papers/"],
    )
    assert papers_wrong(message) == {
        "paper_filter.categories_in": "has 101 entries; at most 100 are taken",
        "paper_filter.categories_out[0]": "is empty",
        "paper_filter.categories_out[1]": "has 201 characters; at most 200 are taken",
        "paper_filter.excluded_papers[1]": "is not of the form papers/{id}",
        "paper_filter.excluded_papers[2]": (
            "'papers/' is not a name of the form papers/ID (percent-encoded)"
        ),
    }


def test_names_at_the_limit_pass_and_one_more_is_refused() -> None:
    names = [f"papers/{n}" for n in range(1_001)]
    assert papers_wrong(pb.PaperFilter(excluded_papers=names[:1_000])) == {}
    assert list(papers_wrong(pb.PaperFilter(excluded_papers=names))) == [
        "paper_filter.excluded_papers"
    ]
    longest = "papers/" + "x" * 993
    assert papers_wrong(pb.PaperFilter(excluded_papers=[longest])) == {}
    assert list(papers_wrong(pb.PaperFilter(excluded_papers=[longest + "x"]))) == [
        "paper_filter.excluded_papers[0]"
    ]


@pytest.mark.parametrize(("level", "refused"), [(0, False), (100, False), (101, True), (-1, True)])
def test_author_filter_verification_level_is_bounded(level: int, refused: bool) -> None:
    checks = Checks()
    author_filter(pb.AuthorFilter(min_verification_level=level), checks, ANY_AUTHOR)
    assert bool(wrong_in(checks)) == refused


def test_rank_papers_lists_and_text_are_bounded() -> None:
    many = ["x/1"] * 1_001
    request = pb.RankPapersRequest(text="w" * 10_001, followed_authors=many)
    wrong = request_wrong(request)
    assert wrong["text"] == "has 10001 characters; at most 10000 are taken"
    assert wrong["followed_authors"] == "has 1001 entries; at most 1000 are taken"
    assert "followed_authors[999]" in wrong
    assert "followed_authors[1000]" not in wrong
    assert request_wrong(pb.RankPapersRequest(text="é" * 10_000)) == {}


def test_rank_papers_liked_and_disliked_at_once_is_refused() -> None:
    request = pb.RankPapersRequest(
        liked_papers=["papers/g1", "papers/hep-th%2F9901001"],
        disliked_papers=["papers/g2", f"papers/{OLD_ARXIV_ID.replace('/', '%2f')}"],
    )
    assert request_wrong(request) == {"disliked_papers[1]": "stands in liked_papers as well"}


@pytest.mark.parametrize(("asked", "size"), [(0, 20), (1, 1), (200, 200), (2_000_000_000, 200)])
def test_page_size_has_a_default_and_a_maximum(asked: int, size: int) -> None:
    checks = Checks()
    request = pb.RecommendPapersRequest(page_size=asked)
    assert page_of(request, START, TOKENS.pages, checks) == Page(size, START)
    assert wrong_in(checks) == {}


def test_page_size_and_token_are_refused_together() -> None:
    checks = Checks()
    request = pb.RecommendPapersRequest(page_size=-1, page_token="t" * 70_001)
    page_of(request, START, TOKENS.pages, checks)
    assert set(wrong_in(checks)) == {"page_size", "page_token"}


@pytest.mark.parametrize("strategy", ["personalised", "folded_in", "text", "popular", "explored"])
def test_response_carries_every_line_as_it_is(strategy: str) -> None:
    line = Recommendation("papers/g1", "Graph neural networks", 0.125, 3, strategy, ())
    served = ServedModel("a/b", Recommender(tiny_model()))
    request = pb.RecommendPapersRequest(parent="users/ada")
    answer = Answer((line,), True, True, ("follows",))
    page = Page(1, START.after(["papers/a", "papers/b"]))
    fields = response_fields(request, answer, served, page, TOKENS, degraded=True)
    listing = listing_of(pb.RecommendPapersResponse(**fields))
    assert listing.results == (line,)
    assert (listing.model, listing.missing, listing.degraded) == ("a/b", ("follows",), True)
    assert listing.calibrated
    assert page_of(
        pb.RecommendPapersRequest(parent="users/ada", page_token=listing.next_page_token),
        Cursor(START.began + timedelta(hours=1), state_seq=9),
        TOKENS.pages,
        Checks(),
    ) == Page(20, page.cursor.after(["papers/g1"]))
    (token,) = listing.attribution_tokens
    told = TOKENS.answers.read(token, "ada", "papers/g1")
    assert (told.method, told.model, told.arm) == ("RecommendPapers", "a/b", "")
    assert (told.strategy, told.position) == (strategy, 3)


@pytest.mark.parametrize(
    "wanted",
    [AS_RANKED, Arrangement(0.25, 0.75, 0.5, 30.0, 1.0), Arrangement(1.0, 1.0, 1.0, 36_500.0, 0.1)],
)
def test_arrangement_comes_through_the_wire_unchanged(wanted: Arrangement) -> None:
    checks = Checks()
    assert arrangement(arrangement_message(wanted), checks) == wanted
    assert arrangement(pb.Arrangement(), checks) == AS_RANKED
    assert wrong_in(checks) == {}


def test_arrangement_every_wrong_field_is_named() -> None:
    checks = Checks()
    message = pb.Arrangement(
        diversity=1.5,
        interests=-1.0,
        freshness=-0.1,
        freshness_half_life_days=float("inf"),
        exploration=float("nan"),
    )
    arrangement(message, checks)
    assert wrong_in(checks) == {
        "arrangement.diversity": "is 1.5; it must be from 0 to 1",
        "arrangement.interests": "is -1; it must be from 0 to 1",
        "arrangement.freshness": "is -0.1; it must be from 0 to 1",
        "arrangement.exploration": "is nan; it must be from 0 to 1",
        "arrangement.freshness_half_life_days": "is inf; it must be from 0 to 36500",
    }


def test_list_name_of_a_profile_or_too_long_is_refused() -> None:
    checks = Checks()
    list_name(pb.RecommendPapersRequest(list="x" * 1001), "authors", checks)
    assert set(wrong_in(checks)) == {"list"}
    assert list_name(pb.RecommendPapersRequest(list="To read"), "users", Checks()) == "To read"
