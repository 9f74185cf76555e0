"""Coverage, novelty, Gini and shares by popularity: against their definitions, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recsys.evaluation.exposure import coverage, gini, novelty, shares_by_popularity

counts = arrays(np.int64, st.integers(1, 40), elements=st.integers(0, 50))


def test_coverage_is_the_share_that_was_shown_at_all():
    assert coverage(np.array([0, 3, 1, 0])) == 0.5
    assert math.isnan(coverage(np.array([], dtype=np.int64)))


def test_novelty_is_the_mean_information_of_what_was_shown():
    # of 7 people, 3 know the first (with one more of one more: 4 of 8), nobody the second
    got = novelty(np.array([1, 3]), np.array([3, 0]), 7)
    assert got == pytest.approx((1 * -math.log2(4 / 8) + 3 * -math.log2(1 / 8)) / 4)


def test_novelty_of_what_everyone_knows_is_nothing_and_of_no_list_unknown():
    assert novelty(np.array([5]), np.array([9]), 9) == 0.0
    assert math.isnan(novelty(np.array([0, 0]), np.array([1, 2]), 2))


@given(counts)
def test_gini_is_half_the_mean_difference_over_the_mean(shown):
    if not shown.any():
        assert math.isnan(gini(shown))
        return
    pairs = np.abs(shown[:, None] - shown[None, :])
    assert gini(shown) == pytest.approx(pairs.mean() / (2 * shown.mean()))


def test_gini_of_equals_is_zero_and_of_one_who_has_all_nearly_one():
    assert gini(np.full(10, 4)) == 0.0
    assert gini(np.array([0] * 9 + [4])) == pytest.approx(0.9)


def test_shares_by_popularity_go_from_the_least_popular_tenth_to_the_most():
    popularity = np.arange(20)[::-1]
    shown = np.zeros(20, dtype=np.int64)
    shown[0], shown[1], shown[19] = 3, 1, 4  # the two most popular, and the least
    np.testing.assert_allclose(shares_by_popularity(shown, popularity), [0.5, *[0] * 8, 0.5])


def test_shares_by_popularity_of_equals_do_not_depend_on_their_order():
    shown = np.array([10, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    np.testing.assert_allclose(shares_by_popularity(shown, np.ones(10)), np.full(10, 0.1))


@given(counts, st.randoms(use_true_random=False))
def test_shares_by_popularity_add_up_whatever_the_order(shown, random):
    popularity = np.array([random.randrange(5) for _ in shown])
    shares = shares_by_popularity(shown, popularity)
    if not shown.any():
        assert np.isnan(shares).all()
        return
    assert shares.sum() == pytest.approx(1.0)
    order = np.array(random.sample(range(len(shown)), len(shown)))
    np.testing.assert_allclose(shares_by_popularity(shown[order], popularity[order]), shares)
