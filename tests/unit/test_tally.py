"""Ranks of what was wanted, and how often each target was shown: block by block as at once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from recsys.evaluation.measure import BLEND, measure
from recsys.evaluation.metrics import hits, recall_at_k
from recsys.evaluation.tally import Tally, ranks_of
from recsys.evaluation.task import Task
from recsys.models.model import Model
from recsys.ranking.filters import ANY_PAPER
from recsys.ranking.ranker import Ranker


@given(st.integers(0, 2**32 - 1))
def test_ranks_are_the_places_of_the_relevant_ones(seed):
    rng = np.random.default_rng(seed)
    n, n_targets, k = 3, 7, 5
    relevant = sparse.csr_matrix(rng.random((n, n_targets)) < 0.4, dtype=np.float32)
    ranked = np.stack([rng.permutation(n_targets)[:k] for _ in range(n)])
    ranked[0, 3:] = -1
    places = [
        int(np.flatnonzero(ranked[row] == column)[0]) + 1 if column in ranked[row] else 0
        for row in range(n)
        for column in relevant[row].indices
    ]
    assert ranks_of(relevant, ranked).tolist() == places


def test_ranks_in_empty_lists_are_none():
    relevant = sparse.csr_matrix(np.ones((2, 3), dtype=np.float32))
    assert ranks_of(relevant, np.full((2, 4), -1)).tolist() == [0] * 6
    assert ranks_of(relevant, np.empty((2, 0), dtype=np.int64)).tolist() == [0] * 6


def test_tally_over_blocks_agrees_with_the_table_of_the_same_lists(small_model: Model):
    """More people than one block holds; each wants what comes every seventh row."""
    rows = np.arange(len(small_model.dataset.papers))
    readers = small_model.readers().users(np.tile(np.arange(len(small_model.dataset.users)), 5))
    wanted = sparse.csr_matrix(np.tile(rows % 7 == 0, (len(readers), 1)), dtype=np.float32)
    task = Task(readers, wanted, ANY_PAPER.out(readers), rows)
    assert len(list(task.blocks())) > 1
    ranker = Ranker(small_model.paper_scorers, small_model.paper_blend)
    tally = Tally(10)
    table = measure(task, ranker, (), (10, 40), capped_recall=False, on_lists=(tally.add,))
    lists = ranker.rank(readers, rows, task.out, 40).rows
    np.testing.assert_array_equal(
        tally.shown(BLEND), np.bincount(lists[:, :10].ravel(), minlength=len(rows))
    )
    ranks = tally.ranks(BLEND).reshape(len(readers), -1)
    recall = ((ranks > 0) & (ranks <= 10)).mean(axis=1)
    np.testing.assert_allclose(recall, table["recall@10"][table["scorer"] == BLEND])
    found = recall_at_k(hits(lists, wanted), task.n_relevant(), 40, capped=False)
    np.testing.assert_allclose((ranks > 0).mean(axis=1), found)
