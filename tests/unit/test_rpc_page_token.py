"""Page tokens: bound to one request and one model, and sound."""

from __future__ import annotations

import string
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from protos.readinglist.v1 import recommendation_pb2 as pb
from recsys.errors import BadInput
from serving.rpc.errors import ModelChanged
from serving.rpc.page_token import read_token, write_token

ASKED = pb.RecommendPapersRequest(
    parent="users/ada",
    paper_filter=pb.PaperFilter(categories_in=["cs.LG"], excluded_papers=["papers/g1"]),
)


DAY, LATER = date(2026, 11, 21), date(2026, 11, 22)


@given(skip=st.integers(0, 2**32 - 1), version=st.text(max_size=40), day=st.dates())
def test_token_gives_back_what_was_skipped_and_the_day_of_the_first_page(
    skip: int, version: str, day: date
) -> None:
    token = write_token(ASKED, version, skip, day)
    assert read_token(token, ASKED, version, LATER) == (skip, day)
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")


def test_token_empty_is_the_first_page() -> None:
    assert read_token("", ASKED, "v1", DAY) == (0, DAY)


def test_token_page_size_may_change_between_pages() -> None:
    token = write_token(ASKED, "v1", 20, DAY)
    other = pb.RecommendPapersRequest()
    other.CopyFrom(ASKED)
    other.page_size, other.page_token = 7, token
    assert read_token(token, other, "v1", LATER) == (20, DAY)


@pytest.mark.parametrize(
    "other",
    [
        pb.RecommendPapersRequest(parent="users/ben", paper_filter=ASKED.paper_filter),
        pb.RecommendPapersRequest(parent="users/ada"),
        pb.RecommendPapersRequest(
            parent="users/ada", paper_filter=ASKED.paper_filter, explain=False
        ),
        pb.ListSimilarPapersRequest(parent="users/ada", paper_filter=ASKED.paper_filter),
    ],
)
def test_token_of_another_request_is_refused(other: pb.RecommendPapersRequest) -> None:
    with pytest.raises(BadInput, match="of another request"):
        read_token(write_token(ASKED, "v1", 20, DAY), other, "v1", DAY)


def test_token_of_another_model_says_to_start_over() -> None:
    with pytest.raises(ModelChanged, match="start at the first page"):
        read_token(write_token(ASKED, "v1", 20, DAY), ASKED, "v2", DAY)


# The last of the 39 letters carries unused bits, so another one may spell the same token.
@given(place=st.integers(0, 37), letter=st.sampled_from(string.ascii_letters + "-_=é \n"))
def test_token_with_a_changed_letter_is_refused(place: int, letter: str) -> None:
    token = write_token(ASKED, "v1", 20, DAY)
    changed = token[:place] + letter + token[place + 1 :]
    assume(changed != token)
    with pytest.raises(BadInput, match="no page token"):
        read_token(changed, ASKED, "v1", DAY)


@given(token=st.text(min_size=1, max_size=60))
def test_token_made_up_is_refused(token: str) -> None:
    with pytest.raises(BadInput, match="no page token"):
        read_token(token, ASKED, "v1", DAY)
