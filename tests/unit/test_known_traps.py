"""Traps of the libraries we fit with: each is shown to be there, and not to be ours.

Where a newer version of a library no longer falls into its trap, the first half of the pair
fails and says so; the second half must hold in any case.
"""

from __future__ import annotations

import warnings

import implicit
import numpy as np
import pytest
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender
from implicit.utils import ParameterWarning
from lightfm import LightFM
from scipy import sparse

from recsys.data.dataset import Dataset
from recsys.data.resource_names import resource_id
from recsys.features.signals import SignalSettings, build_signals
from recsys.models.factors import FeatureScorer
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.ranking.filters import PaperFilter
from recsys.recommender import Recommender
from tests.digests import digest
from tests.small import dataset_of, people, quick_settings, train
from training.fit.hybrid import fit_hybrid

N_USERS, N_PAPERS = 30, 12
READ = np.random.default_rng(0).random((N_USERS, N_PAPERS)) < 0.4
# About the least number of float32, with which implicit fills up what it has not got.
PADDING = -1e30


@pytest.fixture(scope="module")
def readings() -> sparse.csr_matrix:
    return sparse.csr_matrix(READ.astype(np.float32))


@pytest.fixture(scope="module")
def model() -> Model:
    """Ours, of the same readings."""
    papers = [{"paper_id": f"p{n:02}", "title": f"thing {n}"} for n in range(N_PAPERS)]
    users = {f"u{n:02}": "" for n in range(N_USERS)}
    deeds = [(f"u{u:02}", f"p{p:02}", "save") for u, p in np.argwhere(READ)]
    return train(dataset_of(papers=papers, users=users, interactions=deeds)).model


def knn(readings: sparse.csr_matrix) -> CosineRecommender:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ParameterWarning)
        fitted = CosineRecommender(K=N_PAPERS, num_threads=1)
        fitted.fit(readings, show_progress=False)
    return fitted


def als(readings: sparse.csr_matrix) -> AlternatingLeastSquares:
    fitted = AlternatingLeastSquares(factors=4, iterations=2, random_state=1, num_threads=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted.fit(readings, show_progress=False)
    return fitted


def asker(model: Model, user: int) -> Readers:
    return Recommender(model).user(f"u{user:02}")


def test_implicit_is_the_version_whose_traps_are_shown_here():
    assert implicit.__version__ == "0.7.3"


def test_implicit_knn_with_filtered_items_gives_more_than_was_asked_for(readings):
    ids, _ = knn(readings).recommend(0, readings[0], N=3, filter_items=[0, 1])
    assert len(ids) == 5


def test_implicit_knn_gives_back_what_was_read_with_a_score_of_zero(readings):
    ids, scores = knn(readings).recommend(0, readings[0], N=N_PAPERS)
    assert set(ids[scores == 0]) == set(readings[0].indices)


@pytest.mark.parametrize("k", [1, 3, 100])
def test_ours_excluded_papers_are_out_and_the_list_is_as_long_as_asked_for(model, k):
    ask, excluded = Recommender(model), {f"p{n:02}" for n in (0, 1, 7)}
    for user in range(N_USERS):
        reader = asker(model, user)
        answer = ask.recommend_papers(reader, keep=PaperFilter(excluded=frozenset(excluded)), k=k)
        got = {resource_id(one.id, "papers") for one in answer.results}
        possible = {f"p{n:02}" for n in np.flatnonzero(~READ[user])} - excluded
        assert got <= possible
        assert len(answer.results) == len(got) == min(k, len(possible))


def test_implicit_als_pads_short_lists_with_what_was_read(readings):
    ids, scores = als(readings).recommend(0, readings[0], N=N_PAPERS)
    padded = scores < PADDING
    assert set(ids[padded]) == set(readings[0].indices)
    assert np.unique(scores[padded]).tolist() == [np.finfo(np.float32).min]


def test_implicit_als_pads_with_filtered_items_too(readings):
    ids, scores = als(readings).recommend(0, readings[0], N=N_PAPERS, filter_items=[0, 4])
    assert {0, 4} <= set(ids[scores < PADDING])


def test_ours_short_lists_end_where_there_is_no_more(model):
    ask = Recommender(model)
    for user in range(N_USERS):
        answer = ask.recommend_papers(asker(model, user), k=N_PAPERS + 5)
        assert len(answer.results) == np.count_nonzero(~READ[user])
        assert all(np.isfinite(one.score) and one.score >= 0 for one in answer.results)
        assert not answer.more


def test_ours_batches_mark_what_is_not_there(model):
    readers = model.readers().users(np.arange(N_USERS))
    found = Recommender(model).rank_papers(readers, rows=np.arange(N_PAPERS), k=N_PAPERS)
    for user, (rows, scores) in enumerate(zip(found.rows, found.scores, strict=True)):
        real = rows >= 0
        assert set(rows[real]) == set(np.flatnonzero(~READ[user]))
        assert np.isfinite(scores[real]).all()
        assert (scores[~real] == -np.inf).all()


def test_ours_same_neighbours_as_implicit_before_it_filters(model, readings):
    """What is left of implicit's kNN is its likeness: scores agree where it gives any."""
    scorer = next(scorer for scorer in model.paper_scorers if scorer.name == "knn")
    papers, users = model.dataset.papers.ids, model.dataset.users.ids
    columns = papers.rows([f"p{n:02}" for n in range(N_PAPERS)])
    for user in range(0, N_USERS, 5):
        reader = model.readers().users(users.rows([f"u{user:02}"]))
        ours = scorer.score(reader, np.arange(N_PAPERS))[0][columns]
        ids, scores = knn(readings).recommend(user, readings[user], N=N_PAPERS)
        told = scores > 0
        assert told.any()
        np.testing.assert_allclose(ours[ids[told]], scores[told], rtol=1e-4)


def lightfm_factors(threads: int) -> np.ndarray:
    cells = np.random.default_rng(0).random((200, 150)) < 0.05
    fitted = LightFM(no_components=8, loss="warp", random_state=3)
    fitted.fit(sparse.coo_matrix(cells.astype(np.float32)), epochs=3, num_threads=threads)
    return fitted.item_embeddings


def test_lightfm_on_one_thread_repeats_itself_and_on_two_it_is_another_model():
    np.testing.assert_array_equal(lightfm_factors(1), lightfm_factors(1))
    assert not np.array_equal(lightfm_factors(1), lightfm_factors(2))


def hybrid_of(dataset: Dataset, seed: int) -> FeatureScorer:
    topics = np.zeros((len(dataset.papers), 3), dtype=np.float32)
    signals = build_signals(dataset, SignalSettings())
    scorer = fit_hybrid(dataset, signals, topics, quick_settings().lightfm, seed=seed)
    assert scorer is not None
    return scorer


def test_ours_hybrid_with_the_same_seed_is_the_same_to_the_bit(small_world):
    assert digest(hybrid_of(small_world, 5)) == digest(hybrid_of(small_world, 5))
    assert digest(hybrid_of(small_world, 5)) != digest(hybrid_of(small_world, 6))


def test_ours_hybrid_has_no_setting_for_threads():
    assert not any("thread" in name for name in quick_settings().lightfm.__dataclass_fields__)


def test_ours_oneself_is_no_collaborator_however_short_the_way_back():
    """A -> B -> A: two people who write with nobody else must not be told to write alone."""
    model = train(
        dataset_of(
            papers=[{"paper_id": f"p{n}", "title": "same words"} for n in range(4)],
            authors=people("a", "b", "c"),
            authorships={"p0": ["a", "b"], "p1": ["a", "b"], "p2": ["c"]},
            users={"ua": "a"},
            follows=[("ua", "b"), ("ua", "a")],
        )
    ).model
    ask = Recommender(model)
    for reader in (ask.user("ua"), ask.author("a")):
        answer = ask.suggest_collaborators(reader, k=10)
        assert [one.id for one in answer.results] == ["authors/c"]
