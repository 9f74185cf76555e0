"""Rows behind arrays: what stood there stays, and nothing is copied that need not be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from recsys.data.append import Room, appended, stacked, widened
from recsys.data.strings import Strings, Vocabulary
from recsys.storage.mapped import map_array

LARGE = 300_000  # rows of four float32: more than is copied without a thought


def in_room(array: np.ndarray) -> np.ndarray:
    """The same array with room behind it."""
    return Room.of_copy(array, 1000).view(array.shape, array.dtype)


def same_memory(one: np.ndarray, other: np.ndarray) -> bool:
    return one.ctypes.data == other.ctypes.data


def test_appended_rows_stand_behind_those_before():
    before = np.arange(6, dtype=np.float32).reshape(3, 2)
    after = appended(before, np.full((2, 2), 7.0))
    np.testing.assert_array_equal(after, [[0, 1], [2, 3], [4, 5], [7, 7], [7, 7]])
    assert after.dtype == np.float32


def test_appended_where_there_is_room_copies_nothing():
    before = in_room(np.arange(6, dtype=np.int32))
    after = appended(before, np.array([6, 7]))
    assert same_memory(before, after)
    np.testing.assert_array_equal(before, np.arange(6))
    np.testing.assert_array_equal(appended(after, np.array([8])), np.arange(9))


def test_appended_by_two_who_share_an_array_is_there_once():
    before = in_room(np.arange(6, dtype=np.int32))
    one, other = (appended(before, np.array([6])) for _ in range(2))
    assert same_memory(one, other)


def test_appended_differently_from_the_same_array_disturbs_nobody():
    before = in_room(np.arange(3, dtype=np.int32))
    one, other = appended(before, np.array([1])), appended(before, np.array([2, 2]))
    np.testing.assert_array_equal(one, [0, 1, 2, 1])
    np.testing.assert_array_equal(other, [0, 1, 2, 2, 2])


def test_appended_to_the_beginning_of_an_array_leaves_its_rest():
    whole = np.arange(6, dtype=np.int32)
    np.testing.assert_array_equal(appended(whole[:2], np.array([9])), [0, 1, 9])
    np.testing.assert_array_equal(whole, np.arange(6))
    part = in_room(whole)[2:4]
    np.testing.assert_array_equal(appended(part, np.array([9])), [2, 3, 9])


def test_appended_times_stay_times():
    before = in_room(np.array(["2024-01-01", "NaT"], dtype="datetime64[s]"))
    after = appended(before, np.array(["2025-01-01"], dtype="datetime64[s]"))
    assert after.dtype == before.dtype
    assert after[2] == np.datetime64("2025-01-01")
    assert np.isnat(after[1])


def test_appended_array_cannot_be_written_to():
    after = appended(np.zeros(2), np.ones(1))
    with pytest.raises(ValueError, match="read-only"):
        after[0] = 5.0


def test_stacked_matrix_is_what_scipy_stacks():
    rng = np.random.default_rng(1)
    before = sparse.random(5, 4, 0.5, format="csr", dtype=np.float32, random_state=rng)
    rows = sparse.random(3, 6, 0.5, format="csr", dtype=np.float32, random_state=rng)
    after = stacked(before, rows)
    wide = sparse.csr_matrix((before.data, before.indices, before.indptr), shape=(5, 6))
    assert (after != sparse.vstack([wide, rows])).nnz == 0
    assert widened(after, 9, 7).shape == (9, 7)
    assert widened(after, 9, 7).nnz == after.nnz


def test_mapped_array_grows_in_place_and_its_file_stays(tmp_path: Path):
    array = np.random.default_rng(2).random((LARGE, 4), dtype=np.float32)
    np.save(tmp_path / "array.npy", array)
    before = map_array(tmp_path / "array.npy")
    np.testing.assert_array_equal(before, array)
    after = appended(before, np.ones((5, 4)))
    assert same_memory(before, after)
    np.testing.assert_array_equal(after[:LARGE], array)
    assert (after[LARGE:] == 1).all()
    np.testing.assert_array_equal(np.load(tmp_path / "array.npy"), array)


def test_mapped_matrix_grows_in_place(tmp_path: Path):
    matrix = sparse.random(LARGE, 50, 0.1, format="csr", dtype=np.float32, random_state=3)
    arrays = []
    for name in ("data", "indices", "indptr"):
        np.save(tmp_path / f"{name}.npy", getattr(matrix, name))
        arrays.append(map_array(tmp_path / f"{name}.npy"))
    mapped = sparse.csr_matrix(tuple(arrays), shape=matrix.shape, copy=False)
    mapped.has_sorted_indices = mapped.has_canonical_format = True
    after = stacked(mapped, sparse.csr_matrix(np.eye(2, 60, dtype=np.float32)))
    for before, grown in zip(arrays, (after.data, after.indices, after.indptr), strict=True):
        assert same_memory(before, grown)
    assert after.sum() == pytest.approx(matrix.sum() + 2, rel=1e-5)


@pytest.mark.parametrize("array", [np.zeros(0), np.ones((3, 0)), np.float32(4.0)])
def test_mapped_array_without_anything_is_as_it_was_saved(tmp_path: Path, array: np.ndarray):
    np.save(tmp_path / "array.npy", array)
    np.testing.assert_array_equal(map_array(tmp_path / "array.npy"), array)


def test_extended_strings_keep_their_order():
    strings = Strings.pack(["a", "", "ü"]).extended(["", "bcd"])
    assert list(strings) == ["a", "", "ü", "", "bcd"]


def test_extended_vocabulary_finds_old_and_new_ids():
    vocabulary = Vocabulary.of(["m", "c", "x"]).extended(["a", "n", "z"])
    assert [vocabulary.row(id_) for id_ in "mcxanz"] == list(range(6))
    assert vocabulary.rows("zanxq").tolist() == [5, 3, 4, 2, -1]
    assert vocabulary.listed.all()


def test_extended_vocabulary_by_a_known_id_gives_its_new_row():
    vocabulary = Vocabulary.of(["m", "c", "x"]).extended(["c", "d"])
    assert vocabulary.row("c") == 3
    assert vocabulary.rows(list("mcxd") * 9).tolist() == [0, 3, 2, 4] * 9
    assert vocabulary.listed.tolist() == [True, False, True, True, True]
    assert vocabulary[1] == "c"
    assert vocabulary.current(np.arange(5)).tolist() == [0, 3, 2, 3, 4]
    assert vocabulary.without(["c"]).current(np.arange(5)).tolist() == [0, -1, 2, -1, 4]


def test_vocabulary_without_an_id_does_not_find_it_and_can_take_it_again():
    vocabulary = Vocabulary.of(["m", "c"]).without(["c", "unknown"])
    assert vocabulary.row("c") == -1
    assert len(vocabulary) == 2
    assert vocabulary.extended(["c"]).row("c") == 2
