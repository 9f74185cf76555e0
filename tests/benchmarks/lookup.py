"""How long it takes to look things up for a page: papers, works, profiles, and what was searched.

In: a model. Out: `Ratio`s to a list of papers for one reader, which a page waits for as well.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from recsys.explore.explorer import Explorer
from recsys.explore.neighborhood import USUAL_SIZE
from recsys.models.model import Model
from recsys.recommender import Recommender
from tests.benchmarks.ratio import Ratio, beside

_K = 20


def lookup_ratios(model: Model, *, repeats: int) -> list[Ratio]:
    """Each thing once, for whoever wrote most, and the feed of whoever read most."""
    dataset, explorer, recommender = model.dataset, Explorer(model), Recommender(model)
    busiest = dataset.authors.ids[int(np.argmax(explorer.records.n_works))]
    name = dataset.authors.names[dataset.authors.ids.row(busiest)]
    papers = [dataset.papers.ids[row] for row in range(min(_K, len(dataset.papers)))]
    title = dataset.papers.titles[len(dataset.papers) - 1]
    most_known = int(np.argmax(np.diff(model.signals.seen.indptr)))
    reader = model.readers().users(np.array([most_known]))

    def works() -> None:
        for row in explorer.records.newest_works(busiest, None, _K):
            explorer.records.paper(row)

    calls: dict[str, Callable[[], object]] = {
        f"{_K} papers by name": lambda: explorer.records.papers(papers),
        f"{_K} works of an author": works,
        "a profile": lambda: explorer.profile(busiest),
        "a research graph": lambda: explorer.neighborhood("authors", busiest, USUAL_SIZE),
        "a search for a title": lambda: explorer.search(title, _K),
        "a search for a person": lambda: explorer.search(name, _K),
    }
    return [
        beside(
            f"{what} / a list of {_K}",
            call,
            lambda: recommender.recommend_papers(reader, k=_K, explain=False),
            repeats=repeats,
        )
        for what, call in calls.items()
    ]
