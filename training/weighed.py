"""A blend with what training knows of it.

In: a blend, learned on a holdout. Out: `Weighed`, from which the blend of a model is made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from recsys.models.blend import N_KINDS, N_SHAPES, SEGMENTS, Blend
from recsys.models.scorer import Scorer
from training.fit.blend import carried_over
from training.fit.lesson import Lesson


@dataclass(frozen=True)
class Weighed:
    """The blend that weighs some scorers, how well it does on the holdout, and the lesson.

    The scorers of a holdout are not in it: they need not wait in memory for those of the whole.
    """

    blend: Blend
    metrics: dict[str, float]
    lesson: Lesson | None = None

    def refitted(
        self, scorers: tuple[Scorer, ...], kinds: np.ndarray, pulls: np.ndarray
    ) -> Weighed:
        """The same weights over scorers that were fitted on everything."""
        names = tuple(scorer.name for scorer in scorers)
        return replace(self, blend=carried_over(self.blend, names, kinds, pulls))


def nothing_weighed() -> Blend:
    """A blend of no scorers, for a part that was not asked for."""
    nothing = np.zeros(0, dtype=np.float32)
    weights = np.zeros((len(SEGMENTS), N_KINDS, 0, N_SHAPES), dtype=np.float32)
    return Blend((), nothing.astype(np.int8), nothing, (), weights)
