"""Texts of papers, whatever people wrote, become words and unit rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from recsys.data.strings import Vocabulary
from recsys.features.cleaning import comparable, plain
from recsys.features.text import STOP_WORDS, TextSpace, terms, unit_rows, weigh, words

ANY_TEXT = st.text(max_size=80) | st.text(alphabet="ab $\\{}-'sy1é\n", max_size=40)
WORDS = ("graph", "protein", "folding", "network", "graph network")
TEXTS = st.lists(
    st.lists(st.sampled_from(["graph", "protein", "folding", "network", "zebra"]), max_size=6).map(
        " ".join
    ),
    max_size=6,
)
COUNTS = st.lists(st.lists(st.integers(0, 5), min_size=4, max_size=4), min_size=1, max_size=5)


def space() -> TextSpace:
    idf = np.array([1.0, 1.5, 2.0, 2.5, 3.0], dtype=np.float32)
    return TextSpace(Vocabulary.of(WORDS), idf, sparse.csr_matrix((0, 5), dtype=np.float32))


@given(ANY_TEXT)
def test_words_any_text_are_lower_case_and_mean_something(text):
    for word in words(text):
        assert word == word.lower()
        assert len(word) >= 2
        assert word not in STOP_WORDS
        assert not set(word) & set(" ${}\\\n")


@given(ANY_TEXT)
def test_terms_any_text_are_its_words_and_their_neighbours(text):
    single = words(text)
    expected = single + [f"{single[i]} {single[i + 1]}" for i in range(len(single) - 1)]
    assert terms(text) == expected


@given(ANY_TEXT)
def test_words_any_text_do_not_depend_on_case(text):
    # Some letters change when they are raised and lowered ("ß", "ı"): only plain text is compared.
    if text.isascii():
        assert words(text.upper()) == words(text.lower()) or "\\" in text


@given(TEXTS)
def test_vectors_any_texts_are_unit_rows_or_empty(texts):
    vectors = space().vectors(texts)
    assert vectors.shape == (len(texts), len(WORDS))
    assert vectors.dtype == np.float32
    lengths = np.sqrt(np.asarray(vectors.multiply(vectors).sum(axis=1)).ravel())
    known = [bool(set(terms(text)) & set(WORDS)) for text in texts]
    np.testing.assert_allclose(lengths, np.array(known, dtype=float), atol=1e-5)


@given(TEXTS)
def test_counts_any_texts_are_what_counting_by_hand_gives(texts):
    expected = [[terms(text).count(name) for name in WORDS] for text in texts]
    got = space().counts(texts).toarray()
    np.testing.assert_array_equal(got, np.array(expected, dtype=float).reshape(-1, len(WORDS)))


@given(COUNTS)
def test_weigh_any_counts_follow_the_formula(counts):
    idf = np.array([1.0, 1.5, 2.0, 2.5], dtype=np.float32)
    got = weigh(sparse.csr_matrix(np.array(counts, dtype=np.float32)), idf).toarray()
    for row, tf in zip(got, np.array(counts, dtype=float), strict=True):
        raw = np.where(tf > 0, (1 + np.log(np.maximum(tf, 1))) * idf, 0.0)
        length = np.linalg.norm(raw)
        np.testing.assert_allclose(row, raw / length if length else raw, rtol=1e-5)


@given(COUNTS)
def test_unit_rows_any_matrix_leaves_its_input_alone(counts):
    matrix = sparse.csr_matrix(np.array(counts, dtype=np.float32))
    before = matrix.toarray()
    unit_rows(matrix)
    np.testing.assert_array_equal(matrix.toarray(), before)


@given(ANY_TEXT)
def test_words_of_words_are_those_words(text):
    assert words(" ".join(words(text))) == words(text)


@given(st.text(alphabet="abcde fgh", max_size=40))
def test_plain_ordinary_text_is_left_as_it_is(text):
    assert plain(text) == text


@given(ANY_TEXT)
def test_comparable_any_text_is_comparable_already_the_second_time(text):
    assert comparable(comparable(text)) == comparable(text)
