"""Signals: what a dataset says about people and papers, as sparse matrices.

In: a `Dataset`. Out: `Signals`, each relation weighted by kind, age and team size.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from recsys.data.append import widened
from recsys.data.dataset import Dataset, Interactions, filled, incidence
from recsys.data.schema import INTERACTION_KINDS


@dataclass(frozen=True)
class SignalSettings:
    """How strongly each thing a person did speaks, and how fast it fades.

    Half-lives in days; 0 means "never fades". A team larger than `largest_team` tells
    nothing about who works with whom, so its pairs are left out.
    """

    open_weight: float = 0.2
    read_weight: float = 0.6
    save_weight: float = 1.0
    like_weight: float = 1.0
    interaction_half_life_days: float = 730.0
    coauthor_half_life_days: float = 1095.0
    largest_team: int = 60

    def kind_weights(self) -> np.ndarray:
        """(n_kinds,) float32 in the order of INTERACTION_KINDS; a dismissal weighs nothing."""
        likes = {
            "open": self.open_weight,
            "read": self.read_weight,
            "save": self.save_weight,
            "like": self.like_weight,
        }
        return np.array([likes.get(kind, 0.0) for kind in INTERACTION_KINDS], dtype=np.float32)


@dataclass(frozen=True)
class Signals:
    """Sparse views of one dataset; all matrices CSR float32.

    Attributes
    ----------
    liked : (n_users, n_papers)
        Strongest thing a user did with a paper, faded by age. Dismissed papers are not in it.
    disliked, seen : (n_users, n_papers)
        1 where the user dismissed the paper; 1 where anything is known.
    follows : (n_users, n_authors)
        1 where a user follows an author.
    authorship : (n_authors, n_papers)
        1 where an author wrote a paper.
    coauthors : (n_authors, n_authors)
        Joint papers, each faded by age and shared among a team: 2^(-age/h) / (team - 1);
        zero diagonal. Newman, "Scientific collaboration networks II" (2001), eq. 2.
    settings : SignalSettings
        What they were weighed with, and later events are weighed with.
    """

    liked: sparse.csr_matrix
    disliked: sparse.csr_matrix
    seen: sparse.csr_matrix
    follows: sparse.csr_matrix
    authorship: sparse.csr_matrix
    coauthors: sparse.csr_matrix
    settings: SignalSettings

    def grown(self, dataset: Dataset) -> Signals:
        """The same for a dataset with papers and authors behind those that it had.

        Who wrote the new papers is known; that they write together is learned in training.
        """
        n_users, n_papers = self.liked.shape[0], len(dataset.papers)
        n_authors, written = len(dataset.authors), dataset.authorships
        return replace(
            self,
            liked=widened(self.liked, n_users, n_papers),
            disliked=widened(self.disliked, n_users, n_papers),
            seen=widened(self.seen, n_users, n_papers),
            follows=widened(self.follows, n_users, n_authors),
            authorship=filled(written.author_rows, written.paper_rows, (n_authors, n_papers)),
            coauthors=widened(self.coauthors, n_authors, n_authors),
            settings=self.settings,
        )


def fade(ages_days: np.ndarray, half_life_days: float) -> np.ndarray:
    """2^(-age/half-life), float32; an unknown age (NaN) or no half-life counts as 1."""
    if half_life_days <= 0:
        return np.ones_like(ages_days, dtype=np.float32)
    return np.exp2(-np.nan_to_num(ages_days) / half_life_days).astype(np.float32)


def build_signals(dataset: Dataset, settings: SignalSettings) -> Signals:
    """Weigh every relation of the dataset as of its `data_time`."""
    shape = (len(dataset.users), len(dataset.papers))
    follows, ages = dataset.follows, dataset.days_since(dataset.interactions.times)
    liked, disliked, seen = weigh_reading(dataset.interactions, ages, settings, shape)
    authorship = filled(
        dataset.authorships.author_rows,
        dataset.authorships.paper_rows,
        (len(dataset.authors), len(dataset.papers)),
    )
    return Signals(
        liked=liked,
        disliked=disliked,
        seen=seen,
        follows=filled(
            follows.user_rows, follows.author_rows, (len(dataset.users), len(dataset.authors))
        ),
        authorship=authorship,
        coauthors=coauthor_weights(
            authorship, fade(dataset.ages_days(), settings.coauthor_half_life_days), settings
        ),
        settings=settings,
    )


def weigh_reading(
    deeds: Interactions, ages_days: np.ndarray, settings: SignalSettings, shape: tuple[int, int]
) -> tuple[sparse.csr_matrix, sparse.csr_matrix, sparse.csr_matrix]:
    """What was done with papers so many days ago, as `liked`, `disliked` and `seen`."""
    rows, columns = deeds.user_rows, deeds.paper_rows
    dismissed = deeds.kinds == INTERACTION_KINDS.index("dismiss")
    disliked = filled(rows[dismissed], columns[dismissed], shape)
    weights = settings.kind_weights()[deeds.kinds]
    weights = weights * fade(ages_days, settings.interaction_half_life_days)
    strongest = np.argsort(weights, kind="stable")  # ascending: a later write to a cell wins
    cells = rows.astype(np.int64) * shape[1] + columns
    last = len(cells) - 1 - np.unique(cells[strongest][::-1], return_index=True)[1]
    kept = strongest[last]
    liked = incidence(rows[kept], columns[kept], weights[kept], shape)
    liked = (liked - liked.multiply(disliked)).tocsr()
    liked.eliminate_zeros()
    return liked, disliked, filled(rows, columns, shape)


def coauthor_weights(
    authorship: sparse.csr_matrix, freshness: np.ndarray, settings: SignalSettings
) -> sparse.csr_matrix:
    """(n_authors, n_authors) strength of writing together; see `Signals.coauthors`."""
    team_sizes = np.asarray(authorship.sum(axis=0)).ravel()
    joint = (team_sizes > 1) & (team_sizes <= settings.largest_team)
    weights = np.where(joint, freshness / np.maximum(team_sizes - 1, 1), 0.0).astype(np.float32)
    teams = authorship[:, np.flatnonzero(joint)]
    pairs = (teams @ sparse.diags(weights[joint], dtype=np.float32) @ teams.T).tocsr()
    pairs.setdiag(0.0)
    pairs.eliminate_zeros()
    pairs.sort_indices()
    return pairs
