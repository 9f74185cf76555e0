"""What all lists have in common: stages that can be timed, lines with their reasons.

In: a model. Out: `Lists`, on which `PaperLists` and `PeopleLists` stand.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import numpy as np

from recsys.answer import Shown
from recsys.models.model import Model
from recsys.ranking.askers import Askers
from recsys.ranking.reasons import Question, Reason, reasons_of
from recsys.ranking.shares import Speaking

Stage = Callable[[str], AbstractContextManager[object]]

NOTHING_SHOWN: Shown = frozenset()


class Lists(Askers):
    """Lists from one model; holds no state but the model.

    Parameters
    ----------
    stage : callable
        Entered around each stage of an answer, "score", "arrange" and "explain": whoever has a
        clock can time it, or stop there.
    """

    def __init__(self, model: Model, stage: Stage = nullcontext) -> None:
        super().__init__(model)
        self._stage = stage

    def _told(
        self,
        rows: list[int],
        explain: bool,
        question: Question,
        speaking: Callable[[np.ndarray], list[list[Speaking]]],
    ) -> dict[int, tuple[Reason, ...]]:
        if not explain or not rows:
            return {}
        with self._stage("explain"):
            return {
                row: reasons_of(self.model, found, question)
                for row, found in zip(rows, speaking(np.array(rows)), strict=True)
            }
