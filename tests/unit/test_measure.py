"""Quality figures: the protocol by hand, and the same lists as everywhere else."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from recsys.data.resource_names import resource_id
from recsys.evaluation.measure import BLEND, means, measure, rank_each
from recsys.evaluation.task import Task
from recsys.models.blend import SEGMENTS, segments_of
from recsys.models.model import Model
from recsys.models.priors import PriorScorer
from recsys.models.readers import Readers
from recsys.ranking.arrange import Arranger
from recsys.ranking.filters import ANY_PAPER, AuthorFilter, eligible_cells
from recsys.ranking.ranker import Ranker
from recsys.recommender import Recommender
from tests.worlds import even_blend, tiny_model
from training.baselines import author_baselines, paper_baselines

KS = (1, 2, 4)


@pytest.fixture(scope="module")
def model() -> Model:
    return tiny_model()


def task_of(model: Model, wanted: dict[str, list[str]], rows: np.ndarray | None = None) -> Task:
    papers, users = model.dataset.papers.ids, model.dataset.users.ids
    readers = model.readers().users(users.rows(list(wanted)))
    relevant = np.zeros((len(wanted), len(papers)), dtype=np.float32)
    for asker, names in enumerate(wanted.values()):
        relevant[asker, papers.rows(names)] = 1.0
    rows = np.arange(len(papers)) if rows is None else rows
    return Task(readers, sparse.csr_matrix(relevant), ANY_PAPER.out(readers), rows)


def by_order(model: Model, *order: str) -> PriorScorer:
    """A scorer that ranks the papers as they are named, whoever asks."""
    values = np.zeros(len(model.dataset.papers), dtype=np.float32)
    values[model.dataset.papers.ids.rows(order)] = np.arange(len(order), 0, -1)
    return PriorScorer("by hand", values, values > 0)


def figures(model: Model, wanted: dict[str, list[str]], *, capped: bool = False, rows=None) -> dict:
    scorer = by_order(model, "g1", "g2", "g3", "g4", "p1")
    blend = even_blend((scorer,), len(model.dataset.papers))
    ranker = Ranker((scorer,), blend)
    table = measure(task_of(model, wanted, rows), ranker, (), KS, capped_recall=capped)
    return means(table, "scorer")["by hand"]


def test_measure_papers_already_read_leave_the_ranking(model):
    # the reader has read g1 and g2: g3 stands first, g4 second
    got = figures(model, {"reader": ["g4"]})
    assert got["recall@1"] == 0.0
    assert got["recall@2"] == 1.0
    assert got["ndcg@2"] == pytest.approx(1 / math.log2(3))


def test_measure_mean_is_over_users_not_over_pairs(model):
    got = figures(model, {"reader": ["g3"], "newcomer": ["g2", "p1", "p2", "p3"]})
    assert got["recall@1"] == pytest.approx((1 + 0) / 2)
    assert got["recall@2"] == pytest.approx((1 + 1 / 4) / 2)
    ideal = 1 + 1 / math.log2(3)
    assert got["ndcg@2"] == pytest.approx((1 + (1 / math.log2(3)) / ideal) / 2)


def test_measure_capped_recall_divides_by_what_can_be_reached(model):
    wanted = {"newcomer": ["g1", "g2", "g3"]}
    assert figures(model, wanted, capped=False)["recall@2"] == pytest.approx(2 / 3)
    assert figures(model, wanted, capped=True)["recall@2"] == 1.0


def test_measure_candidates_are_the_only_ones_ranked(model):
    rows = np.sort(model.dataset.papers.ids.rows(["g4", "p1"]))
    got = figures(model, {"newcomer": ["p1"]}, rows=rows)
    assert (got["recall@1"], got["recall@2"]) == (0.0, 1.0)


def test_measure_rows_say_who_was_measured_and_in_which_segment(model):
    ranker = Ranker(model.paper_scorers, model.paper_blend)
    baselines = tuple(paper_baselines(model))
    wanted = {"reader": ["g3"], "newcomer": ["g2"], "u-eva": ["p2"]}
    task = task_of(model, wanted)
    table = measure(task, ranker, baselines, KS, capped_recall=False)
    eligible = eligible_cells(task.out, task.rows)
    scores = {s.name: s.score(task.readers, task.rows) for s in (*ranker.scorers, *baselines)}
    spoke = [name for name, matrix in scores.items() if matrix[eligible].any()]
    assert list(table["scorer"].unique()) == [BLEND, *spoke]
    assert {"als", "baseline: text profile"} < set(spoke)
    assert "words" not in spoke
    assert table.groupby("scorer").size().eq(3).all()
    assert list(table["segment"][:3]) == ["warm", "cold", "warm"]
    assert not table.isna().any().any()


def test_measure_scorer_that_is_silent_is_left_out_and_the_blend_never(model):
    silent = next(scorer for scorer in model.paper_scorers if scorer.name == "words")
    ranker = Ranker((silent,), even_blend((silent,), len(model.dataset.papers)))
    asked = task_of(model, {"newcomer": ["g1"]})
    table = measure(asked, ranker, (silent,), KS, capped_recall=False)
    assert list(table["scorer"]) == [BLEND]


def test_measure_without_singles_is_the_blend_and_the_baselines(model):
    task = task_of(model, {"reader": ["g3"]})
    ranker = Ranker(model.paper_scorers, model.paper_blend)
    whole = measure(task, ranker, ranker.scorers[:1], KS, capped_recall=False)
    few = measure(task, ranker, ranker.scorers[:1], KS, capped_recall=False, singles=False)
    assert list(few["scorer"]) == [BLEND, ranker.scorers[0].name]
    assert means(few, "scorer").items() <= means(whole, "scorer").items()


def test_measure_other_blend_is_measured_like_a_ranker_of_its_own(model):
    task = task_of(model, {"reader": ["g3", "p1"], "u-eva": ["p2"]})
    ranker = Ranker(model.paper_scorers, model.paper_blend)
    weights = ranker.blend.weights.copy()
    weights[:, :, ranker.blend.names.index("followed")] = 0.0
    other = replace(ranker.blend, weights=weights)
    beside = measure(task, ranker, (), KS, capped_recall=False, blends={"other": other})
    alone = measure(task, Ranker(ranker.scorers, other), (), KS, capped_recall=False)
    assert means(beside, "scorer")["other"] == means(alone, "scorer")[BLEND]


def test_measure_many_questions_in_blocks_are_all_answered(model):
    """More questions than one block holds, each of them the same."""
    one = task_of(model, {"reader": ["g4"]})
    many = one[np.zeros(700, dtype=np.int64)]
    steps: list[tuple[int, int]] = []
    ranker = Ranker(model.paper_scorers, model.paper_blend)
    table = measure(
        many, ranker, (), KS, capped_recall=False, on_block=lambda *step: steps.append(step)
    )
    alone = measure(one, ranker, (), KS, capped_recall=False)
    assert len(table) == 700 * len(alone)
    pd.testing.assert_series_equal(
        pd.Series(means(table, "scorer")[BLEND]), pd.Series(means(alone, "scorer")[BLEND])
    )
    assert len(steps) > 1
    assert steps[-1] == (700, 700)


def test_measure_without_questions_is_an_empty_table(model):
    ranker = Ranker(model.paper_scorers, model.paper_blend)
    nobody = task_of(model, {"reader": ["g4"]})[:0]
    table = measure(nobody, ranker, (), KS, capped_recall=False)
    assert len(table) == 0
    assert means(table, "scorer") == {}


# Evaluation asks for everyone, also for those who are not open to collaborate.
EVERYONE = AuthorFilter(closed=True)


def batch(model: Model) -> Readers:
    return model.readers().users(np.arange(len(model.dataset.users)))


def test_parity_evaluation_batch_and_direct_call_give_the_same_papers(small_model):
    ask, readers = Recommender(small_model), batch(small_model)
    rows = np.arange(len(small_model.dataset.papers))
    nothing = sparse.csr_matrix((len(readers), len(rows)), dtype=np.float32)
    ranker = Ranker(small_model.paper_scorers, small_model.paper_blend)
    task = Task(readers, nothing, ANY_PAPER.out(readers), rows)
    order = Arranger(small_model).arrange
    measured = rank_each(task, ranker, (), 15, order=order)[BLEND].rows
    at_once = ask.rank_papers(readers, rows=rows, k=15).rows
    ids = small_model.dataset.papers.ids
    for row in range(len(readers)):
        answer = ask.recommend_papers(readers[row : row + 1], k=15, explain=False)
        direct = [ids.row(resource_id(one.id, "papers")) for one in answer.results]
        assert measured[row].tolist() == at_once[row].tolist() == direct


def test_parity_evaluation_batch_and_direct_call_give_the_same_people(small_model):
    ask = Recommender(small_model)
    readers = small_model.readers().authors(np.arange(len(small_model.dataset.authors)))
    rows = EVERYONE.rows(small_model.dataset)
    nothing = sparse.csr_matrix((len(readers), readers.follows.shape[1]), dtype=np.float32)
    ranker = Ranker(small_model.author_scorers, small_model.author_blend)
    task = Task(readers, nothing, EVERYONE.out(readers, small_model.signals), rows)
    measured = rank_each(task, ranker, (), 15)[BLEND].rows
    at_once = ask.rank_authors(readers, keep=EVERYONE, k=15).rows
    ids = small_model.dataset.authors.ids
    for row in range(len(readers)):
        answer = ask.suggest_collaborators(
            readers[row : row + 1], keep=EVERYONE, k=15, explain=False
        )
        direct = [ids.row(resource_id(one.id, "authors")) for one in answer.results]
        assert [r for r in measured[row].tolist() if r >= 0] == direct
        assert measured[row].tolist() == at_once[row].tolist()


def test_baselines_are_scorers_like_any_other(small_model):
    readers = batch(small_model)
    for scorers, n in (
        (tuple(paper_baselines(small_model)), len(small_model.dataset.papers)),
        (tuple(author_baselines(small_model)), len(small_model.dataset.authors)),
    ):
        assert len(scorers) >= 2
        for scorer in scorers:
            scores = scorer.score(readers, np.arange(n))
            assert scores.shape == (len(readers), n)
            assert np.isfinite(scores).all()
            assert scores.any()


def test_segments_of_a_task_cover_all_readers(small_model):
    segments = segments_of(batch(small_model))
    assert set(segments.tolist()) <= set(range(len(SEGMENTS)))
