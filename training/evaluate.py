"""Train on a dataset, ask its test questions, and say how well they were answered.

In: a dataset folder with its test files. Out: `Report`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from recsys.data.build import build_dataset
from recsys.data.dataset import Dataset
from recsys.errors import BadInput
from recsys.evaluation.measure import BLEND, Further, measure, nothing_further
from recsys.evaluation.reliability import Outcomes
from recsys.evaluation.tally import Tally
from recsys.evaluation.task import Task, evenly
from recsys.models.blend import Blend
from recsys.models.model import Model
from recsys.ranking.arrange import AS_RANKED, Arrangement
from recsys.storage.dataset_folder import Evaluation, read_evaluation, read_tables
from training.ablate import (
    WITHOUT,
    Ablated,
    Ablation,
    blends_of_less,
    blends_without,
    compare,
    models_without,
)
from training.pipeline import Trained, Trainer
from training.progress import Timed
from training.report.assemble import Measured, curve_ks
from training.report.contents import Report
from training.task_kinds import TASKS, TaskKind

_MOST_ABLATED = 2000


def evaluate(
    folder: Path,
    task: str,
    trainer: Trainer,
    ks: tuple[int, ...],
    *,
    test: Path | None = None,
    candidates: Path | None = None,
    wanted: Arrangement | None = None,
    ablate: frozenset[Ablation] = frozenset(),
) -> Report:
    """Train without the test files, then measure on them.

    Parameters
    ----------
    task : "papers", "collaborators" or "queries"
    ks : tuple of int
        Lengths of list to measure at, ascending.
    test, candidates : Path or None
        Files that stand elsewhere than in the folder.
    wanted : Arrangement or None
        What the blend's lists should be like; figures then say how unlike the papers of a list
        are, and how old. None for lists as they are served to those who wish for nothing.
    ablate : frozenset of "models" and "signals"
        What to leave out, one by one, to see what each adds. A signal takes a training.

    Raises
    ------
    BadInput
        The test file is missing, or is one for another task.
    """
    given = read_evaluation(folder, test, candidates)
    if given.task != task:
        raise BadInput(f"the test table of {folder} is for `recsys evaluate {given.task}`")
    clock = Timed(trainer.stages, time.perf_counter)
    clock.stage("read")
    tables, _ = read_tables(folder)
    trainer = replace(trainer, stages=clock, keeps_lessons="models" in ablate)
    exam = _Exam(TASKS[task], build_dataset(tables), given, ks, trainer, wanted)
    trained = trainer.train(exam.dataset, frozenset({exam.kind.part}))
    stages = clock.seconds()
    whole = exam.measured(trained.model)
    evaluated = clock.seconds()
    ablation = [*exam.without_models(trained, whole)] if "models" in ablate else []
    if "signals" in ablate:
        ablation += exam.without_signals(whole)
    seconds = {"train": sum(stages.values())}
    seconds["evaluate"] = sum(evaluated.values()) - seconds["train"]
    if ablate:
        seconds["ablate"] = sum(clock.seconds().values()) - sum(evaluated.values())
    kind = exam.kind
    return Report(
        dataset=folder.resolve().name,
        task=task,
        users=len(whole.task),
        results=whole.results(),
        segments=whole.segments(),
        seconds=seconds,
        ablation=tuple(ablation),
        details=whole.details(
            trained,
            kind.ranker(trained.model).blend,
            kind.traits(trained.model),
            kind.popularity(trained.model),
            ks,
            stages,
        ),
    )


@dataclass(frozen=True)
class _Exam:
    """The questions of one dataset, and how its models are asked."""

    kind: TaskKind
    dataset: Dataset
    given: Evaluation
    ks: tuple[int, ...]
    trainer: Trainer
    wanted: Arrangement | None

    def blends_without(self, trained: Trained) -> dict[str, Blend]:
        served, lesson = self.kind.ranker(trained.model).blend, trained.lessons[self.kind.part]
        step = self.trainer.stages.stage("weigh without each model")
        settings = self.trainer.settings.blend
        without = blends_without(lesson, served, settings, step)
        return without | blends_of_less(lesson, served, settings)

    def measured(self, model: Model) -> Measured:
        questions, ranker = self.kind.ask(model, self.given), self.kind.ranker(model)
        tally, outcomes = Tally(self.ks[0]), Outcomes(ranker, self.ks[0])
        table = measure(
            questions,
            ranker,
            self.kind.baselines(model),
            tuple(sorted({*self.ks, *curve_ks(self.ks)})),
            capped_recall=self.kind.capped_recall,
            order=self.kind.order(model, self.wanted or AS_RANKED),
            further=self._further(model),
            on_block=self.trainer.stages.stage("evaluate"),
            on_lists=(tally.add, outcomes.add),
            threads=self.trainer.threads,
        )
        metrics = tuple(f"{name}@{k}" for name in ("recall", "ndcg") for k in self.ks)
        metrics += tuple(n for n in map(str, table) if n.startswith(("unlike@", "years@")))
        return Measured(table, metrics, tally, outcomes, questions, self.trainer.seed)

    def _further(self, model: Model) -> Further:
        return nothing_further if self.wanted is None else self.kind.further(model, self.ks[0])

    def without_models(self, trained: Trained, whole: Measured) -> Iterator[Ablated]:
        blends = self.blends_without(trained)
        few = evenly(len(whole.task), _MOST_ABLATED)
        table = self._measured_without(trained.model, whole.task[few], blends)
        everything = whole.figures(BLEND).iloc[few]
        for name in blends:
            less = table.loc[table["scorer"] == name, [*whole.metrics]]
            yield compare("models", name.removeprefix(WITHOUT), less, everything, whole.seed)

    def without_signals(self, whole: Measured) -> Iterator[Ablated]:
        few = evenly(len(whole.task), _MOST_ABLATED)
        everything = whole.figures(BLEND).iloc[few]
        for name, model in models_without(self.trainer, self.dataset, self.kind.part):
            # What was out of bounds stays so, also where the model forgot why.
            asked = replace(self.kind.ask(model, self.given), out=whole.task.out)
            table = self._measured_without(model, asked[few], {})
            yield compare("signals", name, table[[*whole.metrics]], everything, whole.seed)

    def _measured_without(self, model: Model, task: Task, blends: dict[str, Blend]) -> pd.DataFrame:
        return measure(
            task,
            self.kind.ranker(model),
            (),
            self.ks,
            capped_recall=self.kind.capped_recall,
            singles=False,
            blends=blends,
            order=self.kind.order(model, self.wanted or AS_RANKED),
            further=self._further(model),
            on_block=self.trainer.stages.stage("evaluate without each"),
            threads=self.trainer.threads,
        )
