"""Readers of every sort, and what it takes to compare scorers on them.

In: a model. Out: `everyone`, the readers that every scorer must cope with; `read_only`, a copy
that nobody can write to.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.recommender import Recommender


def together(*parts: Readers) -> Readers:
    """Readers one under the other."""
    columns = {}
    for part in fields(Readers):
        pieces = [getattr(readers, part.name) for readers in parts]
        stack = np.concatenate if isinstance(pieces[0], np.ndarray) else _under_each_other
        columns[part.name] = stack(pieces)
    return Readers(**columns)


def everyone(model: Model) -> Readers:
    """Users, profiles nobody has claimed, strangers with likes, with words, with nothing."""
    ask, source = Recommender(model), model.readers()
    papers, authors, terms = (
        list(vocabulary.ids)
        for vocabulary in (model.dataset.papers.ids, model.dataset.authors.ids, model.text.terms)
    )
    unclaimed = np.setdiff1d(np.arange(len(authors)), model.dataset.users.author_rows)
    text = " ".join(terms[:40])
    return together(
        source.users(np.arange(len(model.dataset.users))),
        source.authors(unclaimed[:10]),
        ask.stranger(liked=papers[:3], disliked=papers[3:4], followed=authors[:2], text=text),
        ask.stranger(liked=papers[:1]),
        ask.stranger(followed=authors[1:2]),
        ask.stranger(text=terms[0]),
        source.strangers(2),
    )


def knows_nothing(readers: Readers) -> np.ndarray:
    """(n,) bool: nobody, nowhere, nothing read, followed or typed."""
    signals = sum(
        np.diff(matrix.indptr)
        for matrix in (readers.liked, readers.written, readers.follows, readers.words)
    )
    return (signals == 0) & (readers.user_rows < 0) & (readers.author_rows < 0)


def read_only(value: Any) -> Any:
    """A deep copy whose arrays are as those of a mapped bundle: nobody can write to them."""
    if isinstance(value, np.ndarray):
        copied = value.copy()
        copied.flags.writeable = False
        return copied
    if isinstance(value, sparse.csr_matrix):
        parts = tuple(read_only(part) for part in (value.data, value.indices, value.indptr))
        return sparse.csr_matrix(parts, shape=value.shape)
    if isinstance(value, tuple):
        return tuple(read_only(part) for part in value)
    if is_dataclass(value):
        parts = {part.name: read_only(getattr(value, part.name)) for part in fields(value)}
        return replace(value, **parts)
    return value


def _under_each_other(pieces: list[sparse.csr_matrix]) -> sparse.csr_matrix:
    return sparse.vstack(pieces, format="csr").astype(np.float32)
