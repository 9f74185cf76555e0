"""Scores and evidence -> which part of a blended score goes away with which signal.

In: the scores of one reader's candidates, as they were ranked. Out: `Speaking`, one thing with
its share of one target's score.

A share is what a blended score loses when one thing is taken from the reader and all else stays
as it is: the other signals, the reader's best candidates, the segment and the weights. Shares of
things that say the same can therefore add up to less than the score, and shares of things that
hang together (a paper and its words) overlap.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from recsys.models.blend import Blend, best_of_kinds
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
    """What speaks for each of the first reader's `chosen` rows, which are ascending.

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
        for piece in scorers[part.index].evidence(scored.readers[:1], chosen):
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
    columns, segment = np.searchsorted(scored.rows, chosen), blend.segments(scored.readers[:1])[0]
    kinds, all_kinds = blend.kinds[chosen], blend.kinds[scored.rows]
    for index, matrix in enumerate(scored.scores):
        if blend.weights[segment, :, index].any():
            best = best_of_kinds(matrix[:1], all_kinds, scored.eligible[:1])[0, kinds]
            pulls, scores = blend.pulls[index][chosen], matrix[0, columns]
            yield _Part(blend, index, segment, kinds, best, pulls, scores)


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
