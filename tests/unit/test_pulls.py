"""What is near to everyone is told apart from what is made for few."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from recsys.data.dataset import filled
from recsys.models.circles import Membership
from recsys.models.groups import SharedGroupScorer
from recsys.models.readers import Readers
from training.fit.circles import pull, unit_sums
from training.fit.pulls import pulls_of

N = 40


def everyone() -> Readers:
    """Forty people who are known by their profiles only."""
    nobody, rows = np.full(N, -1, dtype=np.int32), np.arange(N, dtype=np.int32)
    papers, words = (sparse.csr_matrix((N, 1), dtype=np.float32) for _ in range(2))
    follows = sparse.csr_matrix((N, N), dtype=np.float32)
    return Readers(nobody, rows, papers, papers, papers, papers, papers, follows, words)


def groups() -> SharedGroupScorer:
    """All are in one place; the first two in another, too."""
    both = filled(np.append(np.arange(N), [0, 1]), np.append(np.zeros(N), [1, 1]), (N, 3))
    return SharedGroupScorer("affiliation", both.tocsr(), "affiliation")


def test_pulls_of_what_is_near_to_more_are_larger():
    pulls = pulls_of((groups(),), everyone(), np.arange(N), N, threads=1)
    assert pulls.shape == (1, N)
    assert pulls[0, 0] > pulls[0, 5] > 0
    assert np.allclose(pulls[0, 2:], pulls[0, 2])


def test_pulls_of_what_is_not_asked_about_or_never_spoken_of_are_one():
    silent = SharedGroupScorer("venue", sparse.csr_matrix((N, 2), dtype=np.float32), "venue")
    pulls = pulls_of((groups(), silent), everyone(), np.arange(3, 7), N, threads=1)
    assert (np.delete(pulls[0], np.arange(3, 7)) == 1).all()
    assert (pulls[1] == 1).all()
    assert (pulls_of((silent,), everyone()[:0], np.arange(N), N, threads=1) == 1).all()


def drawn_by(writers: sparse.csr_matrix, *ties: sparse.csr_matrix) -> sparse.csr_matrix:
    """Papers by their authors, as shares of all whom the team draws."""
    return Membership("drawn", 0.0, pull(*ties)).of(writers, np.zeros(writers.shape[0]))


def test_drawn_a_paper_gives_all_readers_together_one():
    """a writes with b and c; the paper by b and c draws a twice, and those two once each."""
    ties = filled([0, 0, 1, 2, 1, 2], [1, 2, 0, 0, 2, 1], (4, 4))
    writers = filled([0, 0, 1], [1, 2, 3], (2, 4))
    drawn = (drawn_by(writers, ties) @ ties.T).toarray()
    assert np.allclose(drawn[0], [0.5, 0.25, 0.25, 0.0])
    assert not drawn[1].any(), "nobody is near to the author of the second paper"


def test_drawn_over_two_steps_is_shared_among_whom_two_steps_reach():
    rng = np.random.default_rng(3)
    ties = unit_sums(sparse.csr_matrix(rng.integers(0, 3, (6, 6)), dtype=np.float32))
    writers = sparse.csr_matrix(rng.integers(0, 2, (5, 6)), dtype=np.float32)
    drawn = (drawn_by(writers, ties, ties) @ (ties @ ties).T).toarray().sum(axis=1)
    assert np.allclose(drawn[np.diff(writers.indptr) > 0], 1.0, atol=1e-5)
