"""The methods that list people, over a real connection: filters and wishes reach the library."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from protos.readinglist.v1 import recommendation_pb2 as pb
from protos.readinglist.v1.recommendation_pb2_grpc import RecommendationServiceStub
from recsys.ranking.filters import AuthorFilter
from recsys.recommender import Recommender
from serving.client_messages import listing_of
from tests.served import asking, served
from tests.worlds import tiny_model


@pytest.fixture(scope="module")
def direct() -> Recommender:
    """What the server answers from."""
    return Recommender(tiny_model())


@pytest.fixture(scope="module")
def ask() -> Iterator[RecommendationServiceStub]:
    with served(tiny_model()) as address, asking(address) as stub:
        yield stub


def test_suggest_collaborators_filter_reaches_the_recommender(
    ask: RecommendationServiceStub, direct: Recommender
) -> None:
    keep = pb.AuthorFilter(include_coauthors=True, excluded_authors=["authors/cleo"])
    request = pb.SuggestCollaboratorsRequest(parent="users/u-ada", author_filter=keep)
    same = AuthorFilter(existing_coauthors=True, excluded=frozenset({"cleo"}))
    listing = listing_of(ask.SuggestCollaborators(request))
    assert listing.results == direct.suggest_collaborators(direct.user("u-ada"), keep=same).results
    assert "authors/ben" in {line.id for line in listing.results}


def test_suggest_collaborators_about_something_reaches_the_recommender(
    ask: RecommendationServiceStub, direct: Recommender
) -> None:
    reader = direct.user("u-ada")
    about = pb.SuggestCollaboratorsRequest(parent="users/u-ada", text="protein folding")
    wish = direct.stranger(text="protein folding")
    listing = listing_of(ask.SuggestCollaborators(about))
    assert listing.results == direct.suggest_collaborators(reader, about=wish).results
    assert "authors/cleo" not in {line.id for line in listing.results}
    near = pb.SuggestCollaboratorsRequest(parent="users/u-ada", near_papers=["papers/p1"])
    wish = direct.stranger(liked=["p1"])
    listing = listing_of(ask.SuggestCollaborators(near))
    assert listing.results == direct.suggest_collaborators(reader, about=wish).results
    unheard = pb.SuggestCollaboratorsRequest(parent="users/u-ada", text="xyzzy")
    assert "topic" in listing_of(ask.SuggestCollaborators(unheard)).missing


def test_list_similar_authors_has_coauthors_unless_told_otherwise(
    ask: RecommendationServiceStub, direct: Recommender
) -> None:
    listing = listing_of(ask.ListSimilarAuthors(pb.ListSimilarAuthorsRequest(parent="authors/ada")))
    assert listing.results == direct.similar_authors("ada").results
    assert listing.results[0].id == "authors/ben"
    keep = pb.AuthorFilter(include_coauthors=False)
    request = pb.ListSimilarAuthorsRequest(parent="authors/ada", author_filter=keep, page_size=1)
    listing = listing_of(ask.ListSimilarAuthors(request))
    assert [line.id for line in listing.results] == ["authors/cleo"]
    assert not listing.calibrated
