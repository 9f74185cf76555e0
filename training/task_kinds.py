"""The three tasks of an evaluation: how each is set and answered, and against what.

In: nothing. Out: `TASKS`, by the word that people type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from recsys.errors import BadInput
from recsys.evaluation.measure import Further, Order, as_ranked, nothing_further
from recsys.evaluation.task import Task
from recsys.evaluation.variety import mean_age, unlikeness
from recsys.models.model import Model
from recsys.models.scorer import Scorer
from recsys.ranking.arrange import Arrangement, Arranger
from recsys.ranking.ranker import Ranker
from recsys.storage.dataset_folder import Evaluation
from training.baselines import author_baselines, paper_baselines, query_baselines
from training.dataset_signals import Part
from training.report.traits import (
    Popularity,
    Trait,
    author_popularity,
    author_traits,
    paper_popularity,
    paper_traits,
)
from training.tasks import author_task, paper_task, query_task

_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class TaskKind:
    """How one kind of task is set and answered, and what tells its targets apart."""

    ask: Callable[[Model, Evaluation], Task]
    ranker: Callable[[Model], Ranker]
    baselines: Callable[[Model], Iterable[Scorer]]
    traits: Callable[[Model], Iterable[Trait]]
    popularity: Callable[[Model], Popularity]
    order: Callable[[Model, Arrangement], Order]
    further: Callable[[Model, int], Further]
    capped_recall: bool
    part: Part


def _ask_queries(model: Model, given: Evaluation) -> Task:
    if given.queries is None:
        raise BadInput("the dataset holds no table 'queries' with the texts of the test queries")
    return query_task(model, given.test, given.queries)


def _rank_papers(model: Model) -> Ranker:
    return Ranker(model.paper_scorers, model.paper_blend)


def _variety(model: Model, k: int) -> Further:
    """How unlike the first k papers are, and how old in years, as far as the model knows."""
    topics, ages = model.topics().papers, model.dataset.ages_days() / _DAYS_PER_YEAR
    known = {}
    if topics.any():
        known[f"unlike@{k}"] = lambda rows: unlikeness(rows, topics)
    if not np.isnan(ages).all():
        known[f"years@{k}"] = lambda rows: mean_age(rows, ages)
    return lambda lists: {name: value(lists.rows[:, :k]) for name, value in known.items()}


_PAPERS = TaskKind(
    ask=lambda model, given: paper_task(model, given.test, given.candidates),
    ranker=_rank_papers,
    baselines=paper_baselines,
    traits=paper_traits,
    popularity=paper_popularity,
    order=lambda model, wanted: partial(Arranger(model).arrange, wanted=wanted),
    further=_variety,
    capped_recall=False,
    part="papers",
)
TASKS: dict[str, TaskKind] = {
    "papers": _PAPERS,
    "collaborators": TaskKind(
        ask=lambda model, given: author_task(model, given.test),
        ranker=lambda model: Ranker(model.author_scorers, model.author_blend),
        baselines=author_baselines,
        traits=author_traits,
        popularity=author_popularity,
        order=lambda _model, _wanted: as_ranked,
        further=lambda _model, _k: nothing_further,
        capped_recall=True,
        part="authors",
    ),
    "queries": replace(_PAPERS, ask=_ask_queries, baselines=query_baselines),
}
