"""Attribution tokens: what an answer said of its lines, and nothing that it did not say."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from protos.readinglist.v1 import recommendation_pb2 as pb
from recsys.answer import Recommendation
from recsys.data.attribution import Attribution
from recsys.errors import BadInput
from serving.rpc.attribution import AnswerTokens
from tests.served import SIGNER

ASKED = pb.RecommendPapersRequest(parent="users/ada")
MODEL, ARM = "20260101T120000Z-1a2b3c4d", "spring/treatment"
TOKENS = AnswerTokens(SIGNER, new_id=lambda: bytes(range(8)))


def lines(n: int, first_rank: int = 1) -> list[Recommendation]:
    line = Recommendation("", "", 0.5, 1, "personalised", ())
    ranks = range(first_rank, first_rank + n)
    return [replace(line, id=f"papers/p{rank}", rank=rank) for rank in ranks]


TOKEN = TOKENS.write(ASKED, lines(3), MODEL, ARM)


@given(n=st.integers(1, 200), first_rank=st.integers(1, 10_000), data=st.data())
def test_token_says_of_each_line_what_the_answer_said(
    n: int, first_rank: int, data: st.DataObject
) -> None:
    results = lines(n, first_rank)
    explored = data.draw(st.integers(0, n - 1))
    results[explored] = replace(results[explored], strategy="explored")
    token = TOKENS.write(ASKED, results, MODEL, ARM)
    told = [TOKENS.read(token, "ada", result.id) for result in results]
    usual = Attribution("0001020304050607", "RecommendPapers", MODEL, ARM, "", 0)
    assert told == [replace(usual, strategy=one.strategy, position=one.rank) for one in results]
    assert len(token) <= 2_000


def test_token_of_twenty_lines_is_compact() -> None:
    assert len(TOKENS.write(ASKED, lines(20), MODEL, ARM)) < 300


def test_token_of_an_empty_page_is_empty() -> None:
    assert TOKENS.write(ASKED, [], MODEL, "") == ""


def test_token_of_another_user_is_refused() -> None:
    with pytest.raises(BadInput, match="another user"):
        TOKENS.read(TOKEN, "ben", "papers/p1")


@pytest.mark.parametrize(
    "request_",
    [
        pb.RankPapersRequest(text="graphs"),
        pb.ListSimilarPapersRequest(parent="papers/p9"),
        pb.RecommendPapersRequest(parent="authors/ada"),
    ],
)
def test_token_of_an_answer_to_nobody_in_particular_is_good_for_all(request_: object) -> None:
    token = TOKENS.write(request_, lines(3), MODEL, "")
    assert TOKENS.read(token, "ben", "papers/p2").position == 2


def test_token_without_the_subject_is_refused() -> None:
    with pytest.raises(BadInput, match="without papers/p4"):
        TOKENS.read(TOKEN, "ada", "papers/p4")


def test_tokens_of_two_answers_name_different_answers() -> None:
    tokens = AnswerTokens(SIGNER)
    ids = {
        tokens.read(tokens.write(ASKED, lines(1), MODEL, ""), "ada", "papers/p1").answer_id
        for _ in range(50)
    }
    assert len(ids) == 50


@given(
    place=st.integers(0, len(TOKEN) - 1),
    letter=st.sampled_from(string.ascii_letters + string.digits + "-_=é"),
)
def test_token_with_a_changed_letter_is_refused(place: int, letter: str) -> None:
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    assume(changed != TOKEN)
    with pytest.raises(BadInput, match="no attribution token"):
        TOKENS.read(changed, "ada", "papers/p1")


@given(token=st.text(max_size=100))
def test_token_made_up_is_refused(token: str) -> None:
    with pytest.raises(BadInput, match="no attribution token"):
        TOKENS.read(token, "ada", "papers/p1")
