"""Follows, co-authorship and reading -> circles of people near a reader.

In: a dataset with its signals. Out: paper scorers and author scorers that walk from a reader to
people and on to their papers. A signal that the dataset lacks makes no scorer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import sparse

from recsys.data.dataset import Dataset, incidence
from recsys.features.signals import Signals, SignalSettings, fade
from recsys.models.circles import Circle, CirclePaperScorer, Membership
from recsys.models.scorer import Scorer

_RECENT_HALF_LIFE_DAYS = 550.0
_NEW_HALF_LIFE_DAYS = 180.0
_SUREST = 0.95  # a co-author on all of somebody's papers is still not certain


def fit_circles(dataset: Dataset, signals: Signals, settings: SignalSettings) -> Iterator[Scorer]:
    """Paper scorers over people."""
    writers, ages = signals.authorship.T.tocsr(), dataset.ages_days()

    def members(*how: Any) -> tuple[sparse.csr_matrix, Membership]:
        membership = Membership(*how)
        return membership.of(writers, ages), membership

    each, fresh, shared = members(), members("author", _NEW_HALF_LIFE_DAYS), members("team")
    walk = unit_sums(signals.coauthors)
    if signals.coauthors.nnz:
        surely = joint_likelihood(dataset, signals, settings)
        coauthors = Circle("coauthor", "profile", (surely,))
        yield CirclePaperScorer("coauthors", coauthors, *each)
        yield CirclePaperScorer("coauthors_shared", coauthors, *members("drawn", 0.0, pull(surely)))
        known = Circle("coauthor", "profile", (ones_like(signals.coauthors),))
        yield CirclePaperScorer("team", known, *shared)
        habit = Circle("coauthor", "profile", (walk,))
        yield CirclePaperScorer("habit", habit, *each)
        far = Circle("coauthor_of_coauthor", "profile", (walk, walk))
        yield CirclePaperScorer("two_steps", far, *members("drawn", 0.0, pull(walk, walk)))
        # The same ways from the other end: a walk that starts at one of the team.
        back = unit_sums(signals.coauthors.T.tocsr()).T.tocsr()
        met = Circle("coauthor", "profile", (back,))
        yield CirclePaperScorer("from_team", met, *shared)
        met_later = Circle("coauthor_of_coauthor", "profile", (back, back))
        yield CirclePaperScorer("from_team_far", met_later, *shared)
    if signals.follows.nnz:
        followed = Circle("followed_author", "follows", ())
        if signals.authorship.nnz:
            yield CirclePaperScorer("followed", followed, *each)
            yield CirclePaperScorer("followed_new", followed, *fresh)
        if signals.coauthors.nnz:
            near = Circle("followed_circle", "follows", (walk,))
            yield CirclePaperScorer("followed_circle", near, *each)
        reading = read_by_authors(dataset, signals)
        if reading.nnz:
            readers = Circle("followed_reading", "follows", ())
            yield CirclePaperScorer("followed_reading", readers, reading, Membership("reader"))


def joint_likelihood(
    dataset: Dataset, signals: Signals, settings: SignalSettings
) -> sparse.csr_matrix:
    """(n_authors, n_authors) CSR: how sure it is that A is on a paper that B is on.

    -log(1 - joint papers of A and B / (1 + papers of B)), recent papers counting more; added
    up over a team it is the log of "none of these brings A along" (a noisy or).
    """
    recent = fade(dataset.ages_days(), _RECENT_HALF_LIFE_DAYS)
    team_sizes = np.asarray(signals.authorship.sum(axis=0)).ravel()
    told = np.flatnonzero(team_sizes <= settings.largest_team)
    teams = signals.authorship[:, told]  # before the product: a team of n has n^2 pairs
    joint = (teams @ sparse.diags(recent[told]) @ teams.T).tocsr()
    papers = joint.diagonal()
    joint.setdiag(0.0)
    joint.eliminate_zeros()
    shares = (joint @ sparse.diags(1.0 / (papers + 1.0))).tocsr().astype(np.float32)
    shares.data = -np.log1p(-np.minimum(shares.data, _SUREST))
    return shares


def pull(*ties: sparse.csr_matrix) -> np.ndarray:
    """(n_authors,) float32: how many readers an author draws over these steps.

    A paper that is near to many people is less for each of them: its score for one reader is
    divided by the sum of its scores for everybody. The normalisation against hubs of
    Dinu, Lazaridou, Baroni, "Improving zero-shot learning by mitigating the hubness problem"
    (2015), without its exponent.
    """
    drawn = np.ones(ties[0].shape[0], dtype=np.float32)
    for step in ties:
        drawn = step.T @ drawn
    return drawn


def read_by_authors(dataset: Dataset, signals: Signals) -> sparse.csr_matrix:
    """(n_papers, n_authors) CSR: what those who have claimed a profile read, unit length each."""
    claimed = dataset.users.author_rows
    owners = np.flatnonzero(claimed >= 0)
    shape = (len(dataset.authors), len(dataset.users))
    owner = incidence(claimed[owners], owners, np.ones(len(owners)), shape)
    reading = (owner @ signals.liked).tocsr()
    lengths = np.sqrt(np.asarray(reading.multiply(reading).sum(axis=1)).ravel())
    scale = np.divide(1.0, lengths, out=np.zeros_like(lengths), where=lengths > 0)
    return (sparse.diags(scale.astype(np.float32)) @ reading).T.tocsr()


def unit_sums(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """The matrix with rows that add up to 1; rows that have faded to nothing stay without sum."""
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    told = sums > np.finfo(np.float32).tiny  # one over less than that is infinite
    scale = np.divide(1.0, sums, out=np.zeros(len(sums), dtype=np.float32), where=told)
    return (sparse.diags(scale.astype(np.float32)) @ matrix).tocsr()


def ones_like(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """The same filled cells, all 1."""
    ones = matrix.copy()
    ones.data[:] = 1.0
    return ones
