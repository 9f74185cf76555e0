"""Scorers and the questions of a holdout -> how much each scorer is worth.

In: scorers, and questions with answers as `Task`s. Out: `Weighed`, with what it says of those
questions that it has not learned from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.evaluation.bootstrap import estimate_means
from recsys.evaluation.measure import BLEND, means, measure
from recsys.evaluation.reliability import Outcomes
from recsys.evaluation.task import Task, evenly
from recsys.models.damping import Damping
from recsys.models.readers import Readers
from recsys.models.scorer import Scorer
from recsys.ranking.ranker import Ranker
from training import priors
from training.dataset_signals import Part
from training.fit.blend import learn
from training.fit.calibration import calibrated
from training.fit.exposure import cap_popularity
from training.fit.lesson import draw_lesson
from training.fit.pulls import pulls_of
from training.lots import ReaderLots
from training.progress import Stages
from training.settings import TrainingSettings
from training.weighed import Weighed

_LENGTH = 20  # of the lists that are judged on the holdout
_MOST_JUDGED = 600  # lists; so many say well enough how good a blend is
_STAND_FOR_ALL = 128  # readers, by whom one tells what is near to everyone
MARGIN = "_margin"  # names, behind a metric, half of its 95 % interval


@dataclass(frozen=True)
class Weigher:
    """Learns blends in one training run; `keeps_lessons` as in `Trainer`."""

    settings: TrainingSettings
    lots: ReaderLots
    seed: int
    threads: int
    stages: Stages
    keeps_lessons: bool

    def weigh(
        self, part: Part, scorers: tuple[Scorer, ...], tasks: dict[str, Task], kinds: np.ndarray
    ) -> Weighed:
        """Learn on four fifths of the questions of each task; say how well it does on the fifth."""
        how, asked, judged = self.settings.blend, list[Task](), dict[str, Task]()
        prior, most = {
            "papers": (priors.PAPERS, how.most_questions),
            "authors": (priors.AUTHORS, how.most_questions_of_people),
        }[part]
        for name, task in tasks.items():
            fifth = np.zeros(len(task), dtype=bool)
            fifth[self.lots.draw(task.readers, len(task) // 5)] = True
            judged[name], rest = task[fifth], task[~fifth]
            asked.append(rest[self.lots.draw(rest.readers, most)])
        lesson = draw_lesson(
            scorers,
            asked,
            self._pulls(scorers, asked[0].readers, asked[0].rows, len(kinds)),
            kinds,
            priors.by_segment(prior),
            how,
            threads=self.threads,
            on_block=self.stages.stage(f"blend for {' and '.join(tasks)}"),
        )
        blend = calibrated(learn(lesson, how), lesson)
        ranker, metrics = Ranker(scorers, blend), dict[str, float]()
        for name, task in judged.items():
            if task.relevant.nnz:
                figures = self._figures(task[evenly(len(task), _MOST_JUDGED)], ranker)
                metrics |= {f"{name}.{metric}": value for metric, value in figures.items()}
        return Weighed(blend, metrics, lesson if self.keeps_lessons else None)

    def refitted(
        self, weighed: Weighed, scorers: tuple[Scorer, ...], askers: Readers, kinds: np.ndarray
    ) -> Weighed:
        """The same weights over scorers that were fitted on everything, in the eyes of `askers`."""
        pulls = self._pulls(scorers, askers, np.arange(len(kinds)), len(kinds))
        return weighed.refitted(scorers, kinds, pulls)

    def cap_popularity(self, ranker: Ranker, today: Task) -> Damping:
        """Damping of those who would stand in too many lists of those who ask `today`."""
        step, chosen = self.stages.stage("popularity cap"), self.settings.exposure
        standing_for_all = today[self.lots.draw(today.readers, chosen.most_readers)]
        return cap_popularity(ranker, standing_for_all, chosen, threads=self.threads, on_block=step)

    def _pulls(
        self, scorers: tuple[Scorer, ...], askers: Readers, rows: np.ndarray, n_targets: int
    ) -> np.ndarray:
        standing_for_all = askers[self.lots.draw(askers, _STAND_FOR_ALL)]
        return pulls_of(scorers, standing_for_all, rows, n_targets, threads=self.threads)

    def _figures(self, task: Task, ranker: Ranker) -> dict[str, float]:
        outcomes = Outcomes(ranker, _LENGTH)
        table = measure(
            task,
            ranker,
            (),
            (_LENGTH,),
            capped_recall=False,
            singles=False,
            on_lists=(outcomes.add,),
            threads=self.threads,
        )
        trust, of_interest = outcomes.reliability(), f"ndcg@{_LENGTH}"
        chance = estimate_means(table[[of_interest]].to_numpy(), seed=self.seed)[0]
        figures = means(table, "scorer")[BLEND]
        figures[of_interest + MARGIN] = (chance.high - chance.low) / 2
        return figures | ({} if trust is None else trust.figures())
