"""Who stands near a reader, in a world of six people whose ties one can draw."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from recsys.data.dataset import Dataset
from recsys.features.signals import Signals, SignalSettings, build_signals
from recsys.models.circles import Circle, CirclePaperScorer, CircleScorer, without
from recsys.models.readers import Readers, ReaderSource
from tests.small import dataset_of, people
from training.fit.circles import fit_circles, joint_likelihood, unit_sums

# a - b - c - d in a chain; e writes with b and c; f alone. b is claimed by reader "ub".
TEAMS = {"ab": "ab", "bc": "bc", "cd": "cd", "be": "be", "ce": "ce", "f": "f", "a2": "a"}


@pytest.fixture(scope="module")
def chain() -> tuple[Dataset, Signals]:
    dataset = dataset_of(
        papers=[{"paper_id": paper, "title": paper} for paper in TEAMS],
        authors=people(*"abcdef"),
        authorships=TEAMS,
        users={"ua": "a", "ub": "b", "fan": "", "fan of self": "a"},
        follows=[("fan", "c"), ("fan of self", "a"), ("fan of self", "c"), ("ua", "b")],
        interactions=[("ub", "f", "like"), ("fan", "cd", "like")],
    )
    return dataset, build_signals(dataset, SignalSettings())


def near(chain: tuple[Dataset, Signals], circle: Circle, **asker: str) -> set[str]:
    reader = reader_of(chain, **asker)
    ids = chain[0].authors.ids
    return {ids[row] for row in circle.weights(reader).indices}


def reader_of(chain: tuple[Dataset, Signals], *, user: str = "", author: str = "") -> Readers:
    dataset, signals = chain
    source = ReaderSource(dataset, signals, 0)
    if user:
        return source.users(np.array([dataset.users.ids.row(user)]))
    return source.authors(np.array([dataset.authors.ids.row(author)]))


def steps(chain: tuple[Dataset, Signals], n: int, start: str = "profile") -> Circle:
    return Circle("any", start, (unit_sums(chain[1].coauthors),) * n)


def test_circle_one_step_is_the_direct_coauthors(chain):
    assert near(chain, steps(chain, 1), author="a") == {"b"}
    assert near(chain, steps(chain, 1), author="b") == {"a", "c", "e"}


def test_circle_two_steps_do_not_come_back_to_oneself(chain):
    """A -> B -> A is a way, and says nothing about A."""
    for author in "abcde":
        assert author not in near(chain, steps(chain, 2), author=author)


def test_circle_two_steps_leave_out_direct_coauthors(chain):
    # c and e both write with b and with each other: neither is a second step from b
    assert near(chain, steps(chain, 2), author="b") == {"d"}
    assert near(chain, steps(chain, 2), author="a") == {"c", "e"}


def test_circle_person_who_always_writes_alone_is_near_nobody(chain):
    assert near(chain, steps(chain, 1), author="f") == set()
    assert near(chain, steps(chain, 2), author="f") == set()


def test_circle_of_follows_starts_at_the_followed(chain):
    assert near(chain, Circle("any", "follows", ()), user="fan") == {"c"}
    assert near(chain, steps(chain, 1, "follows"), user="fan") == {"b", "d", "e"}


def test_circle_follow_of_oneself_is_nobody(chain):
    assert near(chain, Circle("any", "follows", ()), user="fan of self") == {"c"}


def test_circle_reached_over_a_follow_is_never_the_reader(chain):
    assert "a" not in near(chain, steps(chain, 1, "follows"), user="ua")


def test_circle_weights_of_a_step_are_shares_of_the_coauthors(chain):
    weights = steps(chain, 1).weights(reader_of(chain, author="a"))
    assert weights.sum() == pytest.approx(1.0)


def test_circle_papers_of_the_followed_score_and_others_do_not(chain):
    dataset, signals = chain
    scorer = CirclePaperScorer(
        "followed", Circle("followed_author", "follows", ()), signals.authorship.T.tocsr()
    )
    scores = scorer.score(reader_of(chain, user="fan"), np.arange(len(TEAMS)))[0]
    scored = {dataset.papers.ids[row] for row in np.flatnonzero(scores)}
    assert scored == {"bc", "cd", "ce"}


def test_circle_scorer_names_the_person_on_the_way(chain):
    dataset, signals = chain
    ties = unit_sums(signals.coauthors)
    scorer = CircleScorer("two", Circle("shared_coauthor", "profile", (ties, ties)))
    row = dataset.authors.ids.row("d")
    (piece,) = scorer.evidence(reader_of(chain, author="b"), np.array([row]))
    assert [dataset.authors.ids[person] for person in piece.rows] == ["c"]


def test_circle_scorer_direct_coauthor_has_no_score_but_would_without_the_tie(chain):
    dataset, signals = chain
    ties = unit_sums(signals.coauthors)
    scorer = CircleScorer("two", Circle("shared_coauthor", "profile", (ties, ties)))
    reader, row = reader_of(chain, author="b"), dataset.authors.ids.row("c")
    assert scorer.score(reader, np.array([row]))[0, 0] == 0.0
    (piece,) = scorer.evidence(reader, np.array([row]))
    over_a_and_c = (ties @ ties)[dataset.authors.ids.row("b"), row]
    assert piece.rows.tolist() == [row]
    assert piece.amounts[0, 0] == pytest.approx(-over_a_and_c)


def test_fit_circles_followed_reading_is_that_of_whoever_claimed_the_profile(chain):
    dataset, signals = chain
    scorers = {scorer.name: scorer for scorer in fit_circles(dataset, signals, SignalSettings())}
    scores = scorers["followed_reading"].score(reader_of(chain, user="ua"), np.arange(len(TEAMS)))[
        0
    ]
    assert {dataset.papers.ids[row] for row in np.flatnonzero(scores)} == {"f"}


def test_fit_circles_without_follows_or_coauthors_makes_none():
    dataset = dataset_of(papers=[{"paper_id": "p", "title": "p"}])
    signals = build_signals(dataset, SignalSettings())
    assert list(fit_circles(dataset, signals, SignalSettings())) == []


def test_joint_likelihood_is_a_noisy_or_over_joint_papers():
    dataset = dataset_of(
        papers=[{"paper_id": paper, "title": paper} for paper in ("one", "two", "solo")],
        authors=people("a", "b"),
        authorships={"one": "ab", "two": "ab", "solo": "b"},
    )
    signals = build_signals(dataset, SignalSettings())
    surely = joint_likelihood(dataset, signals, SignalSettings()).toarray()
    assert surely[0, 1] == pytest.approx(-np.log(1 - 2 / 4))  # b is on three papers, two with a
    assert surely[1, 0] == pytest.approx(-np.log(1 - 2 / 3))
    assert not surely.diagonal().any()


def test_without_drops_filled_cells_whatever_they_weigh():
    matrix = sparse.csr_matrix(np.array([[1.0, 2.0, 0.0]], dtype=np.float32))
    dropped = sparse.csr_matrix(np.array([[0.0, 0.1, 5.0]], dtype=np.float32))
    left = without(matrix, dropped)
    assert left.toarray().tolist() == [[1.0, 0.0, 0.0]]
    assert left.nnz == 1
