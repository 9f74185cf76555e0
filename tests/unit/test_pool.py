"""A pool of questions with as many candidates as they have, and what is learned from it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy import sparse

from recsys.models.blend import N_KINDS, N_SHAPES, SEGMENTS, Blend
from training.fit.blend import learn
from training.fit.lesson import BlendSettings, Lesson
from training.fit.pool import Pool, joined

WARM, HOT, ASKED = (SEGMENTS.index(name) for name in ("warm", "hot", "asked"))
WIDTH = N_KINDS * N_SHAPES
SETTINGS = BlendSettings(fewest_questions=5, pull=1e-3, segment_pull=1e-3)


def pool_of(segment: int, n: int, *, sign: int = 1, answers: bool = True) -> Pool:
    """n questions of 2 to 9 candidates; the one with the most of the first shape is relevant."""
    rng = np.random.default_rng(segment)
    sizes = rng.integers(2, 10, n)
    features = rng.random((sizes.sum(), WIDTH)).astype(np.float32)
    indptr = np.concatenate([[0], np.cumsum(sizes)])
    relevant = np.zeros(len(features), dtype=bool)
    for start, stop in pairwise(indptr):
        relevant[start + np.argmax(sign * features[start:stop, 0])] = answers
    return Pool(sparse.csr_matrix(features), relevant, indptr, np.full(n, segment, dtype=np.int8))


def learned(pool: Pool) -> Blend:
    start = np.full((len(SEGMENTS), WIDTH), 0.5)
    one = np.ones(1, dtype=np.float32)
    return learn(Lesson(("one",), one.astype(np.int8), one, one[None], start, pool), SETTINGS)


def test_pool_of_a_segment_is_what_was_joined():
    parts = [pool_of(WARM, 7), pool_of(HOT, 4), pool_of(ASKED, 3)]
    whole = joined(left := [*parts])
    assert not left, "none of them is kept beside the whole"
    assert len(whole) == 14
    for segment, part in zip((WARM, HOT, ASKED), parts, strict=True):
        found = whole.of_segments(segment, segment)
        np.testing.assert_array_equal(found.features.toarray(), part.features.toarray())
        np.testing.assert_array_equal(found.relevant, part.relevant)
        np.testing.assert_array_equal(found.indptr, part.indptr)
        assert np.shares_memory(found.features.data, whole.features.data)
    assert not len(whole.of_segments(0, 0))


def test_learn_finds_the_shape_that_tells_in_questions_of_any_size():
    weights = learned(pool_of(WARM, 60)).weights[WARM].ravel()
    assert weights[0] > 5 * weights[1:].max()


def test_learn_questions_without_an_answer_change_nothing():
    answered = pool_of(WARM, 40)
    both = joined([answered, pool_of(WARM, 30, answers=False)])
    np.testing.assert_allclose(learned(both).weights, learned(answered).weights, atol=1e-3)


def test_learn_who_asks_in_words_and_who_is_known_do_not_teach_each_other():
    known, asking = pool_of(WARM, 40), pool_of(ASKED, 40, sign=-1)
    both = learned(joined([known, asking])).weights
    np.testing.assert_allclose(both[WARM], learned(known).weights[WARM], atol=1e-3)
    np.testing.assert_allclose(both[ASKED], learned(asking).weights[ASKED], atol=1e-3)
    assert both[ASKED].ravel()[0] < 0.1 < both[WARM].ravel()[0]


def test_learn_too_few_answers_leave_the_start():
    assert (learned(pool_of(WARM, 4)).weights == 0.5).all()
