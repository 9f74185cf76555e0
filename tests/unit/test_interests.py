"""Interests of a reader: found in what they read, the same each time, and shared out in a list."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.models.text_profile import unit_length
from recsys.ranking.interests import Interests, interests_of


def around(topic: int, n: int, noise: float = 0.2) -> np.ndarray:
    """(n, 8) unit vectors close to one axis."""
    away = np.random.default_rng(topic).normal(size=(n, 8))
    return unit_length((np.eye(8)[topic] + noise * away).astype(np.float32))


def test_interests_of_a_reader_of_two_topics_are_these_two():
    found = interests_of(np.vstack([around(1, 6), around(5, 3)]), np.ones(9, dtype=np.float32))
    assert found.centres.argmax(axis=1).tolist() == [1, 5]
    np.testing.assert_allclose(found.shares, [6 / 9, 3 / 9])
    assert found.nearest(np.eye(8, dtype=np.float32)[[5, 1]]).tolist() == [1, 0]


def test_interests_heavier_reading_has_a_larger_share():
    vectors, weights = np.vstack([around(1, 6), around(5, 3)]), np.array([0.1] * 6 + [1.0] * 3)
    found = interests_of(vectors, weights)
    assert found.centres.argmax(axis=1).tolist() == [5, 1]
    np.testing.assert_allclose(found.shares, [3.0 / 3.6, 0.6 / 3.6])


def test_interests_of_a_reader_of_one_topic_are_one():
    assert interests_of(around(2, 7, noise=0.1), np.ones(7)).shares.tolist() == [1.0]


def test_interests_are_at_most_three_and_add_up():
    vectors = np.vstack([around(topic, 4, noise=0.05) for topic in range(6)])
    found = interests_of(vectors, np.ones(24))
    assert len(found) == 3
    assert found.shares.sum() == pytest.approx(1.0)


def test_interests_of_nobody_and_of_papers_without_text_are_none():
    for vectors in (np.zeros((0, 8), np.float32), np.zeros((3, 8), np.float32)):
        found = interests_of(vectors, np.ones(len(vectors)))
        assert len(found) == 0
        assert found.nearest(around(1, 2)).tolist() == [-1, -1]
        assert found.unserved(np.zeros(0)).tolist() == [0.0]


def test_interests_paper_far_from_all_belongs_to_none():
    found = interests_of(around(1, 4), np.ones(4))
    assert found.nearest(-around(1, 3)).tolist() == [-1, -1, -1]


def test_interests_unserved_is_least_after_what_is_lacking_most():
    reader = Interests(np.eye(2, dtype=np.float32), np.array([0.75, 0.25]))
    first = reader.unserved(np.array([0, 0]))
    assert first.argmin() == 0
    assert first[2] == first.max()
    assert reader.unserved(np.array([3, 0])).argmin() == 1
    # In the reader's own proportion nothing is lacking.
    assert reader.unserved(np.array([2, 1]))[0] == pytest.approx(0.0, abs=1e-12)
