"""Metrics against oracles that follow the definition word by word."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from recsys.evaluation.metrics import hits, ndcg_at_k, recall_at_k

N_TARGETS = 12
PEOPLE = st.lists(
    st.tuples(
        st.permutations(range(N_TARGETS)), st.integers(0, N_TARGETS), st.sets(st.integers(0, 11))
    ),
    min_size=1,
    max_size=5,
)


def padded(lists: list[list[int]], length: int) -> np.ndarray:
    """(n, length) ranked rows, -1 where a list has no more."""
    return np.array([ranked + [-1] * (length - len(ranked)) for ranked in lists]).reshape(
        -1, length
    )


def relevance(wanted: list[set[int]]) -> sparse.csr_matrix:
    full = np.array([[float(target in some) for target in range(N_TARGETS)] for some in wanted])
    return sparse.csr_matrix(full, dtype=np.float32)


def naive_recall(ranked: list[int], wanted: set[int], k: int, *, capped: bool) -> float:
    whole = min(k, len(wanted)) if capped else len(wanted)
    if whole == 0:
        return math.nan
    return sum(1 for target in ranked[:k] if target in wanted) / whole


def naive_ndcg(ranked: list[int], wanted: set[int], k: int) -> float:
    gained = sum(
        1 / math.log2(place + 1)
        for place, target in enumerate(ranked[:k], start=1)
        if target in wanted
    )
    best = sum(1 / math.log2(place + 1) for place in range(1, min(k, len(wanted)) + 1))
    return gained / best if best else math.nan


@given(people=PEOPLE, k=st.integers(0, 15), capped=st.booleans())
def test_recall_any_lists_is_what_the_definition_says(people, k, capped):
    lists = [list(order)[:length] for order, length, _ in people]
    wanted = [some for _, _, some in people]
    found = hits(padded(lists, N_TARGETS), relevance(wanted))
    got = recall_at_k(found, np.array([len(some) for some in wanted]), k, capped=capped)
    expected = [
        naive_recall(ranked, some, k, capped=capped)
        for ranked, some in zip(lists, wanted, strict=True)
    ]
    np.testing.assert_allclose(got, expected, rtol=1e-12)


@given(people=PEOPLE, k=st.integers(0, 15))
def test_ndcg_any_lists_is_what_the_definition_says(people, k):
    lists = [list(order)[:length] for order, length, _ in people]
    wanted = [some for _, _, some in people]
    found = hits(padded(lists, N_TARGETS), relevance(wanted))
    got = ndcg_at_k(found, np.array([len(some) for some in wanted]), k)
    expected = [naive_ndcg(ranked, some, k) for ranked, some in zip(lists, wanted, strict=True)]
    np.testing.assert_allclose(got, expected, rtol=1e-12)


@given(people=PEOPLE, k=st.integers(1, 15))
def test_metrics_perfect_list_reaches_one(people, k):
    wanted = [some for _, _, some in people if some]
    if not wanted:
        return
    found = hits(padded([sorted(some) for some in wanted], N_TARGETS), relevance(wanted))
    n_relevant = np.array([len(some) for some in wanted])
    np.testing.assert_allclose(recall_at_k(found, n_relevant, k, capped=True), 1.0)
    np.testing.assert_allclose(ndcg_at_k(found, n_relevant, k), 1.0)


def test_ndcg_one_hit_at_the_second_place_is_discounted_by_log_two_of_three():
    found = np.array([[False, True, False]])
    assert ndcg_at_k(found, np.array([1]), 3)[0] == pytest.approx(1 / math.log2(3))


def test_recall_list_shorter_than_what_is_relevant_is_capped_or_not():
    found, n_relevant = np.array([[True, True]]), np.array([8])
    assert recall_at_k(found, n_relevant, 2, capped=False)[0] == 0.25
    assert recall_at_k(found, n_relevant, 2, capped=True)[0] == 1.0


def test_hits_padding_is_never_a_hit():
    everything = sparse.csr_matrix(np.ones((1, 3), dtype=np.float32))
    assert hits(np.array([[2, -1, -1]]), everything).tolist() == [[True, False, False]]
