"""Scorers and a blend -> ranked candidates, and what each of them owes to whom.

In: readers, candidate rows, cells that are out. Out: ranked rows with scores, and evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.models.blend import Blend, segments_of
from recsys.models.readers import Readers
from recsys.models.scorer import Evidence, Scorer
from recsys.ranking.filters import eligible_cells
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
    """

    rows: np.ndarray
    scores: np.ndarray


@dataclass(frozen=True)
class Ranker:
    """One way of ranking, for evaluation, serving and digests alike."""

    scorers: tuple[Scorer, ...]
    blend: Blend

    def rank(self, readers: Readers, rows: np.ndarray, out: sparse.csr_matrix, k: int) -> Ranked:
        """The k best of the candidate `rows` for each reader, without the cells that are out."""
        scores = self._scores(readers, rows)
        total = self.blend.combine(scores, rows, eligible_cells(out, rows), segments_of(readers))
        return ranked(total, rows, k)

    def explain(
        self, reader: Readers, rows: np.ndarray, out: sparse.csr_matrix, chosen: np.ndarray
    ) -> list[list[tuple[Evidence, float]]]:
        """For one reader and each chosen row: evidence with its share of the blended score.

        A piece of evidence has the share of its scorer's part that its amount has of the score.
        What the scorer did not name for being small stands as one piece of row -1 and of the
        kind of its strongest; the shares of one row add up to at most 1.
        """
        scores, eligible = self._scores(reader, rows), eligible_cells(out, rows)
        parts = self.blend.contributions(scores, rows, eligible, segments_of(reader))[:, 0]
        columns = np.searchsorted(rows, chosen)
        raw = np.stack([matrix[0, columns] for matrix in scores]) if scores else parts
        return [
            self._shares(reader, int(row), parts[:, column], raw[:, place])
            for place, (row, column) in enumerate(zip(chosen, columns, strict=True))
        ]

    def _shares(
        self, reader: Readers, row: int, parts: np.ndarray, scores: np.ndarray
    ) -> list[tuple[Evidence, float]]:
        total = float(parts.sum())
        found: dict[tuple[str, str, int], tuple[Evidence, float]] = {}
        for scorer, part, score in zip(self.scorers, parts, scores, strict=True):
            if part <= 0 or total <= 0:
                continue
            pieces = scorer.evidence(reader, row)
            named = sum(piece.amount for piece in pieces)
            whole = max(float(score), named)
            if pieces and whole > named:
                pieces.append(Evidence(pieces[0].kind, "", -1, whole - named))
            for piece in pieces:
                key = (piece.kind, piece.subject, piece.row)
                share = float(part) / total * piece.amount / whole
                found[key] = (piece, share + found.get(key, (piece, 0.0))[1])
        return sorted(found.values(), key=lambda pair: (-pair[1], pair[0].kind, pair[0].row))

    def _scores(self, readers: Readers, rows: np.ndarray) -> list[np.ndarray]:
        return [scorer.score(readers, rows) for scorer in self.scorers]


def ranked(scores: np.ndarray, rows: np.ndarray, k: int) -> Ranked:
    """Rank a score matrix over candidate rows; -inf and NaN are out."""
    columns = top_k(scores, k)
    taken = np.take_along_axis(scores, np.maximum(columns, 0), axis=1) if columns.size else columns
    missing = columns < 0
    best = np.where(missing, -np.inf, taken).astype(np.float32)
    chosen = rows[columns] if len(rows) else columns
    return Ranked(np.where(missing, -1, chosen), best)
