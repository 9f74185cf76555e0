"""Circles: which people stand near a reader, and the papers and people that follow from it.

In: follows, co-authorship and reading as sparse matrices. Out: `Circle`, a weighting of
authors for each reader, and the scorers that turn it into scores for papers and for authors.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from scipy import sparse

from recsys.data.append import stacked, widened
from recsys.features.signals import fade
from recsys.models.added import Added
from recsys.models.readers import Readers, take_rows, without
from recsys.models.scorer import Evidence, cells, dense, narrow, packed, speaking, spread


@dataclass(frozen=True)
class Circle:
    """The people near a reader: the followed, the co-authors, or theirs in turn.

    Attributes
    ----------
    kind : str
        What these people are to the reader, as evidence names it.
    start : "profile" or "follows"
        Where the walk begins: at the reader's own profile or at whom they follow.
    ties : tuple of (n_authors, n_authors) CSR float32
        One matrix a step, from a person to the people near them; none is the start itself. From
        the people whom the reader knows, being the followed or co-authors, one step more at most.
    """

    kind: str
    start: Literal["profile", "follows"]
    ties: tuple[sparse.csr_matrix, ...]

    def weights(self, readers: Readers) -> sparse.csr_matrix:
        """(n_readers, n_authors) CSR float32; never the reader's own profile.

        A second step leaves out those whom the first one reached: A -> B -> A says nothing
        about A, and B is a circle of its own.
        """
        reached, ties = self._known(readers)
        for step in ties:
            reached = without((reached @ step).tocsr(), reached)
        return _of_others(reached, readers)

    def ways(self, reader: Readers, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Over whom one reader reaches some people of the circle.

        Returns
        -------
        (m,) int and (m, n_people) float32
            The people whom the reader knows, being co-authors or the followed, and how much less
            the weights are without each of them. A known person who is no longer known is
            reached over the others instead, where they lead there.
        """
        known, ties = self._known(reader)
        weights, same = known.data[:, None], known.indices[:, None] == people
        passing = weights * same
        for step in ties:
            passing = weights * cells(step, known.indices, people)
            passing[:, same.any(axis=0)] = 0.0
            passing -= same * (known.data @ cells(step, known.indices, known.indices))[:, None]
        passing[:, people == reader.author_rows[0]] = 0.0
        return known.indices, passing

    def grown(self, added: Added) -> Circle:
        """Nobody is near to the new people: who writes with whom is learned in training."""
        n = added.n_authors
        return replace(self, ties=tuple(widened(step, n, n) for step in self.ties))

    def _known(self, readers: Readers) -> tuple[sparse.csr_matrix, tuple[sparse.csr_matrix, ...]]:
        """The first people on the way, (n_readers, n_authors) CSR, and the steps from there."""
        if self.start == "follows":
            return readers.follows, self.ties
        first, *onward = self.ties
        return _of_others(take_rows(first, readers.author_rows), readers), tuple(onward)


@dataclass(frozen=True)
class Membership:
    """What an author is to a paper.

    Attributes
    ----------
    kind : str
        "author": each is one; "team": a share of the team; "drawn": a share of all the readers
        whom the team draws; "reader": who read it instead of who wrote it.
    half_life_days : float
        How fast all this fades with the paper's age; 0 for never.
    pulls : (n_authors,) float32
        How many readers each author draws, where the kind asks for it; else empty.
    """

    kind: Literal["author", "team", "drawn", "reader"] = "author"
    half_life_days: float = 0.0
    pulls: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.float32))

    def of(self, writers: sparse.csr_matrix, ages_days: np.ndarray) -> sparse.csr_matrix:
        """(n_papers, n_authors) CSR float32 of papers by their authors (n_papers, n_authors)."""
        weights = fade(ages_days, self.half_life_days)
        if self.kind == "reader":
            weights = np.zeros_like(weights)
        elif self.kind != "author":
            pulls = self.pulls if self.kind == "drawn" else np.ones(writers.shape[1], np.float32)
            drawn = writers @ pulls
            weights *= np.divide(1.0, drawn, out=np.zeros_like(drawn), where=drawn > 0)
        if (weights == 1.0).all():
            return writers
        return (sparse.diags(weights) @ writers).tocsr()


@dataclass(frozen=True)
class CirclePaperScorer:
    """How much of a paper comes from the reader's circle.

    Attributes
    ----------
    members : (n_papers, n_authors) CSR float32
        What each author is to each paper.
    membership : Membership
        How that is told from who wrote a paper.
    """

    name: str
    circle: Circle
    members: sparse.csr_matrix
    membership: Membership = field(default_factory=Membership)

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return spread(self.circle.weights(readers), narrow(self.members, rows))

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        writers, parts = packed(self.members, rows)
        people, passing = self.circle.ways(reader, writers)
        return speaking(self.circle.kind, "author", people, parts @ passing.T)

    def grown(self, added: Added) -> CirclePaperScorer:
        """New papers are near to the circles of their authors."""
        pulls = self.membership.pulls
        known = replace(self.membership, pulls=added.people(pulls) if len(pulls) else pulls)
        if known.kind == "reader":
            members = added.kept(self.members, added.n_authors)
        else:
            members = stacked(self.members, known.of(added.writers, added.ages_days))
        circle = self.circle.grown(added)
        return replace(self, circle=circle, members=members, membership=known)


@dataclass(frozen=True)
class CircleScorer:
    """The people of a circle themselves, as possible collaborators.

    Attributes
    ----------
    private : bool
        Whether the way to them is somebody else's secret, such as whom they follow: it ranks, and
        no evidence tells of it.
    """

    name: str
    circle: Circle
    private: bool = False

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        reached = self.circle.weights(readers)
        return dense(reached if len(rows) == reached.shape[1] else reached[:, rows])

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        if self.private:
            return []
        people, passing = self.circle.ways(reader, rows)
        return speaking(self.circle.kind, "author", people, passing.T)

    def grown(self, added: Added) -> CircleScorer:
        """The new people are in nobody's circle, until somebody follows them."""
        return replace(self, circle=self.circle.grown(added))


def _of_others(people: sparse.csr_matrix, readers: Readers) -> sparse.csr_matrix:
    """The same (n_readers, n_authors) CSR without each reader's own profile."""
    own = np.repeat(readers.author_rows, np.diff(people.indptr))
    if (people.indices != own).all():
        return people
    others = people.copy()
    others.data[others.indices == own] = 0.0
    others.eliminate_zeros()
    return others
