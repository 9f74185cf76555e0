"""Scorers and a blend -> ranked candidates.

In: readers, candidate rows, cells that are out. Out: blended scores, and ranked rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.models.blend import Blend
from recsys.models.readers import Readers
from recsys.models.scorer import Scorer
from recsys.ranking.filters import eligible_cells
from recsys.ranking.shares import Scored, Speaking, speaking_for
from recsys.ranking.top_k import top_k


@dataclass(frozen=True)
class Ranked:
    """Best first.

    Attributes
    ----------
    rows : (n_readers, k) int64
        Candidate rows, -1 where there are no more.
    scores : (n_readers, k) float32
        Blended scores, -inf where there are no more.
    explored : (n_readers, k) bool
        Places that were given away to explore; none in a plain ranking.
    """

    rows: np.ndarray
    scores: np.ndarray
    explored: np.ndarray


@dataclass(frozen=True)
class Ranker:
    """One way of ranking, for evaluation, serving and digests alike."""

    scorers: tuple[Scorer, ...]
    blend: Blend

    def rank(self, readers: Readers, rows: np.ndarray, out: sparse.csr_matrix, k: int) -> Ranked:
        """The k best of the candidate `rows` for each reader, without the cells that are out."""
        return ranked(self.score(readers, rows, out).total, rows, k)

    def score(self, readers: Readers, rows: np.ndarray, out: sparse.csr_matrix) -> Scored:
        """The scores of all candidates, from which one can both rank and explain."""
        eligible = eligible_cells(out, rows)
        scores = [scorer.score(readers, rows) for scorer in self.scorers]
        total = self.blend.combine(scores, rows, eligible, self.blend.segments(readers))
        return Scored(readers, rows, scores, eligible, total)

    def chances(self, readers: Readers, scores: np.ndarray) -> np.ndarray:
        """(n_readers, k) float32 what blended scores mean; see `Calibration`."""
        segments = self.blend.segments(readers)[:, None]
        chances = self.blend.calibration.chances(scores, segments)
        return chances.astype(np.float32)

    def is_calibrated(self, reader: Readers) -> bool:
        """Whether chances for readers like this one were learned."""
        return bool(self.blend.calibration.learned[self.blend.segments(reader)[0]])

    def explain(self, scored: Scored, chosen: np.ndarray) -> list[list[Speaking]]:
        """What speaks for each chosen row of the first reader, heaviest first."""
        rows, places = np.unique(chosen, return_inverse=True)  # as scorers take them
        found = speaking_for(self.scorers, self.blend, scored, rows)
        return [found[place] for place in places]


def ranked(scores: np.ndarray, rows: np.ndarray, k: int) -> Ranked:
    """Rank a score matrix over candidate rows; -inf and NaN are out."""
    columns = top_k(scores, k)
    taken = np.take_along_axis(scores, np.maximum(columns, 0), axis=1) if columns.size else columns
    missing = columns < 0
    best = np.where(missing, -np.inf, taken).astype(np.float32)
    chosen = rows[columns] if len(rows) else columns
    return Ranked(np.where(missing, -1, chosen), best, np.zeros(best.shape, dtype=bool))
