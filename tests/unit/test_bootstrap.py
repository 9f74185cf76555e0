"""Intervals by the bootstrap: against the formula for a mean, and on what is known for sure."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.evaluation.bootstrap import bootstrap_ratio


def bounds_of_mean(values: np.ndarray, **more: float) -> np.ndarray:
    return bootstrap_ratio(values, np.ones_like(values), seed=3, **more)


def test_bootstrap_mean_has_the_normal_interval_of_many_values():
    values = np.random.default_rng(1).exponential(size=(2000, 1))
    half = 1.96 * values.std() / np.sqrt(len(values))
    low, high = bounds_of_mean(values, rounds=4000)[:, 0]
    assert low == pytest.approx(values.mean() - half, abs=0.15 * half)
    assert high == pytest.approx(values.mean() + half, abs=0.15 * half)


def test_bootstrap_of_equal_values_is_a_point():
    np.testing.assert_array_equal(bounds_of_mean(np.full((9, 2), 0.25)), np.full((2, 2), 0.25))


def test_bootstrap_columns_share_their_draws_so_that_differences_are_paired():
    """Two rankings that differ by 0.1 for everyone: each is unsure, the difference is not."""
    one = np.random.default_rng(2).random((50, 1))
    low, high = bounds_of_mean(np.hstack([one, one + 0.1, (one + 0.1) - one]))
    assert high[0] - low[0] > 0.05
    np.testing.assert_allclose(low[1] - low[0], 0.1)
    np.testing.assert_allclose([low[2], high[2]], 0.1)


def test_bootstrap_ratio_weighs_people_by_their_wholes():
    parts, wholes = np.array([[1.0], [0.0]]), np.array([[1.0], [3.0]])
    low, high = bootstrap_ratio(parts, wholes, seed=3, rounds=200)[:, 0]
    # Of two draws the ratio is 1, 1/4 or 0.
    assert (low, high) == (0.0, 1.0)
    middle = bootstrap_ratio(parts, wholes, seed=3, rounds=200, level=0.01)[:, 0]
    np.testing.assert_array_equal(middle, [0.25, 0.25])


def test_bootstrap_narrower_level_is_a_narrower_interval():
    values = np.random.default_rng(4).random((80, 1))
    wide, narrow = bounds_of_mean(values, level=0.99), bounds_of_mean(values, level=0.5)
    assert wide[0, 0] < narrow[0, 0] < narrow[1, 0] < wide[1, 0]


def test_bootstrap_same_seed_is_the_same_and_another_is_another():
    values = np.random.default_rng(5).random((30, 1))
    np.testing.assert_array_equal(bounds_of_mean(values), bounds_of_mean(values))
    other = bootstrap_ratio(values, np.ones_like(values), seed=4)
    assert (other != bounds_of_mean(values)).any()


@pytest.mark.parametrize("shape", [(0, 2), (3, 0)])
def test_bootstrap_of_nobody_or_nothing_is_unknown(shape):
    found = bounds_of_mean(np.zeros(shape))
    assert found.shape == (2, shape[1])
    assert np.isnan(found).all()


def test_bootstrap_ratio_to_nothing_is_unknown_beside_one_that_is_known():
    wholes = np.array([[1.0, 0.0], [1.0, 0.0]])
    found = bootstrap_ratio(np.ones((2, 2)), wholes, seed=1)
    np.testing.assert_array_equal(found, [[1.0, np.nan], [1.0, np.nan]])
