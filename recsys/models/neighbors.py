"""Scores from neighbours: a paper is as good as its likeness to what the reader read.

In: a sparse paper-to-paper likeness that training computed, as `Likeness`. Out: `NeighborScorer`,
and `BridgeScorer` for papers that nobody has read yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from recsys.data.append import appended, stacked, widened
from recsys.data.dataset import filled
from recsys.features.text import heaviest_terms, unit_rows
from recsys.models.added import Added
from recsys.models.readers import Readers, take_rows
from recsys.models.scorer import Evidence, cells, dense, interest_evidence, narrow, packed, spread

TERMS_PER_PAPER = 40  # by which papers are compared
_PAPERS_AT_ONCE = 100


@dataclass(frozen=True)
class Likeness:
    """How like what was read the papers are, by those who read them.

    Attributes
    ----------
    by_read : (n_papers, n_papers) CSR float32
        Row = a paper that was read, column = a candidate; zero diagonal.
    former : (n_added,) int32
        For each of the last papers, which training did not see, the one of which it is a changed
        version and whose likeness it keeps; -1 for one that nobody has read.
    """

    by_read: sparse.csr_matrix
    former: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int32))

    def to_interests(self, readers: Readers) -> sparse.csr_matrix:
        """(n_readers, n_papers) CSR: the sum of likenesses to each reader's interests."""
        return self._with_added((readers.interests() @ self.by_read).tocsr())

    def to_each(self, read: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """(n_rows, n_read) float32 likenesses of candidates to papers that were read."""
        each = self._with_added(take_rows(self.by_read, read))
        return cells(each, np.arange(len(read)), rows).T

    def grown(self, added: Added) -> Likeness:
        """Nobody has read the new papers: they are like none, unless they are changed ones."""
        n = added.n_papers
        seen, former = self._n_seen, added.former.astype(np.int32)
        changed = former >= seen  # for the second time
        former[changed] = self.former[former[changed] - seen]
        return Likeness(widened(self.by_read, n, n), appended(self.former, former))

    def _with_added(self, said: sparse.csr_matrix) -> sparse.csr_matrix:
        """(n, n_papers) CSR of what is said of papers, and of changed ones as of the former."""
        changed = np.flatnonzero(self.former >= 0)
        if not len(changed):
            return said
        shape = self.by_read.shape
        return (said + said @ filled(self.former[changed], self._n_seen + changed, shape)).tocsr()

    @property
    def _n_seen(self) -> int:
        """How many papers training saw."""
        return int(self.by_read.shape[0] - len(self.former))


@dataclass(frozen=True)
class NeighborScorer:
    """Sum of likenesses between a candidate and each paper of the reader's interests."""

    name: str
    likeness: Likeness

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        found = dense(self.likeness.to_interests(readers))
        return found if len(rows) == found.shape[1] else found[:, rows]

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        interests = reader.interests()
        likeness = self.likeness.to_each(interests.indices, rows)
        return interest_evidence(reader, likeness * interests.data)

    def grown(self, added: Added) -> NeighborScorer:
        """As their likeness is."""
        return replace(self, likeness=self.likeness.grown(added))


@dataclass(frozen=True)
class BridgeScorer:
    """What an item-kNN says of the papers whose text is closest to the candidate's.

    A paper without readers has no neighbours of its own, but papers like it have.

    Attributes
    ----------
    by_text : (n_papers, n_papers) CSR float32
        Row = candidate, its few closest papers by text; rows sum to 1.
    """

    name: str
    likeness: Likeness
    by_text: sparse.csr_matrix

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return spread(self.likeness.to_interests(readers), narrow(self.by_text, rows))

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        interests = reader.interests()
        closest, parts = packed(self.by_text, rows)
        lifted = parts @ self.likeness.to_each(interests.indices, closest)
        return interest_evidence(reader, lifted * interests.data)

    def grown(self, added: Added) -> BridgeScorer:
        """The new papers hear what is said of the known ones that are closest to them by text."""
        most = int(np.diff(self.by_text.indptr).max(initial=0))
        closest = _closest(added.texts, added.known_texts, most)
        wide = (closest.data, closest.indices, closest.indptr)
        rows = sparse.csr_matrix(wide, shape=(closest.shape[0], added.n_papers))
        likeness = self.likeness.grown(added)
        return replace(self, likeness=likeness, by_text=stacked(self.by_text, rows))


def _closest(texts: sparse.csr_matrix, known: sparse.csr_matrix, most: int) -> sparse.csr_matrix:
    """(n, n_known) CSR: the cosines of each text with the `most` closest known ones, sum 1."""
    words = unit_rows(heaviest_terms(texts, TERMS_PER_PAPER))
    found = [sparse.csr_matrix((0, known.shape[0]), dtype=np.float32)]
    for start in range(0, words.shape[0], _PAPERS_AT_ONCE):
        block = words[start : start + _PAPERS_AT_ONCE]
        found.append(heaviest_terms((known @ block.T.tocsr()).T.tocsr(), most))
    closest = sparse.vstack(found, format="csr").astype(np.float32)
    sums = np.maximum(np.asarray(closest.sum(axis=1)).ravel(), 1e-12)
    return (sparse.diags((1.0 / sums).astype(np.float32)) @ closest).tocsr()
