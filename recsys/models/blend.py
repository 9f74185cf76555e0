"""Many scores -> one score, as a sum whose parts can be read as reasons.

In: one score matrix per scorer. Out: `Blend`, which adds up what each scorer contributes, with
weights that training learned on a holdout.
"""

from __future__ import annotations

from collections.abc import Iterator, Sized
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from recsys.data.append import appended
from recsys.models.calibration import Calibration, guessed
from recsys.models.damping import Damping, undamped
from recsys.models.readers import Readers

Segment = Literal["cold", "warm", "hot", "asked", "reading"]
SEGMENTS: tuple[Segment, ...] = ("cold", "warm", "hot", "asked", "reading")
HOT_SIGNALS = 10
N_KINDS = 2
N_SHAPES = 3
BESIDE_BEST, STRENGTH = 0, 1  # the shape that asks for the reader's best candidate, and for none
_CELLS_AT_ONCE = 100_000


@dataclass(frozen=True)
class Blend:
    """Weights of m scorers in three shapes, for each segment of readers and kind of target.

    A scorer contributes `u * s / max(s)`, which says how near the candidate is to the reader's
    best one of its kind, `v * log(1 + s / scale)`, which keeps how strong the signal is at all,
    and `w * log(1 + s / pull)`, which asks whether the candidate is for this reader rather than
    for anybody: without it, what is a little near to everyone comes before what is made for few
    (Radovanović et al., "Hubs in space", 2010). All are zero where the scorer knows nothing, so
    a blend works with one signal as with ten. Kinds keep apart what has a history of its own (a
    paper with readers) and what has not.

    Attributes
    ----------
    names : tuple of str
        The scorers, in order.
    kinds : (n_targets,) int8
        0 for a target with a history, 1 for one without.
    scales : (m,) float32
        The median score of each scorer's best candidates in training.
    pulls : tuple of m arrays (n_targets,) float32
        The score that each target has with the readers who are closest to it; positive.
    weights : (n_segments, n_kinds, m, 3) float32
        Not negative.
    calibration : Calibration
        What a blended score means.
    damping : Damping
        Whose sums count for less.
    by_writing : bool
        Whether known readers who have written nothing are a segment apart, "reading": what was
        learned from those who write does not hold for them.
    """

    names: tuple[str, ...]
    kinds: np.ndarray
    scales: np.ndarray
    pulls: tuple[np.ndarray, ...]
    weights: np.ndarray
    calibration: Calibration = field(default_factory=lambda: guessed(len(SEGMENTS)))
    damping: Damping = field(default_factory=undamped)
    by_writing: bool = False

    def segments(self, readers: Readers) -> np.ndarray:
        """(n,) int8 index into SEGMENTS, as this blend tells readers apart."""
        found = segments_of(readers)
        if not self.by_writing:
            return found
        known = np.isin(found, (SEGMENTS.index("warm"), SEGMENTS.index("hot")))
        reading = np.int8(SEGMENTS.index("reading"))
        return np.where(known & (np.diff(readers.written.indptr) == 0), reading, found)

    def combine(
        self, scores: list[np.ndarray], rows: np.ndarray, eligible: np.ndarray, segments: np.ndarray
    ) -> np.ndarray:
        """(n_readers, n_rows) float32 blended scores; -inf where not eligible.

        Parameters
        ----------
        scores : m arrays (n_readers, n_rows)
        rows : (n_rows,) int
            The targets that are scored.
        eligible : (n_readers, n_rows) bool
            Only these compete.
        segments : (n_readers,) int
            Index into SEGMENTS.
        """
        kinds = self.kinds[rows]
        best = [best_of_kinds(matrix, kinds, eligible) for matrix in scores]
        return self.combine_beside(best, scores, rows, eligible, segments)

    def combine_beside(
        self,
        best: list[np.ndarray],
        scores: list[np.ndarray],
        rows: np.ndarray,
        eligible: np.ndarray,
        segments: np.ndarray,
    ) -> np.ndarray:
        """The same where more compete than are wanted: `best` are m arrays (n_readers, n_kinds),
        each reader's best of all of them.
        """
        kinds, total = self.kinds[rows], np.zeros(eligible.shape, dtype=np.float32)
        of_kinds = [(kind, kinds == kind) for kind in np.unique(kinds).tolist()]
        for segment in np.unique(segments).tolist():
            alike = np.flatnonzero(segments == segment)
            spoken = np.flatnonzero(self.weights[segment].any(axis=(0, 2))).tolist()
            for block in _at_once(alike, len(rows)):
                some = alike[block]
                sums = np.zeros((len(some), len(rows)), dtype=np.float32)
                for index in spoken:
                    said = scores[index][some]
                    heard = said.any(axis=0)  # what is 0 adds 0
                    for kind, its in of_kinds:
                        columns = _columns(heard & its)
                        beside = best[index][some, kind, None], self.pulls[index][rows[columns]]
                        of = said[:, columns], *beside, kind, segment
                        sums[:, columns] += self.part(index, *of)
                total[some] = sums
        total *= self.damping.of(rows)
        total[~eligible] = -np.inf
        return steady(total)

    def part(
        self,
        index: Any,
        scores: np.ndarray,
        best: np.ndarray,
        pulls: np.ndarray,
        kinds: np.ndarray,
        segments: Any,
    ) -> np.ndarray:
        """What scorers add to a sum, before any damping; all arguments broadcast to the result.

        Parameters
        ----------
        index : int array
            Which scorers.
        best : array
            The best score that the reader has among what competes, of the same kind.
        pulls, kinds : arrays
            Of the targets.
        segments : int array
            Of the readers.
        """
        near, strong, own = (
            self.weights[segments, kinds, index, shape] for shape in range(N_SHAPES)
        )
        part = near * shares_of_best(scores, best) if near.any() else np.zeros_like(scores)
        if strong.any():
            part += strong * strength(scores, self.scales[index])
        if own.any():
            part += own * strength(scores, pulls)
        return part

    def grown(self, former: np.ndarray, kind: int) -> Blend:
        """The same with n targets of one kind more, who draw as many readers as others of it.

        Parameters
        ----------
        former : (n,) int
            The row of a target with a history of which a new one is a changed version; else -1.
        """
        known, like = former >= 0, np.flatnonzero(self.kinds == kind)
        pulls = []
        for each in self.pulls:
            fresh = np.full(len(former), np.median(each[like]) if len(like) else 1.0)
            fresh[known] = each[former[known]]
            pulls.append(appended(each, fresh))
        kinds = appended(self.kinds, np.where(known, 0, kind))
        return replace(self, kinds=kinds, pulls=tuple(pulls))


def best_of_kinds(scores: np.ndarray, kinds: np.ndarray, eligible: np.ndarray) -> np.ndarray:
    """(n_readers, n_kinds) each reader's best eligible score of each kind; 0 without any."""
    best = np.zeros((len(scores), N_KINDS), dtype=scores.dtype)
    *fewer, most = np.argsort(np.bincount(kinds, minlength=N_KINDS), kind="stable")
    columns_of = [(kind, np.flatnonzero(kinds == kind)) for kind in fewer]
    for some in _at_once(scores, len(kinds)):
        competing = np.where(eligible[some], scores[some], np.float32(0.0))
        for kind, columns in columns_of:
            best[some, kind] = competing[:, columns].max(axis=1, initial=0.0)
            competing[:, columns] = 0.0  # what is left needs no copy
        best[some, most] = competing.max(axis=1, initial=0.0)
    return best


def steady(scores: np.ndarray) -> np.ndarray:
    """float32 scores without their last eight bits, which depend on how many were scored at once.

    What differs in no more than these is a tie, so that a batch and a single answer agree.
    """
    bits = scores.view(np.int32)
    return ((bits + (1 << 7)) & ~((1 << 8) - 1)).view(np.float32)


def _at_once(readers: Sized, n_columns: int) -> Iterator[slice]:
    """As many readers together as have scores that stay in the processor's cache."""
    size = max(1, _CELLS_AT_ONCE // max(n_columns, 1))
    for start in range(0, len(readers), size):
        yield slice(start, start + size)


def _columns(chosen: np.ndarray) -> np.ndarray | slice:
    """Where it is true; all without a copy where it is true everywhere."""
    return slice(None) if chosen.all() else np.flatnonzero(chosen)


def shares_of_best(scores: np.ndarray, best: np.ndarray) -> np.ndarray:
    """scores / best, from 0 to 1; 0 where nothing is good."""
    shares = scores / np.where(best > 0, best, np.float32(np.inf))
    return np.clip(shares, 0.0, 1.0, out=shares)


def strength(scores: np.ndarray, scales: np.ndarray | float) -> np.ndarray:
    """log(1 + s / scale), 0 for what is not positive; of one scale or of each target's own."""
    strong = np.maximum(scores, 0.0) / scales
    return np.log1p(strong, out=strong)


def segments_of(readers: Readers) -> np.ndarray:
    """(n,) int8 index into SEGMENTS: no signal, fewer than ten, ten and more, asked in words."""
    signals = readers.n_signals()
    known = np.where(signals == 0, 0, np.where(signals < HOT_SIGNALS, 1, 2))
    return np.where(np.diff(readers.words.indptr) > 0, 3, known).astype(np.int8)
