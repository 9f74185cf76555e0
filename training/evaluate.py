"""Train on a dataset, ask its test questions, and say how well they were answered.

In: a dataset folder with its test files. Out: `Report`, in the published JSON shape.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from recsys.data.build import build_dataset
from recsys.errors import BadInput
from recsys.evaluation.measure import means, measure
from recsys.evaluation.task import Task
from recsys.models.model import Model
from recsys.models.scorer import Scorer
from recsys.ranking.ranker import Ranker
from recsys.storage.dataset_folder import Evaluation, read_evaluation, read_tables
from training.baselines import author_baselines, paper_baselines, query_baselines
from training.dataset_signals import Part
from training.pipeline import Trainer
from training.tasks import author_task, paper_task, query_task


@dataclass(frozen=True)
class Report:
    """Figures of one evaluation.

    Attributes
    ----------
    users : int
        How many asked: users, authors or queries.
    results : scorer -> metric -> mean over all who asked
    segments : segment -> {"users": n, "results": as above}
    seconds : stage -> wall time
    """

    dataset: str
    task: str
    users: int
    results: dict[str, dict[str, float]]
    segments: dict[str, dict[str, object]]
    seconds: dict[str, float]

    def as_json(self) -> dict[str, object]:
        """The shape that other programs read."""
        return asdict(self)


@dataclass(frozen=True)
class TaskKind:
    """How one kind of task is set and answered."""

    ask: Callable[[Model, Evaluation], Task]
    ranker: Callable[[Model], Ranker]
    baselines: Callable[[Model], Iterable[Scorer]]
    capped_recall: bool
    part: Part


def _ask_queries(model: Model, given: Evaluation) -> Task:
    if given.queries is None:
        raise BadInput("the dataset holds no table 'queries' with the texts of the test queries")
    return query_task(model, given.test, given.queries)


def _rank_papers(model: Model) -> Ranker:
    return Ranker(model.paper_scorers, model.paper_blend)


TASKS: dict[str, TaskKind] = {
    "papers": TaskKind(
        lambda model, given: paper_task(model, given.test, given.candidates),
        _rank_papers,
        paper_baselines,
        capped_recall=False,
        part="papers",
    ),
    "collaborators": TaskKind(
        lambda model, given: author_task(model, given.test),
        lambda model: Ranker(model.author_scorers, model.author_blend),
        author_baselines,
        capped_recall=True,
        part="authors",
    ),
    "queries": TaskKind(
        _ask_queries, _rank_papers, query_baselines, capped_recall=False, part="papers"
    ),
}


def evaluate(
    folder: Path,
    task: str,
    trainer: Trainer,
    ks: tuple[int, ...],
    *,
    test: Path | None = None,
    candidates: Path | None = None,
) -> Report:
    """Train without the test files, then measure on them.

    Parameters
    ----------
    task : "papers", "collaborators" or "queries"
    ks : tuple of int
        Lengths of list to measure at.
    test, candidates : Path or None
        Files that stand elsewhere than in the folder.

    Raises
    ------
    BadInput
        The test file is missing, or is one for another task.
    """
    given = read_evaluation(folder, test, candidates)
    if given.task != task:
        raise BadInput(f"the test table of {folder} is for `recsys evaluate {given.task}`")
    started = time.perf_counter()
    tables, _ = read_tables(folder)
    kind = TASKS[task]
    model = trainer.train(build_dataset(tables), frozenset({kind.part})).model
    trained = time.perf_counter()
    questions = kind.ask(model, given)
    table = measure(
        questions,
        kind.ranker(model),
        kind.baselines(model),
        ks,
        capped_recall=kind.capped_recall,
        on_block=trainer.stages.stage("evaluate"),
    )
    segments = {
        str(segment): {
            "users": int(len(rows) // rows["scorer"].nunique()),
            "results": means(rows, "scorer"),
        }
        for segment, rows in table.groupby("segment", sort=True)
    }
    seconds = {"train": trained - started, "evaluate": time.perf_counter() - trained}
    results = means(table, "scorer")
    return Report(folder.resolve().name, task, len(questions), results, segments, seconds)
