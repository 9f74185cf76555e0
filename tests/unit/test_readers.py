"""Readers: users, profiles nobody has claimed, and strangers are looked up alike."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from recsys.features.signals import SignalSettings, build_signals
from recsys.models.blend import SEGMENTS, segments_of
from recsys.models.model import Model
from recsys.models.readers import ReaderSource, take_rows
from recsys.recommender import Recommender
from tests.small import dataset_of, people
from tests.worlds import tiny_model


@pytest.fixture(scope="module")
def model() -> Model:
    return tiny_model()


def user(model: Model, name: str):
    return model.readers().users(np.array([model.dataset.users.ids.row(name)]))


def author(model: Model, name: str):
    return model.readers().authors(np.array([model.dataset.authors.ids.row(name)]))


def papers_in(model: Model, matrix: sparse.csr_matrix) -> set[str]:
    return {model.dataset.papers.ids[row] for row in matrix.indices}


def test_user_with_a_claimed_profile_brings_own_papers(model):
    ada = user(model, "u-ada")
    assert papers_in(model, ada.liked) == {"g2"}
    assert papers_in(model, ada.written) == {"g1"}
    assert papers_in(model, ada.interests()) == {"g1", "g2"}


def test_profile_that_is_claimed_is_its_user(model):
    ada, claimed = user(model, "u-ada"), author(model, "ada")
    assert claimed.user_rows[0] == ada.user_rows[0]
    np.testing.assert_array_equal(claimed.liked.toarray(), ada.liked.toarray())


def test_profile_that_nobody_claimed_has_papers_and_no_reading(model):
    finn = author(model, "finn")
    assert finn.user_rows[0] == -1
    assert papers_in(model, finn.written) == {"p3"}
    assert not finn.liked.nnz


def test_profile_claimed_twice_is_the_first_user():
    dataset = dataset_of(
        papers=[{"paper_id": "p", "title": "p"}],
        authors=people("a", "b"),
        users={"first": "a", "second": "a"},
        interactions=[("second", "p", "like")],
    )
    source = ReaderSource(dataset, build_signals(dataset, SignalSettings()), 0)
    assert source.authors(np.array([0, 1])).user_rows.tolist() == [0, -1]


def test_profiles_without_any_user_are_readers_all_the_same():
    dataset = dataset_of(papers=[{"paper_id": "p", "title": "p"}], authors=people("a"))
    source = ReaderSource(dataset, build_signals(dataset, SignalSettings()), 3)
    reader = source.authors(np.array([0]))
    assert reader.user_rows.tolist() == [-1]
    assert reader.liked.shape == (1, 1)
    assert reader.words.shape == (1, 3)


def test_stranger_is_known_by_nothing(model):
    nobody = model.readers().strangers(2)
    assert len(nobody) == 2
    matrices = (nobody.liked, nobody.seen, nobody.written, nobody.follows, nobody.words)
    assert not any(matrix.nnz for matrix in matrices)


def test_stranger_paper_liked_twice_is_liked_once(model):
    asked = Recommender(model).stranger(liked=["g1", "g1"])
    assert asked.liked.toarray()[0, model.dataset.papers.ids.row("g1")] == 1.0


def test_own_papers_newer_one_weighs_more(model):
    dan = author(model, "dan").written.toarray()[0]
    p1, p2, p3 = (dan[model.dataset.papers.ids.row(paper)] for paper in ("p1", "p2", "p3"))
    assert 0 < p1 < p2 < p3 <= 1


def test_readers_cut_out_keep_all_their_parts(model):
    everyone = model.readers().users(np.arange(4))
    for row in range(4):
        alone, cut = model.readers().users(np.array([row])), everyone[row : row + 1]
        np.testing.assert_array_equal(cut.user_rows, alone.user_rows)
        for name in ("liked", "disliked", "seen", "written", "follows"):
            expected = getattr(alone, name).toarray()
            np.testing.assert_array_equal(getattr(cut, name).toarray(), expected)


def test_segments_go_by_how_much_is_known(model):
    ask = Recommender(model)
    known = [
        (ask.user("nobody at all"), "cold"),
        (ask.user("newcomer"), "cold"),
        (ask.user("reader"), "warm"),
        (ask.stranger(liked=["g1"]), "warm"),
        (ask.stranger(text="protein folding"), "asked"),
        (ask.stranger(liked=list(model.dataset.papers.ids.ids), followed=["ada", "ben"]), "hot"),
    ]
    assert [SEGMENTS[segments_of(reader)[0]] for reader, _ in known] == [s for _, s in known]


def test_take_rows_minus_one_comes_back_empty():
    matrix = sparse.csr_matrix(np.arange(1, 7, dtype=np.float32).reshape(3, 2))
    taken = take_rows(matrix, np.array([2, -1, 0, 2]))
    assert taken.toarray().tolist() == [[5, 6], [0, 0], [1, 2], [5, 6]]
    assert take_rows(matrix, np.array([], dtype=np.int32)).shape == (0, 2)
    assert take_rows(matrix, np.array([-1, -1])).nnz == 0
