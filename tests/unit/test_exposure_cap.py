"""Nobody becomes the suggestion for everyone, and what that changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from recsys.evaluation.task import Task
from recsys.models.damping import Damping, undamped
from recsys.models.model import Model
from recsys.ranking.ranker import Ranker
from recsys.recommender import Recommender
from tests.worlds import tiny_model
from training.fit.exposure import LIST, ExposureSettings, cap_popularity
from training.holdout import unanswered_authors

N_READERS, N_PEOPLE, STAR = 60, 400, 7


class Crowded:
    """A ranker to which each reader has 30 people of their own, and all have one star as well."""

    def __init__(self, damping: Damping) -> None:
        self._damping = damping
        scores = np.random.default_rng(4).random((N_READERS, N_PEOPLE)).astype(np.float32)
        scores[:, STAR] = np.linspace(1.0, 3.0, N_READERS)
        self.scores = scores

    def rank(self, readers, rows, _out, k):
        scores = self.scores[readers.user_rows] * self._damping.of(rows)
        order = np.argsort(-scores, axis=1)[:, :k]
        best = np.take_along_axis(scores, order, axis=1)
        return type("Lists", (), {"rows": order, "scores": best})()


@pytest.fixture
def task() -> Task:
    readers = tiny_model().readers().strangers(N_READERS)
    readers = replace(readers, user_rows=np.arange(N_READERS, dtype=np.int32))
    nothing = sparse.csr_matrix((N_READERS, N_PEOPLE), dtype=np.float32)
    return Task(readers, nothing, nothing, np.arange(N_PEOPLE))


def lists_with_the_star(damping: Damping, task: Task) -> np.ndarray:
    found = Crowded(damping).rank(task.readers, task.rows, task.out, LIST).rows
    return np.flatnonzero((found == STAR).any(axis=1))


def test_cap_keeps_a_star_out_of_all_but_its_share_of_lists(task):
    damping = cap_popularity(Crowded(undamped()), task, ExposureSettings(0.2))
    assert len(lists_with_the_star(undamped(), task)) == N_READERS
    # Who means most to the star's readers keeps it: those to whom it is furthest above the rest.
    assert lists_with_the_star(damping, task).tolist() == list(range(N_READERS))[-12:]


def test_cap_leaves_whom_nobody_crowds_as_they_are(task):
    damping = cap_popularity(Crowded(undamped()), task, ExposureSettings(0.2))
    assert damping.rows.tolist() == [STAR]


def test_cap_of_all_lists_damps_nobody(task):
    assert not len(cap_popularity(Crowded(undamped()), task, ExposureSettings(1.0)).rows)


def test_cap_among_few_people_allows_three_times_an_even_share(small_model: Model):
    ranker = Ranker(small_model.author_scorers, small_model.author_blend)
    n = len(small_model.dataset.authors)
    task = unanswered_authors(
        small_model.dataset, small_model.signals, len(small_model.text.terms), np.arange(n)
    )
    shown = np.zeros(n, dtype=np.int64)
    for block in task.blocks():
        found = ranker.rank(block.readers, block.rows, block.out, LIST).rows
        shown += np.bincount(found[found >= 0], minlength=n)
    assert shown.max() <= 1.1 * 3 * LIST  # the lists of those who asked in training are some of all


def test_damping_of_other_rows_is_one():
    damping = Damping(np.array([2, 5], dtype=np.int32), np.array([0.5, 0.25], dtype=np.float32))
    assert damping.of(np.array([0, 2, 4, 5, 9])).tolist() == [1.0, 0.5, 1.0, 0.25, 1.0]
    assert undamped().of(np.array([3])).tolist() == [1.0]
    both = damping.times(Damping(np.array([5, 7], dtype=np.int32), np.full(2, 0.5, np.float32)))
    assert (both.rows.tolist(), both.factors.tolist()) == ([2, 5, 7], [0.5, 0.125, 0.5])


def test_damping_moves_a_person_down_and_leaves_the_shares_of_reasons():
    model = tiny_model()
    ask = Recommender(model)
    first = ask.suggest_collaborators(ask.user("u-ada")).results[0]
    row = model.dataset.authors.ids.row("cleo")
    half = Damping(np.array([row], dtype=np.int32), np.array([0.01], dtype=np.float32))
    blend = replace(model.author_blend, damping=half)
    less = Recommender(replace(model, author_blend=blend))
    damped = less.suggest_collaborators(less.user("u-ada")).results
    assert first.id == "authors/cleo" != damped[0].id
    again = next(one for one in damped if one.id == first.id)
    assert again.score < first.score
    assert again.reasons == first.reasons
