"""A tree of frozen dataclasses <-> named arrays and a tree that JSON can hold.

In: an object made of dataclasses, arrays, CSR matrices, tuples and plain values, whose fields
say by their types what they hold. Out: arrays by name and the rest as a tree, and back. What is
built follows the declared types alone: the data cannot name anything else to build.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import numpy as np
from scipy import sparse

T = TypeVar("T")
Choices = Mapping[Any, Mapping[str, type]]
"""For each declared protocol, the classes that may stand there, by name."""

_PLAIN = {str: (str,), bool: (bool,), int: (int,), float: (float, int)}
_CSR_PARTS = ("data", "indices", "indptr")


def flatten(value: object, choices: Choices) -> tuple[Any, dict[str, np.ndarray]]:
    """The tree of an object, and its arrays by the place where each is first met.

    An array that stands in several places is there once, and so it is after `rebuild`.

    Raises
    ------
    TypeError
        The object holds something that its declared types do not allow.
    """
    flattener = _Flattener(choices)
    return flattener.tree(value, type(value), ""), flattener.arrays


def rebuild(kind: type[T], tree: Any, arrays: Mapping[str, np.ndarray], choices: Choices) -> T:
    """The object again; its arrays are those given, not copies.

    Raises
    ------
    ValueError
        The tree does not fit the declared types; the message says where.
    """
    return _Rebuilder(arrays, choices).value(tree, kind, "")


class _Flattener:
    def __init__(self, choices: Choices) -> None:
        self.arrays: dict[str, np.ndarray] = {}
        self._choices = choices
        self._names: dict[int, str] = {}

    def tree(self, value: Any, kind: Any, place: str) -> Any:
        if kind in self._choices:
            name = type(value).__name__
            if self._choices[kind].get(name) is not type(value):
                raise TypeError(f"{place}: {name} is none of {', '.join(self._choices[kind])}")
            return {"kind": name, "fields": self._fields(value, type(value), place)}
        if is_dataclass(kind):
            _demand(type(value) is kind, value, kind, place)
            return self._fields(value, kind, place)
        if kind is np.ndarray:
            _demand(isinstance(value, np.ndarray) and value.dtype != object, value, kind, place)
            return self._array(value, place)
        if kind is sparse.csr_matrix:
            _demand(isinstance(value, sparse.csr_matrix), value, kind, place)
            return self._matrix(value, place)
        if _element(kind) is not None:
            _demand(isinstance(value, tuple), value, kind, place)
            each = enumerate(value)
            return [self.tree(one, _element(kind), _at(place, index)) for index, one in each]
        if kind is np.datetime64:
            _demand(isinstance(value, np.datetime64), value, kind, place)
            return {"time": str(value), "unit": np.datetime_data(value.dtype)[0]}
        _demand(_is_plain(value, kind), value, kind, place)
        return value

    def _fields(self, value: Any, kind: Any, place: str) -> dict[str, Any]:
        return {
            name: self.tree(getattr(value, name), type_, _at(place, name))
            for name, type_ in _field_types(kind).items()
        }

    def _array(self, array: np.ndarray, place: str) -> str:
        # The dict keeps each array alive, so that no id is given out twice.
        name = self._names.setdefault(id(array), place)
        self.arrays[name] = array
        return name

    def _matrix(self, matrix: sparse.csr_matrix, place: str) -> dict[str, Any]:
        parts = {part: self._array(getattr(matrix, part), _at(place, part)) for part in _CSR_PARTS}
        return {
            "shape": list(matrix.shape),
            **parts,
            "sorted": bool(matrix.has_sorted_indices),
            "canonical": bool(matrix.has_canonical_format),
        }


class _Rebuilder:
    def __init__(self, arrays: Mapping[str, np.ndarray], choices: Choices) -> None:
        self._arrays = arrays
        self._choices = choices
        self._matrices: dict[tuple[Any, ...], sparse.csr_matrix] = {}

    def value(self, tree: Any, kind: Any, place: str) -> Any:
        if kind in self._choices:
            name = _keys(tree, ("kind", "fields"), place)["kind"]
            chosen = self._choices[kind].get(name) if isinstance(name, str) else None
            if chosen is None:
                raise ValueError(f"{place}: unknown kind {name!r}")
            return self.value(tree["fields"], chosen, place)
        if is_dataclass(kind):
            types = _field_types(kind)
            parts = _keys(tree, tuple(types), place)
            built = {n: self.value(parts[n], type_, _at(place, n)) for n, type_ in types.items()}
            return kind(**built)  # type: ignore[operator]
        if kind is np.ndarray:
            return self._array(tree, place)
        if kind is sparse.csr_matrix:
            return self._matrix(tree, place)
        if _element(kind) is not None:
            if not isinstance(tree, list):
                raise ValueError(f"{place}: not a list")
            each = enumerate(tree)
            return tuple(self.value(one, _element(kind), _at(place, index)) for index, one in each)
        if kind is np.datetime64:
            parts = _keys(tree, ("time", "unit"), place)
            return np.datetime64(parts["time"], parts["unit"])
        if not _is_plain(tree, kind):
            raise ValueError(f"{place}: {tree!r} is no {kind}")
        return tree

    def _array(self, name: Any, place: str) -> np.ndarray:
        if not isinstance(name, str) or name not in self._arrays:
            raise ValueError(f"{place}: there is no array {name!r}")
        return self._arrays[name]

    def _matrix(self, tree: Any, place: str) -> sparse.csr_matrix:
        parts = _keys(tree, ("shape", *_CSR_PARTS, "sorted", "canonical"), place)
        shape, names = tuple(parts["shape"]), tuple(parts[part] for part in _CSR_PARTS)
        if (shape, names) not in self._matrices:
            arrays = tuple(self._array(name, place) for name in names)
            matrix = sparse.csr_matrix(arrays, shape=shape, copy=False)
            # Told, not found out: finding out reads every page, and an answer of "unsorted"
            # makes scipy sort in place, which a read-only map refuses.
            matrix.has_sorted_indices = parts["sorted"]
            matrix.has_canonical_format = parts["canonical"]
            self._matrices[shape, names] = matrix
        return self._matrices[shape, names]


def _field_types(kind: Any) -> dict[str, Any]:
    types = get_type_hints(kind)
    return {part.name: types[part.name] for part in fields(kind)}


def _element(kind: Any) -> Any:
    """X of `tuple[X, ...]`, None for every other type."""
    parts = get_args(kind)
    return parts[0] if get_origin(kind) is tuple and parts[1:] == (...,) else None


def _is_plain(value: Any, kind: Any) -> bool:
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    # The type itself: a numpy float would come back as another kind of number.
    return kind in _PLAIN and type(value) in _PLAIN[kind]


def _keys(tree: Any, names: tuple[str, ...], place: str) -> dict[str, Any]:
    if not isinstance(tree, dict) or set(tree) != set(names):
        raise ValueError(f"{place or 'top'}: not an object of {', '.join(names)}")
    return tree


def _demand(fits: bool, value: Any, kind: Any, place: str) -> None:
    if not fits:
        raise TypeError(f"{place}: {type(value).__name__} where {kind} is declared")


def _at(place: str, step: str | int) -> str:
    return f"{place}.{step}" if place else str(step)
