"""Author ids that stand for several people.

In: who wrote what, with whom, and what the papers are about. Out: `Ambiguity`.

One person's papers hang together: by people who write with each other, or by what they are about.
An id of several people has bodies of work that share neither. So has, now and then, one person
who changed the field; how much is too much is learned by merging pairs of authors on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from recsys.data.strings import Vocabulary
from recsys.features.signals import Signals
from recsys.models.damping import Damping
from training.fit.circles import ones_like

_FEWEST_PAPERS = 15  # of an id that is looked at
_BODY = 5  # so many papers are a body of work
_MERGES = 400
_TIMES_AS_OFTEN = 30.0


@dataclass(frozen=True)
class Ambiguity:
    """Which ids seem to stand for several people.

    Attributes
    ----------
    looked_at : int
        How many ids have papers enough to tell.
    threshold : float
        Papers beyond the largest body of work, as far as they are about something else, from
        which on an id is held to be several people; infinite where merged authors do not differ
        from others.
    rows : (m,) int32
        Those ids, ascending.
    strangeness : (m,) float32
        The same of each, above the threshold.
    persons : (m,) float32
        For how many people each seems to stand, by the sizes of its bodies of work.
    """

    looked_at: int
    threshold: float
    rows: np.ndarray
    strangeness: np.ndarray
    persons: np.ndarray

    def damping(self) -> Damping:
        """Whoever is one of n people is meant by one of n suggestions."""
        return Damping(self.rows, (1.0 / self.persons).astype(np.float32))

    def worst(self, n: int) -> np.ndarray:
        """The n strangest rows, strangest first."""
        return self.rows[np.argsort(-self.strangeness, kind="stable")[:n]]

    def told(self, ids: Vocabulary, n: int = 10) -> dict[str, Any]:
        """How many ids were looked at and found, and for how many people the worst n stand."""
        persons = dict(zip(self.rows.tolist(), self.persons.tolist(), strict=True))
        worst = {ids[row]: round(persons[row], 1) for row in self.worst(n).tolist()}
        return {"looked_at": self.looked_at, "ids": len(self.rows), "worst": worst}


def find_ambiguous(
    signals: Signals,
    topics: np.ndarray,
    ages_days: np.ndarray,
    largest_team: int,
    *,
    seed: int,
) -> Ambiguity:
    """Look for ids that fall apart as pairs of people do, whom one takes for one.

    Parameters
    ----------
    topics : (n_papers, n_topics) float32
        What each paper is about, as unit rows.
    ages_days : (n_papers,) float32
        NaN where unknown.
    largest_team : int
        Larger teams tell nothing about who works with whom.
    """
    works = _Works.of(signals, topics, ages_days, largest_team)
    able = np.flatnonzero(np.diff(works.written.indptr) >= _FEWEST_PAPERS)
    ordinary = [works.bodies([row]) for row in able.tolist()]
    strangeness = np.array([one.strangeness for one in ordinary], dtype=np.float32)
    threshold = _threshold(strangeness, _merged(works, able, seed))
    found = np.flatnonzero(strangeness >= threshold)
    persons = np.array([ordinary[place].persons for place in found], dtype=np.float32)
    rows = able[found].astype(np.int32)
    return Ambiguity(len(able), threshold, rows, strangeness[found], persons)


@dataclass(frozen=True)
class _Bodies:
    """What the papers of one id fall into."""

    strangeness: float
    persons: float


_ONE_BODY = _Bodies(0.0, 1.0)


@dataclass(frozen=True)
class _Works:
    """Who wrote what, without solo papers and large teams; (n_authors, n_papers) and back."""

    written: sparse.csr_matrix
    teams: sparse.csr_matrix
    coauthors: sparse.csr_matrix
    topics: np.ndarray
    ages_days: np.ndarray

    @classmethod
    def of(
        cls, signals: Signals, topics: np.ndarray, ages_days: np.ndarray, largest_team: int
    ) -> _Works:
        sizes = np.asarray(signals.authorship.sum(axis=0)).ravel()
        told = ((sizes > 1) & (sizes <= largest_team)).astype(np.float32)
        written = (signals.authorship @ sparse.diags(told)).tocsr()
        written.eliminate_zeros()
        return cls(written, written.T.tocsr(), ones_like(signals.coauthors), topics, ages_days)

    def bodies(self, rows: list[int]) -> _Bodies:
        """Of one id, or of several that are taken for one."""
        papers = np.unique(self.written[rows].indices)
        others, joint = np.unique(self.teams[papers].indices, return_counts=True)
        # A student who writes with one professor alone does not tell which professor that is.
        known = ~np.isin(others, rows) & (2 * joint <= np.diff(self.written.indptr)[others])
        others = others[known]
        # Papers hang together where their other authors do, with or without this one.
        n, circles = connected_components(self.coauthors[others][:, others], directed=False)
        if n < 2:
            return _ONE_BODY
        teams = self.teams[papers][:, others]
        told = np.diff(teams.indptr) > 0
        papers, team = papers[told], np.cumsum(told) - 1
        joint = np.zeros((len(papers), n), dtype=np.int32)
        np.add.at(joint, (np.repeat(team, np.diff(teams.indptr)), circles[teams.indices]), 1)
        body = joint.argmax(axis=1)
        sizes = np.bincount(body)
        large = sizes[body] >= _BODY
        return _compared(self.topics[papers[large]], body[large], self.ages_days[papers[large]])


def _compared(topics: np.ndarray, body: np.ndarray, ages_days: np.ndarray) -> _Bodies:
    """How far bodies of work are from each other in what they are about, against within."""
    _, body, sizes = np.unique(body, return_inverse=True, return_counts=True)
    if len(sizes) < 2:
        return _ONE_BODY
    same = body[:, None] == body
    likeness, itself = topics @ topics.T, np.eye(len(body), dtype=bool)
    within, across = likeness[same & ~itself].mean(), likeness[~same].mean()
    apart = float(np.clip(1.0 - across / within, 0.0, 1.0)) if within > 0 else 0.0
    shares = sizes / sizes.sum()
    # Who leaves one field for another is one person: strange is what was written meanwhile.
    chief = body == np.argmax(sizes)
    meanwhile = ~(ages_days < ages_days[chief].min()) & ~(ages_days > ages_days[chief].max())
    return _Bodies(apart * float(np.sum(meanwhile & ~chief)), float(1.0 / (shares**2).sum()))


def _merged(works: _Works, able: np.ndarray, seed: int) -> np.ndarray:
    """(n,) strangeness of pairs of people, drawn evenly, as if they had one id."""
    if len(able) < 2:
        return np.zeros(0)
    rng = np.random.default_rng(seed)
    pairs = (rng.choice(able, 2, replace=False).tolist() for _ in range(_MERGES))
    return np.array([works.bodies(pair).strangeness for pair in pairs])


def _threshold(ordinary: np.ndarray, merged: np.ndarray) -> float:
    """The least strangeness that merged people have thirty times as often as others."""
    values = np.unique(merged[merged > 0])
    more = np.array([np.mean(merged >= value) for value in values])
    # One more than there are: that nobody is as strange is not known for sure.
    usual = np.array([np.sum(ordinary >= value) + 1 for value in values]) / (len(ordinary) + 1)
    enough = values[more >= _TIMES_AS_OFTEN * usual]
    return float(enough.min(initial=np.inf))
