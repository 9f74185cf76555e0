"""Scores and evidence -> which part of a blended score goes away with which signal.

In: the scores of one reader's candidates, as they were ranked. Out: `Speaking`, one thing with
its share of one target's score.

A share is what a blended score loses when one thing is taken from the reader and all else stays
as it is: the other signals, the reader's best candidates, the segment and the weights. Shares of
things that say the same can therefore add up to less than the score, and shares of things that
hang together (a paper and its words) overlap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.models.blend import Blend, best_of_kinds, segments_of
from recsys.models.readers import Readers
from recsys.models.scorer import Scorer, SubjectKind

_HARDLY_ANY = 0.002


@dataclass(frozen=True)
class Scored:
    """What all scorers say of n readers' candidates, and what it comes to.

    Attributes
    ----------
    rows : (n_rows,) int
        The candidates.
    scores : m arrays (n_readers, n_rows)
        In the order of the scorers.
    eligible : (n_readers, n_rows) bool
    total : (n_readers, n_rows) float32
        Blended scores, -inf where not eligible.
    """

    readers: Readers
    rows: np.ndarray
    scores: list[np.ndarray]
    eligible: np.ndarray
    total: np.ndarray

    def within(self, kept: np.ndarray) -> np.ndarray:
        """The total with -inf for all but the `kept` rows."""
        return np.where(np.isin(self.rows, kept), self.total, np.float32(-np.inf))


@dataclass(frozen=True)
class Speaking:
    """One thing that speaks for one target, or against it where the share is negative.

    Attributes
    ----------
    kind, subject, row : str, SubjectKind, int
        As in `Evidence`.
    share : float
        The part of the blended score that goes away with it.
    """

    kind: str
    subject: SubjectKind
    row: int
    share: float


def speaking_for(
    scorers: tuple[Scorer, ...], blend: Blend, scored: Scored, chosen: np.ndarray
) -> list[list[Speaking]]:
    """What speaks for each of the first reader's `chosen` rows, in the order of the scorers.

    What makes up less than a five hundredth of a score is passed over.
    """
    reader, columns = scored.readers[:1], np.searchsorted(scored.rows, chosen)
    kinds, segment = blend.kinds[chosen], segments_of(reader)[0]
    total = scored.total[0, columns]
    positive = total[:, None] > 0
    found: list[list[Speaking]] = [[] for _ in chosen]
    for index, (scorer, matrix) in enumerate(zip(scorers, scored.scores, strict=True)):
        if not blend.weights[segment, :, index].any():
            continue
        best = best_of_kinds(matrix[:1], blend.kinds[scored.rows], scored.eligible[:1])[0, kinds]
        scores = matrix[0, columns]
        pulls = blend.pulls[index, chosen]
        parts = blend.part(index, scores, best, pulls, kinds, segment)
        for piece in scorer.evidence(reader, chosen):
            left = scores[:, None] - piece.amounts
            of_each = best[:, None], pulls[:, None], kinds[:, None]
            kept = blend.part(index, left, *of_each, segment)
            lost = parts[:, None] - kept
            shares = np.divide(lost, total[:, None], out=np.zeros_like(lost), where=positive)
            for place, thing in np.argwhere(np.abs(shares) > _HARDLY_ANY).tolist():
                row, share = int(piece.rows[thing]), float(shares[place, thing])
                found[place].append(Speaking(piece.kind, piece.subject, row, share))
    return found
