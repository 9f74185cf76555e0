"""How strongly each target draws readers, in the eyes of each scorer.

In: scorers and readers who stand for everyone. Out: `Blend.pulls`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from recsys.models.readers import Readers
from recsys.models.scorer import Scorer

_CLOSEST = 0.05  # the share of them who are near to a target
_LEAST = 0.3  # of the usual pull: what draws nobody is not made for anybody in particular


def pulls_of(
    scorers: tuple[Scorer, ...],
    readers: Readers,
    rows: np.ndarray,
    n_targets: int,
    *,
    threads: int,
) -> np.ndarray:
    """(m, n_targets) float32: the mean score that a target has with those closest to it.

    Targets that are not among `rows`, and scorers that say nothing to these readers, have 1.
    """
    pulls = np.ones((len(scorers), n_targets), dtype=np.float32)
    if not len(readers) or not len(rows):
        return pulls
    closest = max(1, int(len(readers) * _CLOSEST))

    def drawn_by(scorer: Scorer) -> np.ndarray:
        scores = np.maximum(scorer.score(readers, rows), 0.0)
        return np.partition(scores, len(readers) - closest, axis=0)[-closest:].mean(axis=0)

    with ThreadPoolExecutor(threads) as together:
        for index, drawn in enumerate(together.map(drawn_by, scorers)):
            if (drawn > 0).any():
                pulls[index, rows] = drawn + _LEAST * np.median(drawn[drawn > 0])
    return pulls
