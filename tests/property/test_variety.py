"""How much the papers of a list differ and how old they are, against the definition."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recsys.evaluation.variety import mean_age, unlikeness


@given(seed=st.integers(0, 2**32 - 1), k=st.integers(0, 6))
def test_variety_is_the_mean_over_pairs_and_papers(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    topics = rng.normal(size=(8, 3)).astype(np.float32)
    topics /= np.linalg.norm(topics, axis=1, keepdims=True)
    ages = np.where(rng.random(8) < 0.3, np.nan, rng.random(8) * 10).astype(np.float32)
    rows = np.array([rng.permutation(8)[:6] for _ in range(4)])
    rows[:, k:] = -1
    for row, unlike, age in zip(rows, unlikeness(rows, topics), mean_age(rows, ages), strict=True):
        listed = [int(paper) for paper in row if paper >= 0]
        pairs = [1 - topics[a] @ topics[b] for a in listed for b in listed if a != b]
        known = [ages[paper] for paper in listed if not np.isnan(ages[paper])]
        np.testing.assert_allclose(unlike, np.mean(pairs) if pairs else np.nan, atol=1e-5)
        np.testing.assert_allclose(age, np.mean(known) if known else np.nan, atol=1e-5)
