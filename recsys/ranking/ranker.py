"""Scorers and a blend -> ranked candidates.

In: readers, candidate rows, cells that are out. Out: blended scores, and ranked rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.models.blend import BESIDE_BEST, N_KINDS, Blend, best_of_kinds
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

    def score(
        self,
        readers: Readers,
        rows: np.ndarray,
        out: sparse.csr_matrix,
        wanted: np.ndarray | None = None,
    ) -> Scored:
        """The scores of candidates, from which one can both rank and explain.

        Parameters
        ----------
        rows : (n_rows,) int
            Who competes: a score is measured by the best of these, whichever are `wanted`.
        out : (n_readers, n_targets) CSR
            Filled cells do not compete.
        wanted : (n_wanted,) int or None
            Those of the rows, ascending, whose scores are needed; None for all.
        """
        kinds = self.blend.kinds
        if wanted is None:
            wanted = rows
        else:  # nothing is measured by what is of another kind
            rows = rows[np.isin(kinds[rows], kinds[wanted])]
        segments, eligible = self.blend.segments(readers), eligible_cells(out, rows)
        weights = self.blend.weights[:, np.unique(kinds[wanted])][segments]
        said = [
            self._said(scorer, weights[:, :, index], readers, rows, wanted, eligible)
            for index, scorer in enumerate(self.scorers)
        ]
        scores, best = [one for one, _ in said], [one for _, one in said]
        if len(wanted) < len(rows):
            eligible = eligible[:, np.searchsorted(rows, wanted)]
        total = self.blend.combine_beside(best, scores, wanted, eligible, segments)
        return Scored(readers, wanted, scores, best, eligible, segments, total)

    def _said(
        self,
        scorer: Scorer,
        weights: np.ndarray,
        readers: Readers,
        rows: np.ndarray,
        wanted: np.ndarray,
        eligible: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """What one scorer says of the wanted rows, as far as it has a weight, and the best of each
        kind that it says of any row, as far as that counts.
        """
        best = np.zeros((len(readers), N_KINDS), dtype=np.float32)
        heard = np.flatnonzero(weights.any(axis=(1, 2)))
        if len(heard) < len(readers):
            scores = np.zeros((len(readers), len(wanted)), dtype=np.float32)
            if len(heard):
                scores[heard], best[heard] = self._said(
                    scorer, weights[heard], readers[heard], rows, wanted, eligible[heard]
                )
            return scores, best
        if len(wanted) == len(rows):
            scores = scorer.score(readers, rows)
            return scores, best_of_kinds(scores, self.blend.kinds[rows], eligible)
        if not weights[..., BESIDE_BEST].any():
            return scorer.score(readers, wanted), best
        scores = scorer.score(readers, rows)
        best = best_of_kinds(scores, self.blend.kinds[rows], eligible)
        return scores[:, np.searchsorted(rows, wanted)], best

    def chances(self, readers: Readers, scores: np.ndarray) -> np.ndarray:
        """(n_readers, k) float32 what blended scores mean; see `Calibration`."""
        return self._chances(self.blend.segments(readers), scores)

    def chances_of(self, scored: Scored, rows: list[int]) -> np.ndarray:
        """(n,) float32 the chances of some of the only reader's candidates."""
        columns = np.searchsorted(scored.rows, rows)
        return self._chances(scored.segments, scored.total[:, columns])[0]

    def is_any(self, scored: Scored, least_chance: float) -> np.ndarray:
        """(n_readers,) bool: whether a reader has a candidate of such a chance."""
        best = scored.total.max(axis=1, keepdims=True, initial=-np.inf)
        return self._chances(scored.segments, best)[:, 0].astype(np.float64) >= least_chance

    def is_calibrated(self, scored: Scored) -> bool:
        """Whether chances for readers like the only one were learned."""
        return bool(self.blend.calibration.learned[scored.segments[0]])

    def _chances(self, segments: np.ndarray, scores: np.ndarray) -> np.ndarray:
        chances = self.blend.calibration.chances(scores, segments[:, None])
        return chances.astype(np.float32)

    def explain(self, scored: Scored, chosen: np.ndarray) -> list[list[Speaking]]:
        """What speaks for each chosen row of the only reader, heaviest first."""
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
