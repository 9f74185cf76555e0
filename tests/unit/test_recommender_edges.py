"""Ordinary edges of the recommender: none, too many, a thousand authors, page after page."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from recsys.answer import Answer
from recsys.data.resource_names import resource_id
from recsys.models.model import Model
from recsys.ranking.filters import ANY_PAPER, PaperFilter
from recsys.ranking.ranker import Ranker
from recsys.recommender import Recommender
from tests.small import dataset_of, people, train
from tests.worlds import OLD_ARXIV_ID, tiny_model


@pytest.fixture(scope="module")
def tiny() -> Recommender:
    return Recommender(tiny_model())


@pytest.fixture(scope="module")
def small(small_model: Model) -> Recommender:
    return Recommender(small_model)


def ids(answer: Answer, collection: str = "papers") -> list[str]:
    return [resource_id(one.id, collection) for one in answer.results]


def test_papers_k_beyond_the_catalogue_is_the_whole_of_it(tiny):
    answer = tiny.recommend_papers(tiny.user("newcomer"), k=1000)
    assert len(answer.results) == len(set(ids(answer))) == 8
    assert not answer.more


def test_papers_k_of_zero_is_empty_and_says_that_there_is_more(tiny):
    answer = tiny.recommend_papers(tiny.user("newcomer"), k=0)
    assert answer.results == ()
    assert answer.more


def test_papers_user_who_has_seen_everything_gets_an_empty_answer():
    papers = [{"paper_id": f"p{n}", "title": f"thing {n}"} for n in range(5)]
    model = train(
        dataset_of(papers=papers, interactions=[("u", f"p{n}", "read") for n in range(5)])
    ).model
    ask = Recommender(model)
    assert ask.recommend_papers(ask.user("u"), k=3) == Answer(
        (), False, False, ("follows", "own papers")
    )
    again = ask.recommend_papers(ask.user("u"), keep=PaperFilter(seen=True), k=9)
    assert len(again.results) == 5


def test_papers_without_text_are_returned_like_others():
    papers = [{"paper_id": f"p{n}", "title": ""} for n in range(6)]
    papers += [{"paper_id": f"q{n}", "title": "graph walks"} for n in range(6)]
    readings = [(f"u{u}", f"p{n}", "save") for u in range(4) for n in range(5)]
    model = train(
        dataset_of(papers=papers, interactions=[*readings, ("asker", "p0", "save")])
    ).model
    ask = Recommender(model)
    assert set(ids(ask.recommend_papers(ask.user("asker"), k=4))) == {"p1", "p2", "p3", "p4"}
    assert len(ask.similar_papers("p5", k=20).results) == 11


def test_papers_of_an_old_arxiv_id_are_named_so_that_it_can_be_read_back(tiny):
    keep = PaperFilter(categories_in=frozenset({"hep-th"}))
    (only,) = tiny.recommend_papers(tiny.user("newcomer"), keep=keep, k=3).results
    assert only.id == "papers/hep-th%2F9901001"
    assert resource_id(only.id, "papers") == OLD_ARXIV_ID


def test_papers_author_of_four_hundred_is_ordinary_and_quick():
    names = ["busy", *(f"a{number}" for number in range(30))]
    papers = [{"paper_id": f"p{n}", "title": f"thing {n % 7} and {n % 11}"} for n in range(430)]
    authorships = {f"p{n}": ["busy", names[1 + n % 30]] for n in range(400)}
    model = train(dataset_of(papers=papers, authors=people(*names), authorships=authorships)).model
    ask, began = Recommender(model), time.perf_counter()
    answer = ask.recommend_papers(ask.author("busy"), k=50)
    people_found = ask.suggest_collaborators(ask.author("busy"), k=50)
    assert time.perf_counter() - began < 5.0
    assert set(ids(answer)) == {f"p{n}" for n in range(400, 430)}
    assert people_found.results == ()


def test_papers_by_a_thousand_authors_are_ordinary_and_quick():
    crowd = [f"a{number}" for number in range(1000)]
    papers = [{"paper_id": f"p{n}", "title": f"thing {n % 5}"} for n in range(30)]
    authorships = {"p0": crowd} | {f"p{n}": crowd[n : n + 2] for n in range(1, 30)}
    began = time.perf_counter()
    model = train(
        dataset_of(
            papers=papers,
            authors=people(*crowd),
            authorships=authorships,
            users={"u": "a500"},
            follows=[("u", "a3")],
        )
    ).model
    ask = Recommender(model)
    answer = ask.recommend_papers(ask.user("u"), k=5)
    found = ask.suggest_collaborators(ask.user("u"), k=5)
    assert time.perf_counter() - began < 15.0
    assert "p0" not in ids(answer)
    assert {"p2", "p3"} <= set(ids(answer))
    assert found.results == (), "everybody has written with everybody"


def names(answer):
    return frozenset(one.id for one in answer.results)


@pytest.mark.parametrize("size", [1, 3, 7])
def test_pages_one_behind_the_other_are_the_whole_list(small, size):
    reader = small.user(small.model.dataset.users.ids[0])
    whole = small.recommend_papers(reader, k=2 * size)
    first = small.recommend_papers(reader, k=size)
    second = small.recommend_papers(reader, k=size, shown=names(first))
    assert first.results + second.results == whole.results
    assert [one.rank for one in whole.results] == list(range(1, 2 * size + 1))
    people_whole = small.suggest_collaborators(reader, k=2 * size)
    people_first = small.suggest_collaborators(reader, k=size)
    people_second = small.suggest_collaborators(reader, k=size, shown=names(people_first))
    assert people_whole.results[size:] == people_second.results


def test_pages_say_whether_there_is_more(tiny):
    reader = tiny.user("newcomer")
    assert tiny.recommend_papers(reader, k=7).more
    assert not tiny.recommend_papers(reader, k=8).more
    four, five, all_ = (names(tiny.recommend_papers(reader, k=k)) for k in (4, 5, 8))
    assert tiny.recommend_papers(reader, k=3, shown=four).more
    assert not tiny.recommend_papers(reader, k=3, shown=five).more
    assert tiny.recommend_papers(reader, k=3, shown=all_) == Answer(
        (), False, False, ("reading", "follows", "own papers")
    )


def test_scores_fall_from_rank_to_rank_and_equal_ones_keep_their_order(small):
    data = small.model.dataset
    ranker = Ranker(small.model.paper_scorers, small.model.paper_blend)
    for row in range(0, len(data.users), 7):
        reader = small.user(data.users.ids[row])
        found = ranker.rank(reader, np.arange(len(data.papers)), ANY_PAPER.out(reader), 300)
        kept = found.rows[0] >= 0
        ranked = list(zip(-found.scores[0][kept], found.rows[0][kept], strict=True))
        assert len(ranked) > 200
        assert ranked == sorted(ranked)


def test_answer_without_reasons_is_the_same_list(small):
    reader = small.user(small.model.dataset.users.ids[3])
    told = small.recommend_papers(reader, k=10)
    silent = small.recommend_papers(reader, k=10, explain=False)
    assert [replace(one, reasons=()) for one in told.results] == list(silent.results)
    assert any(one.reasons for one in told.results)


def test_answer_same_question_twice_is_the_same_answer(small):
    reader = small.user(small.model.dataset.users.ids[3])
    assert small.recommend_papers(reader, k=10) == small.recommend_papers(reader, k=10)
