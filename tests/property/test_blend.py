"""A blend adds up parts, each of them a reason; more of a signal never counts less."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from recsys.models.blend import (
    N_KINDS,
    N_SHAPES,
    SEGMENTS,
    Blend,
    best_of_kinds,
    shares_of_best,
    steady,
    strength,
)

SCORES = st.floats(-2, 8, width=32).map(lambda score: round(score, 2))
WEIGHTS = st.floats(0, 3, width=32).map(lambda weight: round(weight, 2))


@st.composite
def blended(draw):
    """A blend, and what m scorers say of n readers' candidates among more targets."""
    m, n, n_rows = draw(st.integers(1, 4)), draw(st.integers(0, 4)), draw(st.integers(0, 6))
    n_targets = n_rows + draw(st.integers(0, 3))
    rows = np.sort(draw(st.permutations(range(n_targets)))[:n_rows]).astype(np.int64)
    blend = Blend(
        tuple(f"scorer {index}" for index in range(m)),
        draw(hnp.arrays(np.int8, n_targets, elements=st.integers(0, N_KINDS - 1))),
        draw(hnp.arrays(np.float32, m, elements=st.sampled_from([0.5, 1.0, 4.0]))),
        draw(hnp.arrays(np.float32, (m, n_targets), elements=st.sampled_from([0.5, 1.0, 4.0]))),
        draw(hnp.arrays(np.float32, (len(SEGMENTS), N_KINDS, m, N_SHAPES), elements=WEIGHTS)),
    )
    scores = [draw(hnp.arrays(np.float32, (n, n_rows), elements=SCORES)) for _ in range(m)]
    eligible = draw(hnp.arrays(bool, (n, n_rows)))
    segments = draw(hnp.arrays(np.int8, n, elements=st.integers(0, len(SEGMENTS) - 1)))
    return blend, scores, rows, eligible, segments


def naive_part(blend, index, scores, rows, eligible, segment):
    """One reader's row of what one scorer adds, as the documentation says it."""
    part = []
    for column, score in enumerate(scores):
        kind = blend.kinds[rows[column]]
        rivals = [
            float(other)
            for place, other in enumerate(scores)
            if eligible[place] and blend.kinds[rows[place]] == kind
        ]
        best = max([0.0, *rivals])
        near = min(max(score / best, 0.0), 1.0) if best > 0 else 0.0
        strong = np.log(1 + max(score, 0.0) / blend.scales[index])
        own = np.log(1 + max(score, 0.0) / blend.pulls[index][rows[column]])
        part.append(float(blend.weights[segment, kind, index] @ [near, strong, own]))
    return part


@given(blended())
def test_combine_is_the_sum_of_the_parts_that_the_documentation_names(case):
    blend, scores, rows, eligible, segments = case
    total = blend.combine(scores, rows, eligible, segments)
    assert total.dtype == np.float32
    for reader, segment in enumerate(segments):
        parts = [
            naive_part(blend, index, matrix[reader], rows, eligible[reader], segment)
            for index, matrix in enumerate(scores)
        ]
        expected = np.sum(parts, axis=0)[eligible[reader]]
        got = total[reader, eligible[reader]]
        np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4)


@given(blended())
def test_part_is_never_negative_and_nothing_without_a_score(case):
    blend, scores, rows, eligible, segments = case
    kinds = blend.kinds[rows]
    for index, matrix in enumerate(scores):
        best = best_of_kinds(matrix, kinds, eligible)[:, kinds]
        pulls = blend.pulls[index][rows]
        part = blend.part(index, matrix, best, pulls, kinds, segments[:, None])
        assert part.shape == eligible.shape
        assert (part >= 0).all()
        assert not part[matrix <= 0].any()


@given(blended())
def test_combine_not_eligible_is_minus_infinity_and_the_rest_is_finite(case):
    blend, scores, rows, eligible, segments = case
    total = blend.combine(scores, rows, eligible, segments)
    assert (total[~eligible] == -np.inf).all()
    assert np.isfinite(total[eligible]).all()


@given(blended(), st.data())
def test_combine_more_of_one_score_never_counts_less(case, data):
    blend, scores, rows, eligible, segments = case
    if not eligible.any():
        return
    reader, column = data.draw(st.sampled_from(np.argwhere(eligible).tolist()))
    index = data.draw(st.integers(0, len(scores) - 1))
    before = blend.combine(scores, rows, eligible, segments)[reader, column]
    raised = [matrix.copy() for matrix in scores]
    raised[index][reader, column] += data.draw(st.sampled_from([0.1, 1.0, 10.0]))
    after = blend.combine(raised, rows, eligible, segments)[reader, column]
    assert after >= before - 1e-4


@given(blended())
def test_combine_leaves_its_inputs_alone(case):
    blend, scores, rows, eligible, segments = case
    before = [matrix.copy() for matrix in scores]
    for array in (*scores, rows, eligible, segments, blend.weights, blend.scales, blend.kinds):
        array.flags.writeable = False
    blend.combine(scores, rows, eligible, segments)
    for matrix, same in zip(scores, before, strict=True):
        np.testing.assert_array_equal(matrix, same)


@given(blended())
def test_combine_readers_do_not_disturb_each_other(case):
    blend, scores, rows, eligible, segments = case
    together = blend.combine(scores, rows, eligible, segments)
    for reader in range(len(segments)):
        one = slice(reader, reader + 1)
        alone = blend.combine([m[one] for m in scores], rows, eligible[one], segments[one])
        np.testing.assert_allclose(together[one], alone, rtol=1e-6)


@given(hnp.arrays(np.float32, (2, 5), elements=SCORES), hnp.arrays(bool, (2, 5)))
def test_nearness_best_eligible_of_a_kind_is_one_and_none_is_more(scores, eligible):
    kinds = np.array([0, 1, 0, 1, 1], dtype=np.int8)
    shares = shares_of_best(scores, best_of_kinds(scores, kinds, eligible)[:, kinds])
    assert ((shares >= 0) & (shares <= 1)).all()
    for reader in range(2):
        for kind in (0, 1):
            rivals = eligible[reader] & (kinds == kind)
            if (scores[reader, rivals] > 0).any():
                assert shares[reader, rivals].max() == 1.0
            else:
                assert not shares[reader, kinds == kind].any()


def test_strength_what_is_not_positive_says_nothing():
    silent = strength(np.array([-3.0, 0.0], dtype=np.float32), 2.0)
    assert silent.tolist() == [0.0, 0.0]


@given(hnp.arrays(np.float32, 6, elements=st.floats(-1e6, 1e6, width=32)))
def test_steady_scores_forget_rounding_and_keep_what_is_out(scores):
    kept = steady(scores)
    np.testing.assert_allclose(kept, scores, rtol=2e-5, atol=1e-37)
    assert (np.diff(kept[np.argsort(scores, kind="stable")]) >= 0).all()
    assert steady(kept).tolist() == kept.tolist()
    assert steady(np.array([-np.inf], dtype=np.float32)).tolist() == [-np.inf]


def test_steady_scores_that_differ_in_the_last_bit_are_tied():
    score = np.float32(0.3613016)
    pair = np.array([score, np.nextafter(score, np.float32(0))])
    assert len(set(steady(pair).tolist())) == 1
