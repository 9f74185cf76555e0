"""The closed-form linear model, against its equation solved by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from training.fit.linear import LinearSettings, fit_linear

# Four people read the first paper, three the second, two of them both; one reads the third.
LIKED = sparse.csr_matrix(
    np.array([[1, 1, 0], [1, 1, 0], [1, 0, 0], [1, 0, 0], [0, 1, 1]], dtype=np.float32)
)


def told(settings: LinearSettings) -> np.ndarray:
    """(n_papers, n_papers) what having read the row says about the column."""
    scorer = fit_linear(LIKED, settings)
    assert scorer is not None
    return scorer.likeness.by_read.toarray()


@pytest.mark.parametrize(("dropout", "shrinks"), [(0.0, 1.0), (0.5, 2.0), (0.75, 4.0)])
def test_linear_dropout_divides_what_two_papers_say_by_the_share_that_is_shown(dropout, shrinks):
    found = told(LinearSettings(regularization=0.0, dropout=dropout))
    # Of two papers alone the slope is how many read both, over the readers of the first.
    np.testing.assert_allclose(found[0, 1], 2 / 4 / shrinks, rtol=1e-6)
    np.testing.assert_allclose(found[1, 0], 2 / 3 / shrinks, rtol=1e-6)


def test_linear_regularization_holds_back_the_little_read_more():
    free, held = told(LinearSettings(0.0, 0.0)), told(LinearSettings(10.0, 0.0))
    kept = held[[0, 1], [1, 0]] / free[[0, 1], [1, 0]]
    np.testing.assert_allclose(kept, [4 / 14, 3 / 13], rtol=1e-6)


def test_linear_papers_of_one_reader_say_nothing_and_are_told_nothing():
    found = told(LinearSettings())
    assert not found[2].any()
    assert not found[:, 2].any()
    assert not found.diagonal().any()
