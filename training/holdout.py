"""A part of the training data set aside, in imitation of the questions to come.

In: a `Dataset`. Out: the dataset without the part, and the part as questions. What is later
asked decides the imitation: papers a user will read, papers a researcher will write (their name
taken off, as if it were somebody's new paper), people a researcher will write with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from recsys.data.dataset import Dataset, Interactions, filled
from recsys.data.schema import INTERACTION_KINDS
from recsys.evaluation.task import Task
from recsys.features.signals import Signals
from recsys.models.readers import Readers, ReaderSource
from recsys.ranking.filters import ANY_AUTHOR, ANY_PAPER
from training.lots import cast_lots, lowest

_HELD_SHARE = 0.2
_NEW_PAPERS_SHARE = 0.1
_WINDOW = np.timedelta64(365, "D")
_FEWEST_OWN_PAPERS = 3
_ENOUGH_ASKERS = 200
_LARGEST_TEAM = 30
_UNANSWERED = 256


@dataclass(frozen=True)
class Holdout:
    """A reduced dataset and what was taken from it.

    Attributes
    ----------
    asker_rows : (n,) int32
        Users, or authors where `by_author`, who ask.
    relevant : (n, n_targets) CSR float32
        What was taken away from each: papers or people.
    rows : (n_candidates,) int
    """

    dataset: Dataset
    asker_rows: np.ndarray
    relevant: sparse.csr_matrix
    rows: np.ndarray
    by_author: bool

    def readers(self, dataset: Dataset, signals: Signals, n_terms: int) -> Readers:
        """Those who ask, as a dataset knows them: the reduced one, or the whole."""
        source = ReaderSource(dataset, signals, n_terms)
        return (source.authors if self.by_author else source.users)(self.asker_rows)

    def paper_task(self, signals: Signals, n_terms: int) -> Task:
        """The questions about papers, given the signals of the reduced dataset."""
        readers = self.readers(self.dataset, signals, n_terms)
        return Task(readers, self.relevant, ANY_PAPER.out(readers), self.rows)

    def author_task(self, signals: Signals, n_terms: int) -> Task:
        """The questions about people, given the signals of the reduced dataset."""
        readers = self.readers(self.dataset, signals, n_terms)
        return Task(readers, self.relevant, ANY_AUTHOR.out(readers, signals), self.rows)


def hold_out_reading(dataset: Dataset, seed: int) -> Holdout | None:
    """A fifth of what people read, and all reading of a tenth of the papers.

    The newest fifth where most readings have a time; the last of each user's rows where not,
    for a table is written in the order in which things happened, or in none. Nobody is left
    without any. The tenth, the newest where most have a date, stands for papers that nobody
    has read yet.
    """
    reading = dataset.interactions
    cells = reading.user_rows.astype(np.int64) * len(dataset.papers) + reading.paper_rows
    dismissed = reading.kinds == INTERACTION_KINDS.index("dismiss")
    liked = ~np.isin(cells, cells[dismissed])
    if not liked.any():
        return None
    timed = np.mean(~np.isnat(reading.times[liked])) > 0.5
    held = liked & (_newest(reading) if timed else _last_of_each_user(reading))
    read = np.unique(reading.paper_rows[liked])
    held |= liked & np.isin(reading.paper_rows, _as_if_unread(dataset, read, seed))
    # A paper opened early and saved late goes as a whole: what is left of it would put it out.
    held = np.isin(cells, cells[held])
    held &= _keeps_one(reading.user_rows, held | ~liked)
    if not held.any():
        return None
    askers, rows = np.unique(reading.user_rows[held], return_inverse=True)
    shape = (len(askers), len(dataset.papers))
    relevant = filled(rows, reading.paper_rows[held], shape)
    kept = replace(dataset, interactions=reading[~held])
    return Holdout(kept, askers.astype(np.int32), relevant, np.arange(shape[1]), by_author=False)


def hold_out_writing(dataset: Dataset, seed: int) -> Holdout | None:
    """One experienced author taken off each paper of one year, the others of its team staying.

    Only the papers of that year compete: what somebody writes next is always new. It is the
    year before the newest where enough was written in it: the newest papers are not yet known
    with all their authors, and a missing one would count as a wrong answer.
    """
    newest = _newest_paper(dataset)
    for until in (newest - _WINDOW, newest):
        holdout = _hold_out_authors(as_of(dataset, until), seed)
        if holdout is not None and len(holdout.asker_rows) >= _ENOUGH_ASKERS:
            return holdout
    return holdout


def _hold_out_authors(dataset: Dataset, seed: int) -> Holdout | None:
    written = dataset.authorships
    recent = _recent(dataset)
    is_new = recent[written.paper_rows]
    n_earlier = np.bincount(written.author_rows[~is_new], minlength=len(dataset.authors))
    team_sizes = np.bincount(written.paper_rows, minlength=len(dataset.papers))
    known = n_earlier[written.author_rows] >= _FEWEST_OWN_PAPERS
    able = np.flatnonzero(is_new & known & (team_sizes[written.paper_rows] > 1))
    teams, writers = written.paper_rows[able], written.author_rows[able]
    of_papers = cast_lots(dataset.papers.ids, seed)[teams]
    drawn = np.lexsort((of_papers ^ cast_lots(dataset.authors.ids, seed)[writers], teams))
    held = able[drawn[np.unique(teams[drawn], return_index=True)[1]]]
    if not len(held):
        return None
    askers, rows = np.unique(written.author_rows[held], return_inverse=True)
    shape = (len(askers), len(dataset.papers))
    relevant = filled(rows, written.paper_rows[held], shape)
    kept = replace(dataset, authorships=written[np.delete(np.arange(len(written)), held)])
    return Holdout(kept, askers.astype(np.int32), relevant, np.flatnonzero(recent), by_author=True)


def hold_out_first_collaborations(dataset: Dataset) -> Holdout | None:
    """Who wrote together for the first time in the last year, that year's papers taken away."""
    written = dataset.authorships
    recent = _recent(dataset)[written.paper_rows]
    if not recent.any() or recent.all():
        return None
    before, after = _wrote(dataset, ~recent), _wrote(dataset, recent)
    after = after[:, np.flatnonzero(np.asarray(after.sum(axis=0)).ravel() <= _LARGEST_TEAM)]
    known = np.flatnonzero(np.asarray(before.sum(axis=1)).ravel() > 0)
    first = _first_pairs(before, after)
    askers = np.flatnonzero(np.diff(first.indptr)).astype(np.int32)
    kept = as_of(dataset, _newest_paper(dataset) - _WINDOW)
    return Holdout(kept, askers, first[askers].astype(np.float32), known, by_author=True)


def as_of(dataset: Dataset, until: np.datetime64) -> Dataset:
    """The dataset without what was written, followed or read after a time.

    Papers stay as rows; what has no time is taken to be old.
    """
    written, follows, reading = dataset.authorships, dataset.follows, dataset.interactions
    return replace(
        dataset,
        authorships=written[~(dataset.papers.published[written.paper_rows] > until)],
        follows=follows[~(follows.times > until)],
        interactions=reading[~(reading.times > until)],
        data_time=until,
    )


def _newest_paper(dataset: Dataset) -> np.datetime64:
    """When the newest paper came out, up to `data_time`; NaT where no paper has a date."""
    published = dataset.papers.published
    past = published[published <= dataset.data_time]
    return past.max() if len(past) else np.datetime64("NaT", "s")


def _first_pairs(before: sparse.csr_matrix, after: sparse.csr_matrix) -> sparse.csr_matrix:
    """(n_authors, n_authors) 1 for two who wrote before, never together, and then did.

    Only pairs of later teams are looked at: earlier teams may be of thousands.
    """
    later = (after @ after.T).tocoo()
    ones, others = later.row, later.col
    together = np.asarray(before[ones].multiply(before[others]).sum(axis=1)).ravel()
    wrote = np.diff(before.indptr) > 0
    new = (together == 0) & wrote[ones] & wrote[others] & (ones != others)
    return filled(ones[new], others[new], later.shape)


def _recent(dataset: Dataset) -> np.ndarray:
    """(n_papers,) bool: published in the year that ends with the newest paper."""
    published, newest = dataset.papers.published, _newest_paper(dataset)
    return (published > newest - _WINDOW) & (published <= newest)


def _as_if_unread(dataset: Dataset, read: np.ndarray, seed: int) -> np.ndarray:
    """A tenth of the papers that were `read`."""
    published, most = dataset.papers.published[read], int(len(read) * _NEW_PAPERS_SHARE)
    if np.mean(np.isnat(published)) < 0.5:
        ages = dataset.data_time - published  # unknown ones sort last
        return read[np.argsort(ages, kind="stable")[:most]]
    return read[lowest(cast_lots(dataset.papers.ids, seed)[read], most)]


def _newest(reading: Interactions) -> np.ndarray:
    times = reading.times.astype(np.int64)
    cutoff = np.quantile(times[~np.isnat(reading.times)], 1.0 - _HELD_SHARE)
    return times > cutoff


def _last_of_each_user(reading: Interactions) -> np.ndarray:
    order = np.argsort(reading.user_rows, kind="stable")
    counts = np.bincount(reading.user_rows)
    first = np.cumsum(counts) - counts
    place = np.empty(len(reading), dtype=np.int64)
    place[order] = np.arange(len(reading)) - first[reading.user_rows[order]]
    return place >= np.ceil(counts * (1.0 - _HELD_SHARE))[reading.user_rows]


def _keeps_one(user_rows: np.ndarray, held: np.ndarray) -> np.ndarray:
    """(n,) bool: False for the rows of users who would be left without anything."""
    left = np.bincount(user_rows[~held], minlength=user_rows.max(initial=0) + 1)
    return left[user_rows] > 0


def _wrote(dataset: Dataset, kept: np.ndarray) -> sparse.csr_matrix:
    written = dataset.authorships[kept]
    shape = (len(dataset.authors), len(dataset.papers))
    return filled(written.author_rows, written.paper_rows, shape)


def unanswered_papers(dataset: Dataset, signals: Signals, n_terms: int) -> Task:
    """Users without anything held out: they show how large the scores are, not which are right."""
    readers = ReaderSource(dataset, signals, n_terms).users(_first_few(len(dataset.users)))
    nothing = sparse.csr_matrix((len(readers), len(dataset.papers)), dtype=np.float32)
    return Task(readers, nothing, ANY_PAPER.out(readers), np.arange(len(dataset.papers)))


def unanswered_authors(
    dataset: Dataset, signals: Signals, n_terms: int, rows: np.ndarray | None = None
) -> Task:
    """The same for people who might write with each other, be it those with the given `rows`."""
    rows = _first_few(len(dataset.authors)) if rows is None else rows
    readers = ReaderSource(dataset, signals, n_terms).authors(rows)
    nothing = sparse.csr_matrix((len(readers), len(dataset.authors)), dtype=np.float32)
    out = ANY_AUTHOR.out(readers, signals)
    return Task(readers, nothing, out, np.arange(len(dataset.authors)))


def _first_few(n: int) -> np.ndarray:
    return np.arange(min(n, _UNANSWERED), dtype=np.int32)
