"""An answer: a ranked list, why each line is in it, and what was known of who asked.

In: ranked rows with chances and reasons, and the reader. Out: `Answer` in ids, titles and words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from recsys.models.readers import Readers
from recsys.ranking.ranker import Ranked
from recsys.ranking.reasons import Reason

Entry = tuple[str, str, tuple[Reason, ...]]
"""A resource name, its title, and why it is there."""


@dataclass(frozen=True)
class Recommendation:
    """One line of an answer.

    Attributes
    ----------
    id : str
        Resource name, `papers/...` or `authors/...`.
    title : str
        A paper's title or a person's name.
    score : float
        The chance that it is relevant to this reader, from 0 to 1: of 100 recommendations of .3,
        to whomever, about 30 were what readers went on to read (or where no reading is known, to
        write on; of people: to write with). Filters do not change it.
    rank : int
        From 1, counted over all pages.
    strategy : str
        "personalised", "folded_in" (nothing trained on this reader), "text" or "popular"; or
        "explored", for a place that was given away to learn more of an uncertain paper.
    """

    id: str
    title: str
    score: float
    rank: int
    strategy: str
    reasons: tuple[Reason, ...]


Lines = tuple[Recommendation, ...]


@dataclass(frozen=True)
class Answer:
    """A ranked list and what to know about it.

    Attributes
    ----------
    more : bool
        Whether a further page has something.
    calibrated : bool
        Whether a holdout with readers like this one taught the scores; else their size is a
        guess, and only the order counts.
    missing : tuple of str
        What was not known of the reader, or asked about and not found.
    """

    results: Lines
    more: bool
    calibrated: bool
    missing: tuple[str, ...] = ()

    def of_chance(self, least: float) -> Answer:
        """The same without lines of a smaller chance."""
        return replace(self, results=tuple(one for one in self.results if one.score >= least))


class Shown(Protocol):
    """What the pages before held, by resource name; a set of names is one."""

    def __len__(self) -> int: ...

    def __contains__(self, name: object, /) -> bool: ...


def rest_of(found: Ranked, shown: Shown, name: Callable[[int], str]) -> Ranked:
    """One reader's list without what the pages before held, wherever it would stand by now."""
    if not len(shown):
        return found
    rows = found.rows[0]
    left = [place for place, row in enumerate(rows) if row >= 0 and name(int(row)) not in shown]
    return Ranked(found.rows[:, left], found.scores[:, left], found.explored[:, left])


def page(found: Ranked, k: int) -> list[int]:
    """The rows of the next page of the first reader's list."""
    return [int(row) for row in found.rows[0, :k] if row >= 0]


def answer_of(
    reader: Readers,
    found: Ranked,
    lines: list[Entry],
    scores: np.ndarray,
    shown: Shown,
    k: int,
    *,
    calibrated: bool,
) -> Answer:
    """The next k places of the rest of one reader's list, given its lines and their scores."""
    usual = strategy_for(reader)
    results = tuple(
        Recommendation(
            id=name,
            title=title,
            score=float(score),
            rank=len(shown) + place + 1,
            strategy="explored" if found.explored[0, place] else usual,
            reasons=reasons,
        )
        for place, ((name, title, reasons), score) in enumerate(zip(lines, scores, strict=True))
    )
    more = found.rows.shape[1] > k and bool(found.rows[0, k] >= 0)
    return Answer(results, more, calibrated, what_is_missing(reader))


def strategy_for(reader: Readers) -> str:
    """How the list for one reader comes about; see `Recommendation.strategy`."""
    if reader.user_rows[0] >= 0 and what_is_known(reader):
        return "personalised"
    if what_is_known(reader):
        return "folded_in"
    return "text" if reader.words.nnz else "popular"


def what_is_known(reader: Readers) -> tuple[str, ...]:
    """The kinds of signals that one reader has."""
    signals = {"reading": reader.liked, "follows": reader.follows, "own papers": reader.written}
    return tuple(name for name, matrix in signals.items() if matrix.nnz)


def what_is_missing(reader: Readers) -> tuple[str, ...]:
    """The kinds of signals that one reader lacks."""
    known = what_is_known(reader)
    return tuple(name for name in ("reading", "follows", "own papers") if name not in known)
