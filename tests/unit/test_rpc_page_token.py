"""Page tokens: bound to one request, signed, and good for a time."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from protos.readinglist.v1 import recommendation_pb2 as pb
from recsys.errors import BadInput
from serving.rpc.convert import LONGEST_TOKEN
from serving.rpc.errors import PageExpired
from serving.rpc.page_token import MOST_SHOWN, Cursor, PageTokens
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
SECOND_PAGE = START.after(f"papers/p{n}" for n in range(20))
TOKEN = TOKENS.write(ASKED, SECOND_PAGE)


@given(
    names=st.sets(st.text(max_size=20), max_size=50),
    seq=st.integers(0, 2**63 - 1),
    second=st.integers(0, 4_000_000_000),
)
def test_token_gives_back_what_was_shown_and_the_moment_of_the_list(
    names: set[str], seq: int, second: int
) -> None:
    cursor = Cursor(datetime.fromtimestamp(second, UTC), seq).after(names)
    token = TOKENS.write(ASKED, cursor)
    start = Cursor(cursor.began + timedelta(seconds=LIFETIME_S), seq + 1)
    found = TOKENS.read(token, ASKED, start)
    assert found == cursor
    assert len(found.shown) == len(names)
    assert all(name in found.shown for name in names)
    assert "papers/never shown" not in found.shown
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")


def test_token_grows_by_seven_letters_a_result_and_never_beyond_the_limit() -> None:
    first = START.after(["papers/p"])
    assert len(TOKENS.write(ASKED, first)) == 62
    most = START.after(f"papers/p{n}" for n in range(MOST_SHOWN + 200))
    assert len(TOKENS.write(ASKED, most)) < LONGEST_TOKEN


def test_token_empty_is_the_first_page() -> None:
    assert TOKENS.read("", ASKED, START) == START


def test_token_page_size_may_change_between_pages() -> None:
    other = pb.RecommendPapersRequest()
    other.CopyFrom(ASKED)
    other.page_size, other.page_token = 7, TOKEN
    assert TOKENS.read(TOKEN, other, START) == SECOND_PAGE


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
        TOKENS.read(TOKEN, other, START)


def test_token_is_good_until_its_lifetime_is_over_and_no_second_longer() -> None:
    end = NOON + timedelta(seconds=LIFETIME_S)
    assert TOKENS.read(TOKEN, ASKED, Cursor(end, 9)) == SECOND_PAGE
    with pytest.raises(PageExpired, match="start at the first page"):
        TOKENS.read(TOKEN, ASKED, Cursor(end + timedelta(seconds=1), 9))


def test_token_of_a_clock_that_went_back_since_is_good() -> None:
    earlier = Cursor(NOON - timedelta(days=2), 7)
    assert TOKENS.read(TOKEN, ASKED, earlier) == SECOND_PAGE


@given(
    place=st.integers(0, len(TOKEN) - 1), letter=st.sampled_from(string.ascii_letters + "-_=+/é \n")
)
def test_token_with_a_changed_letter_is_refused(place: int, letter: str) -> None:
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    assume(changed != TOKEN)
    with pytest.raises(BadInput, match="no page token"):
        TOKENS.read(changed, ASKED, START)


@given(token=st.text(min_size=1, max_size=100))
def test_token_made_up_is_refused(token: str) -> None:
    with pytest.raises(BadInput, match="no page token"):
        TOKENS.read(token, ASKED, START)


def test_token_of_another_server_is_refused() -> None:
    foreign = PageTokens(Signer(lambda: (b"a key of another server",)), LIFETIME_S)
    with pytest.raises(BadInput, match="no page token"):
        TOKENS.read(foreign.write(ASKED, SECOND_PAGE), ASKED, START)
