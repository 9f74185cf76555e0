"""An answer: a ranked list, why each line is in it, and what was known of who asked.

In: ranked rows with chances and reasons, and the reader. Out: `Answer` in ids, titles and words.
"""

from __future__ import annotations

from dataclasses import dataclass

from recsys.models.readers import Readers
from recsys.ranking.reasons import Reason


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

    results: tuple[Recommendation, ...]
    more: bool
    calibrated: bool
    missing: tuple[str, ...] = ()


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
