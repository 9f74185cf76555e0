"""Readers folded into latent factors, against the textbook's equations solved in full."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from recsys.data.dataset import filled
from recsys.features.signals import Signals, SignalSettings, build_signals
from recsys.features.text import TextSpace
from recsys.models.factors import FactorScorer, FeatureScorer
from recsys.models.readers import Readers, ReaderSource
from tests.small import dataset_of, quick_settings
from training.fit.als import fit_als
from training.fit.text import fit_texts

N_PAPERS, N_AUTHORS, N_FACTORS = 12, 5, 4
RNG = np.random.default_rng(8)
REGULARIZATION, CONFIDENCE, FOLLOW_WEIGHT, DISLIKE_WEIGHT = 0.7, 6.0, 0.5, 0.4


def factors(*shape: int) -> np.ndarray:
    return RNG.normal(size=shape).astype(np.float32)


PAPERS, AUTHORS = factors(N_PAPERS, N_FACTORS), factors(N_AUTHORS, N_FACTORS)
ITEMS = np.vstack([PAPERS, AUTHORS]).astype(np.float64)
GRAM = ITEMS.T @ ITEMS + REGULARIZATION * np.eye(N_FACTORS)
SCORER = FactorScorer(
    *("als", PAPERS, AUTHORS, np.linalg.inv(GRAM).astype(np.float32)),
    *(CONFIDENCE, FOLLOW_WEIGHT, DISLIKE_WEIGHT),
)


def reader(
    liked: dict[int, float], follows: tuple[int, ...] = (), disliked: tuple[int, ...] = ()
) -> Readers:
    papers = np.zeros((1, N_PAPERS), dtype=np.float32)
    authors = np.zeros((1, N_AUTHORS), dtype=np.float32)
    for row, weight in liked.items():
        papers[0, row] = weight
    authors[0, list(follows)] = 1.0
    nobody = np.array([-1], dtype=np.int32)
    marked, nothing = sparse.csr_matrix(papers), sparse.csr_matrix(papers * 0)
    dismissed = filled(
        np.zeros(len(disliked), dtype=np.int64), np.array(disliked, int), papers.shape
    )
    words = sparse.csr_matrix((1, 0), dtype=np.float32)
    return Readers(
        user_rows=nobody,
        author_rows=nobody,
        liked=marked,
        disliked=dismissed,
        seen=marked,
        written=nothing,
        own=nothing,
        follows=sparse.csr_matrix(authors),
        words=words,
    )


def solved(
    liked: dict[int, float], follows: tuple[int, ...] = (), disliked: tuple[int, ...] = ()
) -> np.ndarray:
    """Hu et al., eq. 4, with the whole confidence matrix written out."""
    wanted = np.zeros(N_PAPERS + N_AUTHORS)
    for row, weight in liked.items():
        wanted[row] = CONFIDENCE * weight
    wanted[[N_PAPERS + row for row in follows]] = CONFIDENCE * FOLLOW_WEIGHT
    confidence = np.where(wanted > 0, wanted, 1.0)
    confidence[list(disliked)] = CONFIDENCE * DISLIKE_WEIGHT
    preference = (wanted > 0).astype(float)
    left = ITEMS.T @ np.diag(confidence) @ ITEMS + REGULARIZATION * np.eye(N_FACTORS)
    return np.linalg.solve(left, ITEMS.T @ (confidence * preference))


@pytest.mark.parametrize(
    ("liked", "follows"),
    [
        ({3: 1.0}, ()),
        ({}, (2,)),
        ({0: 1.0, 5: 0.2}, (1,)),
        (dict.fromkeys(range(9), 1.0), (0, 1, 2, 3)),
        ({row: 0.1 * row for row in range(1, 5)}, ()),
    ],
    ids=["one paper", "one follow", "both", "more than factors", "as many as factors"],
)
def test_factors_reader_folded_in_is_the_solution_of_the_textbook(liked, follows):
    got = SCORER.reader_factors(reader(liked, follows))[0]
    np.testing.assert_allclose(got, solved(liked, follows), rtol=2e-3, atol=2e-4)


@pytest.mark.parametrize("disliked", [(3,), (3, 7, 8), tuple(range(2, 12))])
def test_factors_dismissals_are_the_textbooks_preference_of_zero(disliked):
    liked = {0: 1.0, 1: 0.2}
    found = SCORER.reader_factors(reader(liked, (1,), disliked))[0]
    np.testing.assert_allclose(found, solved(liked, (1,), disliked), rtol=1e-4, atol=1e-5)


def test_factors_evidence_beside_dismissals_is_what_goes_away_when_solved_without_it():
    rows = np.array([2, 5, 9])
    whole = SCORER.score(reader({0: 1.0, 4: 0.3}, (1,), (3, 7)), rows)[0]
    liked, _ = SCORER.evidence(reader({0: 1.0, 4: 0.3}, (1,), (3, 7)), rows)
    assert liked.rows.tolist() == [0, 4]
    for column, left in enumerate(({4: 0.3}, {0: 1.0})):
        poorer = SCORER.score(reader(left, (1,), (3, 7)), rows)[0]
        np.testing.assert_allclose(liked.amounts[:, column], whole - poorer, rtol=1e-3, atol=1e-4)


def test_factors_reader_without_a_history_is_nowhere():
    assert not SCORER.reader_factors(reader({})).any()


def test_factors_evidence_is_what_goes_away_when_solved_without_it():
    rows, liked, follows = np.arange(N_PAPERS), {0: 1.0, 3: 0.7, 5: 0.2}, (1,)
    papers, people = SCORER.evidence(reader(liked, follows), rows)
    assert papers.rows.tolist() == list(liked)
    assert people.rows.tolist() == list(follows)
    scores = PAPERS @ solved(liked, follows)
    for paper, amounts in zip(liked, papers.amounts.T, strict=True):
        rest = {other: weight for other, weight in liked.items() if other != paper}
        expected = scores - PAPERS @ solved(rest, follows)
        np.testing.assert_allclose(amounts, expected, rtol=2e-3, atol=2e-4)
    unfollowed = scores - PAPERS @ solved(liked, ())
    np.testing.assert_allclose(people.amounts[:, 0], unfollowed, rtol=2e-3, atol=2e-4)


def test_factors_evidence_of_a_follow_names_the_person():
    asker = reader({}, (2,))
    best = int(SCORER.score(asker, np.arange(N_PAPERS))[0].argmax())
    (piece,) = SCORER.evidence(asker, np.array([best]))
    assert (piece.kind, piece.subject, piece.rows.tolist()) == ("followed_work", "author", [2])


def feature_scorer() -> FeatureScorer:
    return FeatureScorer(
        "lightfm",
        user_factors=factors(2, N_FACTORS),
        profile_factors=factors(N_AUTHORS, N_FACTORS),
        coauthor_factors=factors(N_AUTHORS, N_FACTORS),
        followed_factors=factors(N_AUTHORS, N_FACTORS),
        paper_factors=PAPERS,
        paper_bias=factors(N_PAPERS),
        coauthors=sparse.csr_matrix(np.eye(N_AUTHORS, k=1, dtype=np.float32)),
    )


def test_features_reader_is_the_sum_of_user_profile_coauthors_and_follows():
    scorer = feature_scorer()
    asker = replace(
        reader({}, (3,)), user_rows=np.array([1]), author_rows=np.array([0], dtype=np.int32)
    )
    expected = (
        scorer.user_factors[1]
        + scorer.profile_factors[0]
        + scorer.coauthor_factors[1]
        + scorer.followed_factors[3]
    )
    np.testing.assert_allclose(scorer.reader_factors(asker)[0], expected, rtol=1e-5)
    scores = scorer.score(asker, np.arange(N_PAPERS))[0]
    np.testing.assert_allclose(scores, PAPERS @ expected + scorer.paper_bias, rtol=1e-4)


def test_features_stranger_gets_nothing_not_even_the_bias():
    assert not feature_scorer().score(reader({}), np.arange(N_PAPERS)).any()


def learned_from(titles: list[str], interactions: list[tuple[str, str, str]]) -> tuple:
    papers = [{"paper_id": f"p{row}", "title": title} for row, title in enumerate(titles)]
    dataset = dataset_of(papers=papers, interactions=interactions)
    settings = quick_settings()
    signals: Signals = build_signals(dataset, SignalSettings())
    text: TextSpace = fit_texts(dataset.papers, settings.text, seed=1).space
    scorer = fit_als("als", signals, text, settings.als, seed=1, threads=1)
    return dataset, signals, scorer


def test_als_fold_in_agrees_with_implicit_on_who_is_closest():
    """Papers of one community stand before those of the other, which share no reader."""
    readings = [(f"u{u}", f"p{p}", "save") for u in range(6) for p in range(8) if u % 2 == p % 2]
    dataset, signals, scorer = learned_from(["" for _ in range(8)], readings)
    even = ReaderSource(dataset, signals, 0).users(np.array([dataset.users.ids.row("u0")]))
    scores = scorer.score(even, np.arange(8))[0]
    assert scores[::2].min() > scores[1::2].max()


def test_als_reader_more_who_likes_nothing_moves_no_paper():
    cells = np.argwhere(RNG.random((90, 60)) < 0.2).tolist()
    readings = [(f"u{user}", f"p{paper}", "save") for user, paper in cells]
    _, before, scorer = learned_from([""] * 60, readings)
    _, after, again = learned_from([""] * 60, [("a", "p0", "dismiss"), *readings])
    assert after.liked.shape[0] == before.liked.shape[0] + 1
    assert np.abs(scorer.paper_factors).max() > 0.1
    assert np.allclose(scorer.paper_factors, again.paper_factors, atol=1e-5)


def test_als_paper_that_nobody_read_gets_its_place_from_its_words():
    titles = [
        "graph walk",
        "graph walk",
        "protein fold",
        "protein fold",
        "graph walk",
        "protein fold",
    ]
    titles += ["other thing", "other matter"] * 8
    readings = [("u1", "p0", "save"), ("u1", "p1", "save")]
    readings += [("u2", "p2", "save"), ("u2", "p3", "save")]
    dataset, signals, scorer = learned_from(titles, readings)
    readers = ReaderSource(dataset, signals, 0).users(np.arange(2))
    scores = scorer.score(readers, np.array([4, 5]))
    first, second = dataset.users.ids.row("u1"), dataset.users.ids.row("u2")
    assert scores[first, 0] > scores[first, 1]
    assert scores[second, 1] > scores[second, 0]
