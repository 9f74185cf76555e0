"""Page tokens: bound to one request, one caller and one model, signed, and good for a time."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from protos.readinglist.v1 import recommendation_pb2 as pb
from recsys.errors import BadInput
from serving.rpc.errors import ModelChanged, PageExpired
from serving.rpc.page_token import Cursor, PageTokens
from serving.rpc.signing import Signer
from tests.served import SIGNER

ASKED = pb.RecommendPapersRequest(
    parent="users/ada",
    paper_filter=pb.PaperFilter(categories_in=["cs.LG"], excluded_papers=["papers/g1"]),
)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
START = Cursor(NOON, state_seq=7)
LIFETIME_S = 3600.0
TOKENS = PageTokens(SIGNER, LIFETIME_S)
SECOND_PAGE = Cursor(NOON, state_seq=7, skip=20)
TOKEN = TOKENS.write(ASKED, "app", "v1", SECOND_PAGE)


@given(
    skip=st.integers(0, 2**32 - 1),
    seq=st.integers(0, 2**63 - 1),
    version=st.text(max_size=40),
    caller=st.text(max_size=40),
    second=st.integers(0, 4_000_000_000),
)
def test_token_gives_back_the_place_and_the_moment_of_the_list(
    skip: int, seq: int, version: str, caller: str, second: int
) -> None:
    cursor = Cursor(datetime.fromtimestamp(second, UTC), seq, skip)
    token = TOKENS.write(ASKED, caller, version, cursor)
    start = Cursor(cursor.began + timedelta(seconds=LIFETIME_S), seq + 1)
    assert TOKENS.read(token, ASKED, caller, version, start) == cursor
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")
    assert len(token) == 71


def test_token_empty_is_the_first_page() -> None:
    assert TOKENS.read("", ASKED, "app", "v1", START) == START


def test_token_page_size_may_change_between_pages() -> None:
    other = pb.RecommendPapersRequest()
    other.CopyFrom(ASKED)
    other.page_size, other.page_token = 7, TOKEN
    assert TOKENS.read(TOKEN, other, "app", "v1", START) == SECOND_PAGE


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
        TOKENS.read(TOKEN, other, "app", "v1", START)


def test_token_of_another_caller_is_refused() -> None:
    with pytest.raises(BadInput, match="of another request"):
        TOKENS.read(TOKEN, ASKED, "another app", "v1", START)


def test_token_of_another_model_says_to_start_over() -> None:
    with pytest.raises(ModelChanged, match="start at the first"):
        TOKENS.read(TOKEN, ASKED, "app", "v2", START)


def test_token_is_good_until_its_lifetime_is_over_and_no_second_longer() -> None:
    end = NOON + timedelta(seconds=LIFETIME_S)
    assert TOKENS.read(TOKEN, ASKED, "app", "v1", Cursor(end, 9)) == SECOND_PAGE
    with pytest.raises(PageExpired, match="start at the first page"):
        TOKENS.read(TOKEN, ASKED, "app", "v1", Cursor(end + timedelta(seconds=1), 9))


def test_token_of_a_clock_that_went_back_since_is_good() -> None:
    earlier = Cursor(NOON - timedelta(days=2), 7)
    assert TOKENS.read(TOKEN, ASKED, "app", "v1", earlier) == SECOND_PAGE


@given(place=st.integers(0, 70), letter=st.sampled_from(string.ascii_letters + "-_=+/é \n"))
def test_token_with_a_changed_letter_is_refused(place: int, letter: str) -> None:
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    assume(changed != TOKEN)
    with pytest.raises(BadInput, match="no page token"):
        TOKENS.read(changed, ASKED, "app", "v1", START)


@given(token=st.text(min_size=1, max_size=100))
def test_token_made_up_is_refused(token: str) -> None:
    with pytest.raises(BadInput, match="no page token"):
        TOKENS.read(token, ASKED, "app", "v1", START)


def test_token_of_another_server_is_refused() -> None:
    foreign = PageTokens(Signer(lambda: (b"a key of another server",)), LIFETIME_S)
    with pytest.raises(BadInput, match="no page token"):
        TOKENS.read(foreign.write(ASKED, "app", "v1", SECOND_PAGE), ASKED, "app", "v1", START)
