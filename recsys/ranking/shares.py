"""Scores and evidence -> which part of a blended score goes away with which signal.

In: the scores of one reader's candidates, as they were ranked. Out: `Speaking`, one thing with
its share of one target's score.

A share is what a blended score loses when one thing is taken from the reader and all else stays
as it is: the other signals, the reader's best candidates, the segment and the weights. Shares of
things that say the same can therefore add up to less than the score, and shares of things that
hang together (a paper and its words) overlap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from recsys.models.blend import Blend
from recsys.models.readers import Readers
from recsys.models.scorer import Evidence, Scorer, SubjectKind

_HARDLY_ANY = 0.002
_MOST_WORDS = 4


@dataclass(frozen=True)
class Scored:
    """What all scorers say of n readers' candidates, and what it comes to.

    Attributes
    ----------
    rows : (n_rows,) int
        The candidates, ascending.
    scores : m arrays (n_readers, n_rows)
        In the order of the scorers; 0 of one that counts for nothing with these readers.
    best : m arrays (n_readers, n_kinds)
        What each reader's scores are measured by.
    eligible : (n_readers, n_rows) bool
    total : (n_readers, n_rows) float32
        Blended scores, -inf where not eligible.
    """

    readers: Readers
    rows: np.ndarray
    scores: list[np.ndarray]
    best: list[np.ndarray]
    eligible: np.ndarray
    total: np.ndarray

    def within(self, kept: Sequence[np.ndarray]) -> Scored:
        """The same with -inf for all but those of the rows that are kept for each reader."""
        total = np.full_like(self.total, -np.inf)
        for place, rows in enumerate(kept):
            is_all = len(rows) == len(self.rows)
            columns = slice(None) if is_all else np.searchsorted(self.rows, rows)
            total[place, columns] = self.total[place, columns]
        return replace(self, total=total)

    def of(self, place: int) -> Scored:
        """What is said of one reader's."""
        one = slice(place, place + 1)
        return Scored(
            self.readers[one],
            self.rows,
            [matrix[one] for matrix in self.scores],
            [best[one] for best in self.best],
            self.eligible[one],
            self.total[one],
        )


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


@dataclass(frozen=True)
class _Part:
    """What one scorer adds to the scores of n targets, and what it would add if it said less."""

    blend: Blend
    index: int
    segment: int
    kinds: np.ndarray
    best: np.ndarray
    pulls: np.ndarray
    scores: np.ndarray

    def lost(self, amounts: np.ndarray) -> np.ndarray:
        """(n, m) how much less it adds with each amount (n, m) taken from its scores."""
        scores = np.concatenate([self.scores[:, None], self.scores[:, None] - amounts], axis=1)
        of_each = self.best[:, None], self.pulls[:, None], self.kinds[:, None]
        parts = self.blend.part(self.index, scores, *of_each, self.segment)
        return parts[:, :1] - parts[:, 1:]


def speaking_for(
    scorers: tuple[Scorer, ...], blend: Blend, scored: Scored, chosen: np.ndarray
) -> list[list[Speaking]]:
    """What speaks for each of the only reader's `chosen` rows, which are ascending.

    What makes up less than a five hundredth of a score is passed over. Words are told together:
    the heaviest few have the share of all of them, divided as they weigh alone.
    """
    total = scored.total[0, np.searchsorted(scored.rows, chosen)]
    # What is damped is damped in all its parts.
    per_point = np.divide(
        blend.damping.of(chosen), total, out=np.zeros_like(total), where=total > 0
    )
    found: list[list[Speaking]] = [[] for _ in chosen]
    spoken: list[tuple[_Part, Evidence]] = []
    for part in _parts(blend, scored, chosen):
        for piece in scorers[part.index].evidence(scored.readers, chosen):
            shares = part.lost(piece.amounts) * per_point[:, None]
            for place, thing in np.argwhere(np.abs(shares) > _HARDLY_ANY).tolist():
                row, share = int(piece.rows[thing]), float(shares[place, thing])
                found[place].append(Speaking(piece.kind, piece.subject, row, share))
            if piece.subject == "term":
                spoken.append((part, piece))
    return [
        _words_together(things, spoken, place, float(per_point[place]))
        for place, things in enumerate(found)
    ]


def _parts(blend: Blend, scored: Scored, chosen: np.ndarray) -> Iterator[_Part]:
    columns, segment = np.searchsorted(scored.rows, chosen), blend.segments(scored.readers)[0]
    kinds = blend.kinds[chosen]
    for index, (matrix, best) in enumerate(zip(scored.scores, scored.best, strict=True)):
        scores = matrix[0, columns]
        # Where a scorer says nothing, nothing goes away.
        if scores.any() and blend.weights[segment, kinds, index].any():
            pulls = blend.pulls[index][chosen]
            yield _Part(blend, index, segment, kinds, best[0, kinds], pulls, scores)


def _words_together(
    things: list[Speaking], spoken: list[tuple[_Part, Evidence]], place: int, per_point: float
) -> list[Speaking]:
    """The same with only the heaviest words, whose shares are what goes away with all of them."""
    alone: dict[int, float] = {}
    kinds: dict[int, str] = {}
    for thing in things:
        if thing.subject == "term":
            alone[thing.row] = alone.get(thing.row, 0.0) + thing.share
            # A word that stands in the target is told as that, whatever else it means.
            kinds[thing.row] = max(thing.kind, kinds.get(thing.row, ""))
    heavy = sorted((row for row in alone if alone[row] > 0), key=lambda row: (-alone[row], row))
    told = np.array(heavy[:_MOST_WORDS], dtype=np.int64)
    lost = 0.0
    for part, piece in spoken:
        amounts = piece.amounts[:, np.isin(piece.rows, told)].sum(axis=1, keepdims=True)
        lost += float(part.lost(amounts)[place, 0])
    scale = lost * per_point / max(sum(alone[row] for row in told), 1e-12)
    others = [thing for thing in things if thing.subject != "term"]
    return others + [Speaking(kinds[row], "term", row, alone[row] * scale) for row in told.tolist()]
