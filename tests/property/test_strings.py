"""Packed strings and vocabularies give back what was put in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.data.strings import Strings, Vocabulary

TEXTS = st.lists(st.text(max_size=8), max_size=20)
IDS = st.lists(st.text(min_size=1, max_size=6), max_size=30, unique=True)


@given(TEXTS)
def test_strings_any_texts_come_back_in_order(texts):
    packed = Strings.pack(texts)
    assert len(packed) == len(texts)
    assert list(packed) == texts
    assert [packed[row] for row in range(len(packed))] == texts


@given(TEXTS)
def test_strings_any_texts_are_bytes_and_offsets(texts):
    packed = Strings.pack(texts)
    assert packed.text.dtype == np.uint8
    assert packed.text.tobytes() == "".join(texts).encode()
    assert packed.offsets.tolist()[-1] == len(packed.text)


@given(IDS, st.lists(st.text(max_size=6), max_size=10))
def test_vocabulary_any_ids_know_their_rows_and_no_others(ids, others):
    vocabulary = Vocabulary.of(ids)
    assert list(vocabulary.ids) == ids
    for asked in [*ids, *others]:
        expected = ids.index(asked) if asked in ids else -1
        assert vocabulary.row(asked) == expected


@given(IDS, st.lists(st.text(max_size=6), max_size=10))
def test_vocabulary_rows_of_few_or_many_agree_with_one_by_one(ids, others):
    vocabulary = Vocabulary.of(ids)
    for asked in (others[:1], [*ids, *others], [*others, *ids, *ids]):
        assert vocabulary.rows(asked).tolist() == [vocabulary.row(id_) for id_ in asked]


@given(IDS)
def test_vocabulary_order_is_that_of_the_bytes(ids):
    vocabulary = Vocabulary.of(ids)
    ordered = [vocabulary[row].encode() for row in vocabulary.order]
    assert ordered == sorted(id_.encode() for id_ in ids)


@given(IDS, st.data())
def test_vocabulary_duplicate_is_refused_by_name(ids, data):
    if not ids:
        return
    twice = data.draw(st.sampled_from(ids))
    with pytest.raises(ValueError, match="twice"):
        Vocabulary.of([*ids, twice])


def test_vocabulary_ids_that_look_alike_are_different():
    ids = ["a", "A", "a ", "а", "hep-th/9901001", "hep-th", "é", "e\u0301"]
    vocabulary = Vocabulary.of(ids)
    assert [vocabulary.row(id_) for id_ in ids] == list(range(len(ids)))


def test_strings_lone_surrogate_is_replaced_not_refused():
    assert list(Strings.pack(["a\ud800b"])) == ["a?b"]
