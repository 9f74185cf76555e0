"""One signal taken away, the slow and obvious way.

In: a scorer or a whole set of them, one reader, and a thing that evidence names. Out: the same
without that thing: the liked paper, the follow, the joint papers of two people, the word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from scipy import sparse

from recsys.models.groups import CategoryScorer
from recsys.models.priors import PriorScorer
from recsys.models.readers import Readers
from recsys.models.scorer import Scorer
from recsys.models.text_profile import TextProfileScorer

FOLLOW = {
    *("followed_author", "followed", "followed_reading"),
    *("followed_coauthor", "followed_work", "followed_circle"),
}
COAUTHOR = {"coauthor", "shared_coauthor", "coauthor_work", "coauthor_of_coauthor"}
READ = {"liked", "wrote"}
TYPED = {"topic", "near_topic"}
SAME_FOR_ALL = {
    *("new", "popular", "active"),
    *("mentioned", "authors_mentioned", "venue_standing"),
}


def signal_of(kind: str) -> str:
    """What all kinds of evidence from one signal have in common."""
    names = {"follow": FOLLOW, "coauthor": COAUTHOR, "topic": TYPED, "liked": READ}
    return next((name for name, kinds in names.items() if kind in kinds), kind)


def reader_without(reader: Readers, kind: str, things: Sequence[int]) -> Readers:
    """The reader without papers, follows or typed words; unchanged for other kinds."""
    if kind in {*READ, "written"}:
        liked, written = emptied(reader.liked, things), emptied(reader.written, things)
        return replace(reader, liked=liked, written=written)
    if kind in FOLLOW:
        return replace(reader, follows=emptied(reader.follows, things))
    if kind in TYPED:
        return replace(reader, words=emptied(reader.words, things))
    return reader


def scorer_without(scorer: Scorer, reader: Readers, kind: str, things: Sequence[int]) -> Scorer:
    """The scorer where the thing is not the reader's but in the model: who wrote with whom, who
    belongs where, and what is the same for everyone.
    """
    if isinstance(scorer, CategoryScorer) and kind == "category":
        return replace(scorer, papers=emptied(scorer.papers, things))
    own = int(reader.author_rows[0])
    if kind in COAUTHOR and own >= 0:
        return _forgetting(scorer, own, things)
    if kind == "expert" and scorer.name == "experts":
        return replace(scorer, parts=emptied(scorer.parts, things))
    if kind == scorer.name and kind in ("venue", "affiliation"):
        return replace(scorer, groups=emptied(scorer.groups, things, only=own))
    if kind == scorer.name and kind in SAME_FOR_ALL:
        return replace(scorer, values=np.zeros_like(scorer.values))
    return scorer


def score_without(
    scorer: Scorer, reader: Readers, rows: np.ndarray, kind: str, *things: int
) -> np.ndarray:
    """(n_rows,) what the scorer says to the reader without the things."""
    if kind == "topic" and isinstance(scorer, TextProfileScorer):
        # The candidates keep the words, the reader's profile loses them.
        profile = scorer.profiles(reader)
        left = emptied(profile, things)
        length = np.sqrt((left.data**2).sum() / (profile.data**2).sum()) or 1.0
        return (left @ scorer.targets[rows].T).toarray()[0] / length
    # As the segment is held, so is what only strangers hear.
    held = isinstance(scorer, PriorScorer)
    poorer = reader if held else reader_without(reader, kind, things)
    return scorer_without(scorer, reader, kind, things).score(poorer, rows)[0]


def emptied(
    matrix: sparse.csr_matrix, columns: Sequence[int], only: int | None = None
) -> sparse.csr_matrix:
    """The matrix without the cells of some columns, in all rows or in only one."""
    kept = matrix.tocoo()
    gone = np.isin(kept.col, columns) & ((only is None) | (kept.row == only))
    cells = (kept.data[~gone], (kept.row[~gone], kept.col[~gone]))
    return sparse.csr_matrix(cells, shape=matrix.shape, dtype=np.float32)


def _forgetting(value: Any, own: int, others: Sequence[int]) -> Any:
    """A scorer whose first step from the reader's own profile does not lead to the others."""
    changed = {}
    for part in fields(value):
        held = getattr(value, part.name)
        if part.name in ("ties", "coauthors"):
            first, *further = held if isinstance(held, tuple) else (held,)
            cut = (emptied(first, others, only=own), *further)
            changed[part.name] = cut if isinstance(held, tuple) else cut[0]
        elif part.name == "circle" and held.start == "profile":
            changed[part.name] = _forgetting(held, own, others)
    return replace(value, **changed)
