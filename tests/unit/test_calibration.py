"""Scores are chances: they compare between readers, and hold what they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from recsys.evaluation.measure import BLEND
from recsys.evaluation.reliability import Outcomes, pooled_auc, worth_telling
from recsys.models.blend import N_KINDS, N_SHAPES, SEGMENTS, Blend
from recsys.models.calibration import Calibration, guessed
from recsys.ranking.filters import PaperFilter
from recsys.ranking.ranker import Ranker
from recsys.recommender import Recommender
from tests.small import dataset_of, small_run, train
from tests.unit.test_measure import task_of
from tests.worlds import tiny_model
from training.fit.calibration import calibrated
from training.fit.lesson import Lesson
from training.fit.pool import Pool

WARM, HOT = SEGMENTS.index("warm"), SEGMENTS.index("hot")


def lesson(scores: np.ndarray, chances: np.ndarray, segment: int, seed: int = 0) -> Lesson:
    """One scorer whose scores are relevant with the given chances; both (n, size)."""
    n, size = scores.shape
    features = np.zeros((n * size, N_KINDS, N_SHAPES), dtype=np.float32)
    features[:, 0, 1] = scores.ravel()
    relevant = np.random.default_rng(seed).random(n * size) < chances.ravel()
    segments, indptr = np.full(n, segment, dtype=np.int8), size * np.arange(n + 1)
    pool = Pool(sparse.csr_matrix(features.reshape(n * size, -1)), relevant, indptr, segments)
    start = np.ones((len(SEGMENTS), N_KINDS * N_SHAPES))
    kinds, ones = np.zeros(size, dtype=np.int8), np.ones((1, size), dtype=np.float32)
    return Lesson(("one",), kinds, ones[:, 0], ones, start, pool)


def one_scorer() -> Blend:
    weights = np.zeros((len(SEGMENTS), N_KINDS, 1, N_SHAPES), dtype=np.float32)
    weights[..., 1] = 1.0
    ones = np.ones((1, 1), dtype=np.float32)
    return Blend(("one",), np.zeros(1, np.int8), ones[:, 0], ones, weights)


def test_calibration_finds_the_chances_that_were_planted():
    scores = np.random.default_rng(1).uniform(1, 10, (400, 40))
    planted = (scores / 10) ** 3 / (1 + (scores / 10) ** 3)
    blend = calibrated(one_scorer(), lesson(scores, planted, WARM))
    asked = np.array([2.0, 5.0, 9.0])
    expected = (asked / 10) ** 3 / (1 + (asked / 10) ** 3)
    np.testing.assert_allclose(blend.calibration.chances(asked, WARM), expected, atol=0.02)


def test_calibration_says_which_segments_were_never_asked():
    scores = np.random.default_rng(1).uniform(1, 10, (100, 20))
    learned = calibrated(one_scorer(), lesson(scores, scores / 20, HOT)).calibration
    assert [SEGMENTS[row] for row in np.flatnonzero(learned.learned)] == ["hot"]
    assert learned.slopes[WARM] == learned.slopes[HOT]


@pytest.mark.parametrize("chance", [0.0, 1.0, 0.001])
def test_calibration_too_few_answers_of_either_sort_teach_nothing(chance):
    scores = np.random.default_rng(1).uniform(1, 10, (30, 20))
    blend = calibrated(one_scorer(), lesson(scores, np.full(scores.shape, chance), WARM))
    assert not blend.calibration.learned.any()


def test_calibration_a_holdout_that_contradicts_the_scores_teaches_nothing():
    scores = np.random.default_rng(1).uniform(1, 10, (200, 20))
    blend = calibrated(one_scorer(), lesson(scores, 1 - scores / 10, WARM))
    assert not blend.calibration.learned.any()
    assert (blend.calibration.slopes > 0).all()


@given(
    st.lists(st.floats(0, 100, width=32), min_size=2, max_size=20, unique=True),
    st.integers(0, len(SEGMENTS) - 1),
    st.floats(-12, 2),
    st.floats(0.1, 6),
)
def test_chances_are_fractions_in_the_order_of_the_scores(scores, segment, offset, slope):
    n = len(SEGMENTS)
    calibration = Calibration(np.full(n, offset), np.full(n, slope), np.ones(n, dtype=bool))
    ordered = np.sort(np.array(scores, dtype=np.float32))
    chances = calibration.chances(ordered, segment)
    assert ((chances >= 0) & (chances <= 1)).all()
    assert (np.diff(chances) >= 0).all()
    apart = np.diff(ordered) > 1e-3 * ordered[1:]
    assert (np.diff(chances)[apart & (chances[1:] < 1 - 1e-6) & (chances[1:] > 1e-9)] > 0).all()


def test_chances_of_nothing_and_of_what_is_out_are_zero():
    scores = np.array([0.0, -1.0, -np.inf], dtype=np.float32)
    assert guessed(len(SEGMENTS)).chances(scores, 0).tolist() == [0.0, 0.0, 0.0]


def test_scores_of_an_answer_are_chances():
    ask = Recommender(small_run().model)
    for user_id in list(ask.model.dataset.users.ids)[:10]:
        answer = ask.recommend_papers(ask.user(user_id), k=30, explain=False)
        scores = [one.score for one in answer.results]
        assert answer.calibrated
        assert all(0 < score < 1 for score in scores)


def test_scores_do_not_change_with_a_filter():
    ask = Recommender(small_run().model)
    data = ask.model.dataset
    keep = PaperFilter(categories_in=frozenset({data.papers.category_names[0]}))
    for user_id in list(data.users.ids)[:5]:
        reader = ask.user(user_id)
        whole = ask.recommend_papers(reader, k=300, explain=False)
        scores = {one.id: one.score for one in whole.results}
        kept = ask.recommend_papers(reader, keep=keep, k=300, explain=False)
        assert 0 < len(kept.results) < len(whole.results)
        assert {one.id: one.score for one in kept.results} == {
            one.id: scores[one.id] for one in kept.results
        }


def test_answer_says_when_nobody_like_the_reader_taught_the_scores():
    papers = [{"paper_id": f"p{n}", "title": f"graph thing {n}"} for n in range(12)]
    ask = Recommender(train(dataset_of(papers=papers)).model)
    answer = ask.recommend_papers(ask.stranger(text="graph"), k=3)
    assert not answer.calibrated
    assert all(0 <= one.score <= 1 for one in answer.results)


def test_training_tells_how_far_chances_can_be_trusted():
    figures = small_run().metrics
    assert figures["papers.calibration_error"] < 0.1
    assert figures["papers.pooled_auc"] > 0.55


def test_reliability_is_the_mean_gap_between_chance_and_outcome():
    model = tiny_model()
    task = task_of(model, {"reader": ["g3"], "u-eva": ["p2"]})
    ranker = Ranker(model.paper_scorers, model.paper_blend)
    outcomes = Outcomes(ranker, length=3)
    outcomes.add(task, {BLEND: ranker.rank(task.readers, task.rows, task.out, 5)})
    found = outcomes.reliability()
    lists = ranker.rank(task.readers, task.rows, task.out, 3)
    chances = ranker.chances(task.readers, lists.scores)[lists.rows >= 0]
    hits = np.array([name in ("g3", "p2") for name in _names(model, lists.rows)])
    order = np.argsort(chances, kind="stable")
    assert found is not None
    np.testing.assert_allclose(found.expected, chances[order])
    np.testing.assert_allclose(found.observed, hits[order])
    assert found.error == pytest.approx(np.abs(chances - hits).mean())
    assert found.auc == pytest.approx(pooled_auc(chances, hits))


def _names(model, rows):
    return [model.dataset.papers.ids[row] for row in rows.ravel() if row >= 0]


def test_pooled_auc_is_the_share_of_pairs_in_the_right_order():
    relevant = np.array([True, False, True, False])
    assert pooled_auc(np.array([0.9, 0.1, 0.8, 0.2]), relevant) == 1.0
    assert pooled_auc(np.array([0.1, 0.1, 0.1, 0.1]), relevant) == 0.5
    assert pooled_auc(np.array([0.9, 0.95, 0.1, 0.05]), relevant) == 0.5
    assert np.isnan(pooled_auc(np.array([0.9]), np.array([True])))


@pytest.mark.parametrize(
    ("chances", "relevant", "expected"),
    [
        ([0.9, 0.8, 0.3, 0.1], [1, 1, 0, 0], 0.8),  # all the good ones and nothing else
        ([0.9, 0.8, 0.3, 0.1], [1, 0, 0, 0], 0.9),
        ([0.9, 0.3, 0.3, 0.3], [0, 1, 1, 0], 0.3),  # equal chances are told together
        ([0.5, 0.5], [1, 1], 0.5),
    ],
)
def test_worth_telling_is_where_good_and_told_agree_best(chances, relevant, expected):
    assert worth_telling(np.array(chances), np.array(relevant, dtype=bool)) == expected


def test_worth_telling_without_anything_relevant_is_unknown():
    assert np.isnan(worth_telling(np.array([0.5]), np.array([False])))
