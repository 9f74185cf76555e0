"""How long answers take: one list, with reasons and without, and lists for everybody.

In: a model. Out: `Ratio`s to a plain product of factors, and to implicit's own batches.
"""

from __future__ import annotations

import numpy as np
from implicit.cpu.topk import topk
from scipy import sparse

from recsys.evaluation.task import Task
from recsys.models.factors import FactorScorer
from recsys.models.model import Model
from recsys.ranking.filters import ANY_PAPER
from recsys.recommender import Recommender
from tests.benchmarks.ratio import Ratio, beside

_K = 20


def answering_ratios(model: Model, *, repeats: int) -> list[Ratio]:
    """One reader's first twenty papers, and those of all users, on the catalogue of the model."""
    factors = _factors(model)
    recommender, source = Recommender(model), model.readers()
    user_rows = np.arange(len(model.dataset.users), dtype=np.int32)
    most_known = int(np.argmax(np.diff(model.signals.seen.indptr)))
    one, everybody = source.users(user_rows[[most_known]]), source.users(user_rows)
    own = factors.reader_factors(everybody)
    nothing, out = sparse.csr_matrix(everybody.seen.shape), ANY_PAPER.out(everybody)
    whole = Task(everybody, nothing, out, np.arange(len(model.dataset.papers)))

    def rank_all() -> None:
        for block in whole.blocks():
            recommender.rank_papers(block.readers, rows=block.rows, k=_K)

    return [
        beside(
            f"a list of {_K} / dense product",
            lambda: recommender.recommend_papers(one, k=_K, explain=False),
            lambda: factors.paper_factors @ own[most_known],
            repeats=repeats,
        ),
        beside(
            f"a list of {_K} with reasons / without",
            lambda: recommender.recommend_papers(one, k=_K),
            lambda: recommender.recommend_papers(one, k=_K, explain=False),
            repeats=repeats,
        ),
        beside(
            f"lists of {_K} for all / implicit's",
            rank_all,
            lambda: topk(factors.paper_factors, own, _K, filter_query_items=out, num_threads=2),
            repeats=max(1, repeats // 5),
        ),
    ]


def _factors(model: Model) -> FactorScorer:
    return next(s for s in model.paper_scorers if isinstance(s, FactorScorer))
