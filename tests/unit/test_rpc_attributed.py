"""From an answer's token to a stored event: each method, all pages, and nothing by guessing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from recsys.data.attribution import Attribution
from recsys.evaluation.online import lines_shown
from recsys.ranking.arrange import Arrangement
from recsys.storage.state import State, beside, open_state
from serving.client import Listing, RecsysClient, RequestFailed
from serving.client_feedback import Counts
from serving.event_wire import event_message
from tests.events import NOW, did
from tests.served import VERSION, served
from tests.worlds import tiny_model

ASKED: dict[str, Callable[[RecsysClient], Listing]] = {
    "RecommendPapers": lambda client: client.recommend_papers("users/newcomer", k=6),
    "RankPapers": lambda client: client.rank_papers(text="graph", k=6),
    "SuggestCollaborators": lambda client: client.suggest_collaborators("users/newcomer", k=3),
    "ListSimilarPapers": lambda client: client.similar_papers("papers/g1", k=6),
    "ListSimilarAuthors": lambda client: client.similar_authors("authors/ada", k=3),
}


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_state(beside(tmp_path)) as state:
        yield state


@pytest.fixture
def client(state: State) -> Iterator[RecsysClient]:
    with (
        served(tiny_model(), state=state) as address,
        RecsysClient(address, deadline_s=20) as client,
    ):
        yield client


def lines_of(state: State, user: str) -> list[Attribution]:
    return [one.event.attribution for one in state.events.of_user(user) if one.event.attribution]


@pytest.mark.parametrize("method", ASKED)
def test_shown_ties_every_line_of_every_method(
    client: RecsysClient, state: State, method: str
) -> None:
    listing = ASKED[method](client)
    n = len(listing.results)
    assert n
    assert client.feedback.shown("newcomer", listing, NOW) == Counts(n, 0)
    assert client.feedback.shown("newcomer", listing, NOW.replace(hour=13)) == Counts(0, n)
    lines = lines_of(state, "newcomer")
    answer_id = lines[0].answer_id
    assert lines == [
        Attribution(answer_id, method, VERSION, "", line.strategy, line.rank)
        for line in listing.results
    ]


def test_shown_over_several_pages_counts_places_over_all_of_them(
    client: RecsysClient, state: State
) -> None:
    wanted = Arrangement(exploration=0.5)
    first = client.recommend_papers("users/newcomer", k=3, wanted=wanted)
    token = first.next_page_token
    second = client.recommend_papers("users/newcomer", k=3, wanted=wanted, page_token=token)
    for listing in (first, second):
        client.feedback.shown("newcomer", listing, NOW)
    lines = lines_of(state, "newcomer")
    assert [line.position for line in lines] == [1, 2, 3, 4, 5, 6]
    assert [line.strategy for line in lines] == [
        line.strategy for line in (*first.results, *second.results)
    ]
    assert "explored" in {line.strategy for line in lines}
    assert len({line.answer_id for line in lines}) == 2


def test_shown_of_an_empty_listing_writes_nothing(client: RecsysClient) -> None:
    listing = client.recommend_papers("users/newcomer", k=0)
    assert client.feedback.shown("newcomer", listing, NOW) == Counts(0, 0)


def test_answer_to_nobody_in_particular_may_be_told_of_by_anybody(
    client: RecsysClient, state: State
) -> None:
    listing = client.rank_papers(text="graph", k=2)
    for user in ("ada", "ben"):
        assert client.feedback.shown(user, listing, NOW) == Counts(2, 0)
    assert lines_of(state, "ada") == lines_of(state, "ben")


def test_click_counts_for_the_line_it_was_on(client: RecsysClient, state: State) -> None:
    listing = client.recommend_papers("users/newcomer", k=3)
    client.feedback.shown("newcomer", listing, NOW)
    name = listing.results[1].id
    click = did("newcomer", "open", name.removeprefix("papers/"))
    client.feedback.write([click], listing.token_of(name))
    stored = (one.event for one in state.events.since(0, state.newest_seq()))
    shown = lines_shown(stored)
    assert shown["clicked"].tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("user", "place", "spoil", "said"),
    [
        ("ben", 0, "", "another user"),
        ("newcomer", 4, "", "of an answer without"),
        ("newcomer", 0, "x", "no attribution token"),
    ],
)
def test_token_that_does_not_fit_is_a_violation_and_nothing_is_written(
    client: RecsysClient, state: State, user: str, place: int, spoil: str, said: str
) -> None:
    listing = client.recommend_papers("users/newcomer", k=8)
    first = client.recommend_papers("users/newcomer", k=2)
    paper = listing.results[place].id.removeprefix("papers/")
    token = first.attribution_tokens[0] + spoil
    events = [
        event_message(did(user, "save", paper)),
        event_message(did(user, "open", paper), token),
    ]
    with pytest.raises(RequestFailed) as refused:
        client.feedback.send(events)
    (violation,) = refused.value.violations
    assert violation.field == "events[1].attribution_token"
    assert said in violation.description
    assert state.events.of_user(user) == ()


def test_token_of_a_result_that_is_not_in_the_listing_is_an_error(client: RecsysClient) -> None:
    listing = client.recommend_papers("users/newcomer", k=2)
    with pytest.raises(KeyError):
        replace(listing, results=listing.results[:1], attribution_tokens=("t",)).token_of(
            listing.results[1].id
        )
