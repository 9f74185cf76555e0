"""The codec: what comes back is what went in, bit for bit, and shared where it was shared."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, is_dataclass
from itertools import pairwise
from typing import Any, Literal, Protocol

import hypothesis.extra.numpy as arrays_of
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from recsys.data.strings import Strings, Vocabulary
from recsys.storage.codec import flatten, rebuild


class Leaf(Protocol):
    """Anything with a name."""

    name: str


@dataclass(frozen=True)
class Dense:
    name: str
    array: np.ndarray


@dataclass(frozen=True)
class Sparse:
    name: str
    matrix: sparse.csr_matrix
    matrices: tuple[sparse.csr_matrix, ...]


@dataclass(frozen=True)
class Tree:
    leaves: tuple[Leaf, ...]
    names: tuple[str, ...]
    ids: Vocabulary
    texts: Strings
    count: int
    share: float
    between: bool
    start: Literal["profile", "follows"]
    time: np.datetime64


@dataclass(frozen=True)
class Stray:
    name: str


CHOICES: Any = {Leaf: {"Dense": Dense, "Sparse": Sparse}}
DTYPES = st.sampled_from(["f4", "i4", "i8", "i1", "u1", "bool", "datetime64[s]"]).map(np.dtype)
ARRAYS = DTYPES.flatmap(
    lambda dtype: arrays_of.arrays(dtype, arrays_of.array_shapes(min_dims=1, min_side=0))
)


@st.composite
def matrices(draw: st.DrawFn) -> sparse.csr_matrix:
    """Sorted or not, with stored zeros and empty sides."""
    shape = draw(st.tuples(st.integers(0, 4), st.integers(0, 4)))
    cells = arrays_of.arrays(np.float32, shape, elements=st.sampled_from([0.0, 0.5, -2.0]))
    matrix = sparse.csr_matrix(draw(cells))
    if draw(st.booleans()):
        matrix.data[::2] = 0.0
    if draw(st.booleans()) and matrix.nnz:
        columns = [matrix.indices[a:b][::-1] for a, b in pairwise(matrix.indptr)]
        return sparse.csr_matrix((matrix.data, np.concatenate(columns), matrix.indptr), shape)
    return matrix


LEAVES = st.one_of(
    st.builds(Dense, st.text(), ARRAYS),
    st.builds(Sparse, st.text(), matrices(), st.lists(matrices(), max_size=2).map(tuple)),
)
TREES = st.builds(
    Tree,
    leaves=st.lists(LEAVES, max_size=3).map(tuple),
    names=st.lists(st.text(), max_size=3).map(tuple),
    ids=st.lists(st.text(st.characters(codec="utf-8")), unique=True, max_size=4).map(Vocabulary.of),
    texts=st.lists(st.text(), max_size=4).map(Strings.pack),
    count=st.integers(),
    share=st.floats(allow_nan=False) | st.integers(-5, 5),
    between=st.booleans(),
    start=st.sampled_from(["profile", "follows"]),
    time=st.sampled_from([np.datetime64("NaT", "s"), np.datetime64("2024-02-29T12:00:01", "s")]),
)


def parts(value: Any) -> Any:
    """A value as nested tuples that compare by content, types included."""
    if isinstance(value, np.ndarray):
        return (value.dtype.str, value.shape, value.tobytes())
    if isinstance(value, sparse.csr_matrix):
        flags = (bool(value.has_sorted_indices), bool(value.has_canonical_format))
        return (value.shape, *map(parts, (value.data, value.indices, value.indptr)), flags)
    if isinstance(value, tuple):
        return tuple(parts(one) for one in value)
    if is_dataclass(value):
        return (type(value), *(parts(getattr(value, part.name)) for part in fields(value)))
    if isinstance(value, np.datetime64):
        return (str(value), value.dtype.str)
    return (type(value), value)


@given(TREES)
def test_codec_round_trip_gives_the_same_tree(tree: Tree) -> None:
    flat, arrays = flatten(tree, CHOICES)
    back = rebuild(Tree, json.loads(json.dumps(flat)), arrays, CHOICES)
    assert parts(back) == parts(tree)


def example(*leaves: Leaf) -> Tree:
    texts = Strings.pack(["a"])
    ids = Vocabulary.of(["x", "y"])
    return Tree(leaves, (), ids, texts, 1, 0.5, True, "profile", np.datetime64("2024", "s"))


def test_codec_shared_array_is_kept_once_and_shared_again() -> None:
    array = np.arange(3.0)
    matrix = sparse.csr_matrix(np.eye(2, dtype=np.float32))
    flat, arrays = flatten(
        example(Dense("a", array), Dense("b", array), Sparse("c", matrix, (matrix, matrix))),
        CHOICES,
    )
    assert [name for name in arrays if name.startswith("leaves")] == [
        "leaves.0.array",
        "leaves.2.matrix.data",
        "leaves.2.matrix.indices",
        "leaves.2.matrix.indptr",
    ]
    left, right, third = rebuild(Tree, flat, arrays, CHOICES).leaves
    assert isinstance(left, Dense)
    assert isinstance(right, Dense)
    assert isinstance(third, Sparse)
    assert left.array is right.array
    assert third.matrix is third.matrices[0] is third.matrices[1]


def test_codec_equal_arrays_that_are_not_one_stay_two() -> None:
    flat, arrays = flatten(example(Dense("a", np.ones(2)), Dense("b", np.ones(2))), CHOICES)
    left, right = rebuild(Tree, flat, arrays, CHOICES).leaves
    assert left.array is not right.array  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "leaf",
    [
        Stray("s"),
        Dense("objects", np.array([{}, None], dtype=object)),
        Dense("no array", [1.0]),  # type: ignore[arg-type]
        Dense(3, np.ones(1)),  # type: ignore[arg-type]
        Sparse("csc", sparse.csc_matrix((2, 2)), ()),
        Sparse("list", sparse.csr_matrix((2, 2)), [sparse.csr_matrix((2, 2))]),  # type: ignore[arg-type]
    ],
)
def test_codec_flatten_what_is_not_declared_is_refused(leaf: Leaf) -> None:
    with pytest.raises(TypeError, match=r"leaves\.0"):
        flatten(example(leaf), CHOICES)


def test_codec_numpy_float_is_refused_for_it_would_come_back_as_another_kind() -> None:
    tree = Tree(
        (), (), Vocabulary.of([]), Strings.pack([]), 1, np.float64(2), True, "profile",
        np.datetime64("NaT", "s"),
    )  # fmt: skip
    with pytest.raises(TypeError, match="share"):
        flatten(tree, CHOICES)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda tree: tree["leaves"][0].update(kind="Stray"), "unknown kind 'Stray'"),
        (lambda tree: tree["leaves"][0].update(kind=["Dense"]), "unknown kind"),
        (lambda tree: tree["leaves"][0].update(kind="os.system"), "unknown kind 'os.system'"),
        (lambda tree: tree["leaves"][0]["fields"].update(array="../secret"), "no array"),
        (lambda tree: tree["leaves"][0]["fields"].update(more=1), r"leaves\.0"),
        (lambda tree: tree["leaves"][0]["fields"].pop("array"), r"leaves\.0"),
        (lambda tree: tree["leaves"].append(None), r"leaves\.1"),
        (lambda tree: tree.update(leaves={}), "leaves: not a list"),
        (lambda tree: tree.update(start="elsewhere"), "start"),
        (lambda tree: tree.update(count=True), "count"),
        (lambda tree: tree.update(names="abc"), "names: not a list"),
        (lambda tree: tree.update(time={"time": "soon", "unit": "s"}), "soon"),
    ],
)
def test_codec_tree_that_does_not_fit_is_refused(change: Any, said: str) -> None:
    flat, arrays = flatten(example(Dense("a", np.ones(2))), CHOICES)
    change(flat)
    with pytest.raises(ValueError, match=said):
        rebuild(Tree, flat, arrays, CHOICES)


def test_codec_matrix_whose_parts_disagree_is_refused() -> None:
    matrix = sparse.csr_matrix(np.eye(3, dtype=np.float32))
    flat, arrays = flatten(example(Sparse("a", matrix, ())), CHOICES)
    for part in ("data", "indices", "indptr"):
        name = f"leaves.0.matrix.{part}"
        with pytest.raises(ValueError, match=r"size|length|index"):
            rebuild(Tree, flat, {**arrays, name: arrays[name][:-1]}, CHOICES)
