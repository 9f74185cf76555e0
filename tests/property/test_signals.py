"""Signals against loops over the rows of the tables."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recsys.features.signals import SignalSettings, build_signals, coauthor_weights, fade
from tests.small import dataset_of

USERS, PAPERS = ("u1", "u2", "u3"), ("p1", "p2", "p3", "p4")
KIND_WEIGHTS = {"open": 0.2, "read": 0.6, "save": 1.0, "like": 1.0, "dismiss": 0.0}
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(USERS),
        st.sampled_from(PAPERS),
        st.sampled_from(sorted(KIND_WEIGHTS)),
        st.integers(0, 2000),
    ),
    max_size=15,
    unique_by=lambda deed: deed[:3],
)
TEAMS = st.lists(st.sets(st.integers(0, 7), max_size=6), max_size=6)
LAST_DAY = np.datetime64("2024-01-01")


def rows_of(deeds):
    return [
        (user, paper, kind, str(LAST_DAY - np.timedelta64(days, "D")))
        for user, paper, kind, days in deeds
    ]


def dataset_with(deeds):
    """The deeds, and one paper that appeared on the last day, so that ages count from it."""
    papers = [{"paper_id": paper, "title": paper} for paper in PAPERS]
    papers.append({"paper_id": "last", "title": "last", "published_at": str(LAST_DAY)})
    return dataset_of(papers=papers, interactions=rows_of(deeds))


@settings(max_examples=40)
@given(DEEDS)
def test_liked_any_deeds_is_the_strongest_faded_one_of_what_is_not_dismissed(deeds):
    dataset = dataset_with(deeds)
    liked = build_signals(dataset, SignalSettings(interaction_half_life_days=500)).liked
    dismissed = {(user, paper) for user, paper, kind, _ in deeds if kind == "dismiss"}
    expected = np.zeros(liked.shape)
    for user, paper, kind, days in deeds:
        if (user, paper) not in dismissed:
            cell = dataset.users.ids.row(user), dataset.papers.ids.row(paper)
            expected[cell] = max(expected[cell], KIND_WEIGHTS[kind] * 2 ** (-days / 500))
    np.testing.assert_allclose(liked.toarray(), expected, rtol=1e-4)


@settings(max_examples=40)
@given(DEEDS)
def test_seen_and_disliked_any_deeds_are_marked_with_one(deeds):
    dataset = dataset_with(deeds)
    signals = build_signals(dataset, SignalSettings())
    for matrix, kinds in ((signals.seen, set(KIND_WEIGHTS)), (signals.disliked, {"dismiss"})):
        cells = {
            (dataset.users.ids.row(user), dataset.papers.ids.row(paper))
            for user, paper, kind, _ in deeds
            if kind in kinds
        }
        coordinates = matrix.tocoo()
        assert set(zip(*map(np.ndarray.tolist, coordinates.coords), strict=True)) == cells
        assert (matrix.data == 1.0).all()


@given(TEAMS, st.integers(2, 6), st.lists(st.integers(0, 3000), min_size=6, max_size=6))
def test_coauthor_weights_any_teams_are_newmans_sum(teams, largest_team, days):
    authorship = np.zeros((8, len(teams)), dtype=np.float32)
    for paper, team in enumerate(teams):
        authorship[sorted(team), paper] = 1.0
    freshness = fade(np.array(days[: len(teams)], dtype=np.float32), 1000.0)
    settings = SignalSettings(largest_team=largest_team)
    got = coauthor_weights(sparse.csr_matrix(authorship), freshness, settings)
    expected = np.zeros((8, 8))
    for team, age in zip(teams, days, strict=False):
        for one, other in combinations(sorted(team), 2):
            if len(team) <= largest_team:
                expected[one, other] += 2 ** (-age / 1000) / (len(team) - 1)
                expected[other, one] = expected[one, other]
    np.testing.assert_allclose(got.toarray(), expected, rtol=1e-4)
    assert got.nnz == np.count_nonzero(expected)


@given(st.integers(0, 10_000), st.integers(1, 5000))
def test_fade_one_half_life_later_is_half(days, half_life):
    ages = np.array([days, days + half_life], dtype=np.float32)
    before, after = fade(ages, half_life)
    assert abs(after - before / 2) <= 1e-3 * before


def test_fade_unknown_age_or_no_half_life_is_not_faded():
    assert fade(np.array([np.nan], dtype=np.float32), 100.0).tolist() == [1.0]
    assert fade(np.array([4000.0], dtype=np.float32), 0.0).tolist() == [1.0]
