"""Many who are answered at once get the lines that each gets alone, those that are good enough."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys.answer import Lines
from recsys.data.events import NOTHING_STANDS
from recsys.models.model import Model
from recsys.models.readers import Readers, take_rows
from recsys.ranking.filters import ANY_AUTHOR, ANY_PAPER, PaperFilter
from recsys.ranking.ranker import Ranker
from recsys.recommender import Recommender
from tests.contract.readers import everyone
from tests.small import small_run

K = 6
ROUNDING = 1e-4


@pytest.fixture(scope="module")
def readers(small_model: Model) -> Readers:
    return everyone(small_model)[::3]


@pytest.fixture(scope="module")
def ask(small_model: Model) -> Recommender:
    return Recommender(small_model)


def windows(model: Model, n: int) -> list[PaperFilter]:
    """Filters that differ: everything, half a year, a year, and nothing."""
    last = model.dataset.data_time
    days = (None, 180, 365, -1)
    since = [None if d is None else last - np.timedelta64(d, "D") for d in days]
    return [PaperFilter(published_after=since[place % len(since)]) for place in range(n)]


def told(lines: Lines) -> list[tuple[object, ...]]:
    return [(one.id, one.title, one.rank, one.strategy) for one in lines]


def assert_same(got: Lines, alone: Lines) -> None:
    assert told(got) == told(alone)
    assert [one.score for one in got] == pytest.approx([one.score for one in alone], rel=1e-4)
    shares = [[r.share for one in lines for r in one.reasons] for lines in (got, alone)]
    # Two reasons of nearly the same share may change places, as they may from page to page.
    assert sorted(shares[0]) == pytest.approx(sorted(shares[1]), abs=0.01)


@pytest.mark.parametrize("least", [0.0, 0.1])
def test_papers_for_many_are_those_that_each_gets_alone(ask, readers, least) -> None:
    keeps = windows(ask.model, len(readers))
    kept = [keep.rows(ask.model.dataset) for keep in keeps]
    found = ask.recommend_papers_to_each(readers, kept, [K] * len(readers), least)
    assert len(found) == len(readers)
    assert 0 < sum(map(len, found)) < K * len(readers)
    for place, (lines, keep) in enumerate(zip(found, keeps, strict=True)):
        alone = ask.recommend_papers(readers[place : place + 1], keep=keep, k=K).results
        assert_same(lines, tuple(one for one in alone if one.score >= least))


@pytest.mark.parametrize("least", [0.0, 0.1])
def test_people_for_many_are_those_that_each_gets_alone(ask, readers, least) -> None:
    first = ask.suggest_collaborators(readers[:1], k=1, explain=False).results[0].id
    excluded = frozenset([first.removeprefix("authors/")])
    keep = replace(ANY_AUTHOR, excluded=excluded)
    found = ask.suggest_collaborators_to_each(
        readers, [keep.rows(ask.model.dataset)] * len(readers), K, least
    )
    assert any(found)
    assert first not in {one.id for lines in found for one in lines}
    for place, lines in enumerate(found):
        alone = ask.suggest_collaborators(readers[place : place + 1], keep=keep, k=K).results
        assert_same(lines, tuple(one for one in alone if one.score >= least))


def test_lists_for_nobody_are_none(ask, readers) -> None:
    assert ask.recommend_papers_to_each(readers[:0], [], [], 0.0) == []
    assert ask.suggest_collaborators_to_each(readers[:0], [], K, 0.0) == []


def test_papers_within_a_window_have_the_chances_of_the_whole_list(ask, readers) -> None:
    (keep,) = windows(ask.model, 2)[1:]
    for place in range(len(readers)):
        reader = readers[place : place + 1]
        whole = ask.recommend_papers(reader, k=10_000, explain=False).results
        scores = {one.id: one.score for one in whole}
        for one in ask.recommend_papers(reader, keep=keep, k=K, explain=False).results:
            assert one.score == pytest.approx(scores[one.id], rel=1e-4)


@settings(max_examples=25, deadline=None)
@given(some=st.sets(st.integers(0, 299), min_size=1))
def test_scores_are_no_lower_where_fewer_papers_compete(some) -> None:
    model = small_run().model
    readers, rows = everyone(model)[::7], np.array(sorted(some))
    ranker, out = Ranker(model.paper_scorers, model.paper_blend), ANY_PAPER.out(readers)
    beside_all = ranker.score(readers, np.arange(len(model.dataset.papers)), out, rows)
    alone = ranker.score(readers, rows, out).total
    assert (alone >= beside_all.total * (1 - ROUNDING))[beside_all.eligible].all()


def test_users_at_once_are_those_of_each_alone(ask) -> None:
    ids = [*[*ask.model.dataset.users.ids][:3], "nobody"]
    together = ask.users(ids, [NOTHING_STANDS] * len(ids))
    for place, id_ in enumerate(ids):
        alone = ask.user(id_)
        assert together.user_rows[place] == alone.user_rows[0]
        assert (together.liked[[place]] != alone.liked).nnz == 0


def test_take_rows_keeps_the_order_of_rows_and_cells_and_leaves_unknown_ones_empty(ask) -> None:
    matrix = ask.model.signals.liked
    taken = take_rows(matrix, np.array([4, -1, 2]))
    assert taken.shape == (3, matrix.shape[1])
    np.testing.assert_array_equal(taken[[0]].indices, matrix[[4]].indices)
    np.testing.assert_array_equal(taken[[2]].data, matrix[[2]].data)
    assert taken[[1]].nnz == 0
