"""Scores and evidence -> which part of a blended score goes away with which signal.

In: the scores of one reader's candidates, as they were ranked. Out: `Speaking`, one thing with
its share of one target's score.

A share is what a blended score loses when one thing is taken from the reader and all else stays
as it is: the other signals, the reader's best candidates, the segment and the weights. Shares of
things that say the same can therefore add up to less than the score, and shares of things that
hang together (a paper and its words) overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

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
    segments : (n_readers,) int
        Index into SEGMENTS.
    total : (n_readers, n_rows) float32
        Blended scores, -inf where not eligible.
    """

    readers: Readers
    rows: np.ndarray
    scores: list[np.ndarray]
    best: list[np.ndarray]
    eligible: np.ndarray
    segments: np.ndarray
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
            self.readers.one(place),
            self.rows,
            [matrix[one] for matrix in self.scores],
            [best[one] for best in self.best],
            self.eligible[one],
            self.segments[one],
            self.total[one],
        )


class Speaking(NamedTuple):
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
class _Parts:
    """What m scorers add to the scores of n targets, and what they would add if they said less.

    Attributes
    ----------
    kinds : (n, 1) int
    scores, best, pulls : (n, m) float32
    per_point : (n, 1) float32
        The share of a target's score that one point of a part is.
    """

    blend: Blend
    segment: int
    kinds: np.ndarray
    scores: np.ndarray
    best: np.ndarray
    pulls: np.ndarray
    per_point: np.ndarray

    def speaking(self) -> list[int]:
        """The scorers that count here; where one says nothing, nothing goes away."""
        weights = self.blend.weights[self.segment, self.kinds[:, 0]]
        return np.flatnonzero(self.scores.any(axis=0) & weights.any(axis=(0, 2))).tolist()

    @cached_property
    def shares(self) -> np.ndarray:
        """(n, m) the part of each target's score that each scorer adds."""
        return self._added(np.arange(self.scores.shape[1]), np.zeros_like(self.scores))

    def lost(self, of: np.ndarray, amounts: np.ndarray) -> np.ndarray:
        """(n, l) the part of a target's score that goes away with each amount (n, l), taken from
        what the scorers `of` (l,) say.
        """
        return self.shares[:, of] - self._added(of, amounts)

    def _added(self, of: np.ndarray, less: np.ndarray) -> np.ndarray:
        left, beside = self.scores[:, of] - less, (self.best[:, of], self.pulls[:, of])
        return self.blend.part(of, left, *beside, self.kinds, self.segment) * self.per_point


@dataclass(frozen=True)
class _Said:
    """A piece of evidence, and the share of each target's score that goes away with each thing.

    Attributes
    ----------
    of : int
        Which scorer says it.
    shares : (n_targets, m) float32
    """

    of: int
    piece: Evidence
    shares: np.ndarray


def speaking_for(
    scorers: tuple[Scorer, ...], blend: Blend, scored: Scored, chosen: np.ndarray
) -> list[list[Speaking]]:
    """What speaks for each of the only reader's `chosen` rows, which are ascending.

    What makes up less than a five hundredth of a score is passed over. Words are told together:
    the heaviest few have the share of all of them, divided as they weigh alone.
    """
    parts = _parts(blend, scored, chosen)
    pieces = [
        (of, piece)
        for of in parts.speaking()
        for piece in scorers[of].evidence(scored.readers, chosen)
    ]
    said = _said(parts, pieces)
    others = _one_by_one([one for one in said if one.piece.subject != "term"], len(chosen))
    words = [one for one in said if one.piece.subject == "term"]
    together = _words_together(parts, words, len(chosen))
    return [[*one, *other] for one, other in zip(others, together, strict=True)]


def _parts(blend: Blend, scored: Scored, chosen: np.ndarray) -> _Parts:
    columns, kinds = np.searchsorted(scored.rows, chosen), blend.kinds[chosen]
    total = scored.total[0, columns]
    # What is damped is damped in all its parts.
    per_point = np.divide(
        blend.damping.of(chosen), total, out=np.zeros_like(total), where=total > 0
    )
    return _Parts(
        blend,
        int(scored.segments[0]),
        kinds[:, None],
        np.stack([matrix[0, columns] for matrix in scored.scores], axis=1),
        np.stack([best[0, kinds] for best in scored.best], axis=1),
        np.stack([pulls[chosen] for pulls in blend.pulls], axis=1),
        per_point[:, None],
    )


def _said(parts: _Parts, pieces: list[tuple[int, Evidence]]) -> list[_Said]:
    """Pieces of evidence by the scorers that say them, with what goes away, in one pass."""
    if not pieces:
        return []
    sizes = [len(piece.rows) for _, piece in pieces]
    of_each = np.repeat([of for of, _ in pieces], sizes)
    lost = parts.lost(of_each, np.concatenate([piece.amounts for _, piece in pieces], axis=1))
    lost[np.abs(lost) <= _HARDLY_ANY] = 0.0
    each = zip(pieces, np.split(lost, np.cumsum(sizes)[:-1], axis=1), strict=True)
    return [_Said(of, piece, shares) for (of, piece), shares in each]


def _one_by_one(said: list[_Said], n_targets: int) -> list[list[Speaking]]:
    """Each thing that is said of each target."""
    found: list[list[Speaking]] = [[] for _ in range(n_targets)]
    for one in said:
        piece, (places, things) = one.piece, np.nonzero(one.shares)
        shares, rows = one.shares[places, things].tolist(), piece.rows[things].tolist()
        for place, row, share in zip(places.tolist(), rows, shares, strict=True):
            found[place].append(Speaking(piece.kind, piece.subject, row, share))
    return found


def _words_together(parts: _Parts, said: list[_Said], n_targets: int) -> list[list[Speaking]]:
    """The heaviest words of each target, whose shares are what goes away with all of them."""
    if not said:
        return [[] for _ in range(n_targets)]
    terms, column = np.unique(np.concatenate([one.piece.rows for one in said]), return_inverse=True)
    columns = np.split(column, np.cumsum([len(one.piece.rows) for one in said])[:-1])
    alone = np.zeros((n_targets, len(terms)))
    for one, of_each in zip(said, columns, strict=True):
        alone[:, of_each] += one.shares
    heaviest = np.argsort(-alone, axis=1, kind="stable")[:, :_MOST_WORDS]
    told = np.zeros(alone.shape, dtype=bool)
    np.put_along_axis(told, heaviest, np.take_along_axis(alone, heaviest, axis=1) > 0, axis=1)
    amounts = [
        np.where(told[:, of_each], one.piece.amounts, 0.0).sum(axis=1)
        for one, of_each in zip(said, columns, strict=True)
    ]
    lost = parts.lost(np.array([one.of for one in said]), np.stack(amounts, axis=1)).sum(axis=1)
    shares = alone * (lost / np.maximum((alone * told).sum(axis=1), 1e-12))[:, None]
    # A word that stands in the target is told as that, whatever else it means.
    kinds: dict[tuple[int, int], str] = {}
    for one, of_each in zip(said, columns, strict=True):
        places, things = np.nonzero(told[:, of_each] & (one.shares != 0))
        for cell in zip(places.tolist(), of_each[things].tolist(), strict=True):
            kinds[cell] = max(kinds.get(cell, ""), one.piece.kind)
    found: list[list[Speaking]] = [[] for _ in range(n_targets)]
    for place, words in enumerate(heaviest.tolist()):
        for word in words:
            if told[place, word]:
                share, row = float(shares[place, word]), int(terms[word])
                found[place].append(Speaking(kinds[place, word], "term", row, share))
    return found
