"""Readers of every sort, and what it takes to compare scorers on them.

In: a model. Out: `everyone`, the readers that every scorer must cope with; `without`, a reader
from whom one signal has been taken away; `read_only`, a copy that nobody can write to.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.models.scorer import Evidence
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


def without(reader: Readers, piece: Evidence) -> Readers | None:
    """One reader without what the evidence names; None where the signal is not the reader's."""
    if piece.kind in ("liked", "written"):
        return replace(
            reader, liked=_emptied(reader.liked, piece), written=_emptied(reader.written, piece)
        )
    if piece.kind == "followed_circle":  # names whom one reaches, not whom one follows
        return replace(reader, follows=sparse.csr_matrix(reader.follows.shape, dtype=np.float32))
    if piece.kind.startswith("followed"):
        return replace(reader, follows=_emptied(reader.follows, piece))
    if piece.kind == "topic" and not reader.interests().nnz:
        return replace(reader, words=_emptied(reader.words, piece))
    if piece.subject in ("author", "venue", "affiliation"):
        return replace(reader, author_rows=np.full_like(reader.author_rows, -1))
    return None


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


def _emptied(matrix: sparse.csr_matrix, piece: Evidence) -> sparse.csr_matrix:
    kept = matrix.copy()
    kept.data[kept.indices == piece.row] = 0.0
    kept.eliminate_zeros()
    return kept


def _under_each_other(pieces: list[sparse.csr_matrix]) -> sparse.csr_matrix:
    return sparse.vstack(pieces, format="csr").astype(np.float32)
