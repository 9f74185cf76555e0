"""How long people to write with take: one list, with reasons and without, and lists for everybody.

In: a model. Out: `Ratio`s to a plain walk of two steps over co-authors, as scipy does it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
from scipy import sparse

from recsys.models.model import Model
from recsys.ranking.filters import ANY_AUTHOR
from recsys.recommender import Recommender
from recsys.storage.collaborator_lists import CollaboratorLists
from tests.benchmarks.ratio import Ratio, beside

_K, _THREADS = 20, 2
_ASKED, _ROWS_PER_BLOCK = 40, 1_000


def people_ratios(model: Model, *, repeats: int) -> list[Ratio]:
    """The first twenty people for single authors who write with somebody, and for all authors."""
    recommender, walk = Recommender(model), TwoSteps(model.signals.coauthors)
    ids, linked = model.dataset.authors.ids, np.flatnonzero(np.diff(model.signals.coauthors.indptr))
    some = linked[:: max(1, len(linked) // _ASKED)]
    names = [ids[int(row)] for row in some]

    def suggest(*, explain: bool) -> None:
        for name in names:
            recommender.suggest_collaborators(recommender.author(name), k=_K, explain=explain)

    def all_lists() -> None:
        for _ in CollaboratorLists(recommender, "authors", ANY_AUTHOR, _K).blocks(_THREADS):
            pass

    one = f"{_K} people for each of {len(some)} authors"
    return [
        beside(
            f"{one} / two steps",
            lambda: suggest(explain=False),
            lambda: [walk.top(np.array([row]), _K) for row in some],
            repeats=repeats,
        ),
        beside(
            "the same with reasons / without",
            lambda: suggest(explain=True),
            lambda: suggest(explain=False),
            repeats=repeats,
        ),
        beside(
            f"{_K} similar people for each / two steps",
            lambda: [recommender.similar_authors(name, k=_K, explain=False) for name in names],
            lambda: [walk.top(np.array([row]), _K) for row in some],
            repeats=repeats,
        ),
        Ratio(
            f"{_K} people for all {len(ids):,} authors / two steps",
            _seconds(all_lists),
            _seconds(lambda: walk.all(_K)),
            "s",
        ),
    ]


class TwoSteps:
    """People two steps away, by how likely a walk comes there; co-authors and oneself are out."""

    def __init__(self, coauthors: sparse.csr_matrix) -> None:
        sums = np.asarray(coauthors.sum(axis=1)).ravel()
        self._ties = sparse.diags(1.0 / np.where(sums > 0, sums, 1.0)).dot(coauthors).tocsr()

    def top(self, rows: np.ndarray, k: int) -> list[Sequence[int]]:
        """The best k people of each of the given."""
        near = self._ties[rows]
        reached = (near @ self._ties).tocsr()
        lists: list[Sequence[int]] = []
        for place, row in enumerate(rows):
            cells = slice(reached.indptr[place], reached.indptr[place + 1])
            people, odds = reached.indices[cells], reached.data[cells]
            known = near.indices[near.indptr[place] : near.indptr[place + 1]]
            new = ~np.isin(people, known) & (people != row)
            people, odds = people[new], odds[new]
            lists.append(people[np.argsort(-odds, kind="stable")[:k]].tolist())
        return lists

    def all(self, k: int) -> list[Sequence[int]]:
        """The same for everybody, some at a time."""
        n_people = self._ties.shape[0]
        blocks = range(0, n_people, _ROWS_PER_BLOCK)
        return [
            people
            for start in blocks
            for people in self.top(np.arange(start, min(start + _ROWS_PER_BLOCK, n_people)), k)
        ]


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
