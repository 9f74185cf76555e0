"""Some rows and columns of a sparse matrix are what scipy's indexing gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from recsys.models.scorer import cells

SIDES = hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=6)
VALUES = st.sampled_from([0.0, 0.0, 1.0, -2.5])


@given(hnp.arrays(np.float32, SIDES, elements=VALUES), st.data())
def test_cells_are_those_that_scipy_finds(full: np.ndarray, data: st.DataObject) -> None:
    n_rows, n_columns = full.shape
    rows = np.array(data.draw(st.lists(st.integers(0, n_rows - 1))), dtype=np.int64)
    columns = data.draw(st.lists(st.integers(0, n_columns - 1), unique=True))
    found = cells(sparse.csr_matrix(full), rows, np.array(columns, dtype=np.int64))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, full[rows][:, columns])
