"""The best k columns, against sorting everything."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from recsys.ranking.ranker import ranked
from recsys.ranking.top_k import top_k

# Few different values, so that ties stand at every border; NaN and -inf are out.
VALUES = st.sampled_from([-math.inf, math.nan, -1.5, -0.0, 0.0, 0.5, 1.0, 3.0, math.inf])
SHAPES = hnp.array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=9)
SCORES = hnp.arrays(np.float32, SHAPES, elements=VALUES)


def sorted_columns(scores: np.ndarray, k: int) -> list[int]:
    """Every column that can be returned, best first, the lower one first among equals."""
    possible = [c for c, s in enumerate(scores) if not math.isnan(s) and s > -math.inf]
    best = sorted(possible, key=lambda column: (-scores[column], column))[:k]
    return best + [-1] * (min(k, len(scores)) - len(best))


@given(scores=SCORES, k=st.integers(0, 12))
def test_top_k_any_scores_is_the_head_of_the_sorted_columns(scores, k):
    got = top_k(scores, k)
    assert got.shape == (len(scores), min(k, scores.shape[1]))
    assert got.dtype == np.int64
    assert got.tolist() == [sorted_columns(row, k) for row in scores]


@given(scores=SCORES, k=st.integers(0, 12))
def test_top_k_any_scores_leaves_its_input_alone(scores, k):
    before = scores.copy()
    scores.flags.writeable = False
    top_k(scores, k)
    np.testing.assert_array_equal(scores, before)


@given(scores=SCORES, k=st.integers(0, 12), data=st.data())
def test_ranked_candidate_rows_carry_the_score_of_their_column(scores, k, data):
    n = scores.shape[1]
    rows = np.array(sorted(data.draw(st.sets(st.integers(0, 40), min_size=n, max_size=n))), int)
    found = ranked(scores, rows, k)
    place = {int(row): column for column, row in enumerate(rows)}
    assert found.rows.shape == found.scores.shape == (len(scores), min(k, n))
    for reader, (chosen, values) in enumerate(zip(found.rows, found.scores, strict=True)):
        for row, value in zip(chosen, values, strict=True):
            assert value == (scores[reader, place[int(row)]] if row >= 0 else -np.inf)


def test_top_k_all_equal_gives_the_lowest_columns_in_order():
    assert top_k(np.zeros((1, 1000), dtype=np.float32), 4).tolist() == [[0, 1, 2, 3]]


def test_top_k_fewer_possible_than_asked_is_padded_with_minus_one():
    scores = np.array([[-np.inf, 2.0, np.nan]], dtype=np.float32)
    assert top_k(scores, 3).tolist() == [[1, -1, -1]]
