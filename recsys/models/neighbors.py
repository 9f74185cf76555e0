"""Scores from neighbours: a paper is as good as its likeness to what the reader read.

In: a sparse paper-to-paper likeness that training computed. Out: `NeighborScorer`, and
`BridgeScorer` for papers that nobody has read yet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from recsys.data.append import stacked
from recsys.features.text import heaviest_terms, unit_rows
from recsys.models.added import Added
from recsys.models.readers import Readers
from recsys.models.scorer import Evidence, cells, interest_evidence, narrow, packed, reached, spread

TERMS_PER_PAPER = 40  # by which papers are compared
_PAPERS_AT_ONCE = 100


@dataclass(frozen=True)
class NeighborScorer:
    """Sum of likenesses between a candidate and each paper of the reader's interests.

    Attributes
    ----------
    likeness : (n_papers, n_papers) CSR float32
        Row = candidate, column = a paper that was read; zero diagonal.
    """

    name: str
    likeness: sparse.csr_matrix

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return spread(readers.interests(), narrow(self.likeness, rows))

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        interests = reader.interests()
        amounts = cells(self.likeness, rows, interests.indices) * interests.data
        return interest_evidence(reader, amounts)

    def grown(self, added: Added) -> NeighborScorer:
        """Nobody has read the new papers: they are like none."""
        return replace(self, likeness=added.kept(self.likeness, added.n_papers))


@dataclass(frozen=True)
class BridgeScorer:
    """What an item-kNN says of the papers whose text is closest to the candidate's.

    A paper without readers has no neighbours of its own, but papers like it have.

    Attributes
    ----------
    likeness : (n_papers, n_papers) CSR float32
        As of `NeighborScorer`.
    by_text : (n_papers, n_papers) CSR float32
        Row = candidate, its few closest papers by text; rows sum to 1.
    """

    name: str
    likeness: sparse.csr_matrix
    by_text: sparse.csr_matrix

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        by_text, closest = narrow(self.by_text, rows), np.arange(self.likeness.shape[0])
        if by_text.nnz < len(closest):
            closest = np.unique(by_text.indices)
            by_text = by_text[:, closest]
        return spread(reached(readers.interests(), narrow(self.likeness, closest)), by_text)

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        interests = reader.interests()
        closest, parts = packed(self.by_text, rows)
        lifted = parts @ cells(self.likeness, closest, interests.indices)
        return interest_evidence(reader, lifted * interests.data)

    def grown(self, added: Added) -> BridgeScorer:
        """The new papers hear what is said of the known ones that are closest to them by text."""
        most = int(np.diff(self.by_text.indptr).max(initial=0))
        likeness = added.kept(self.likeness, added.n_papers)
        closest = _closest(added.texts, added.known_texts, most)
        wide = (closest.data, closest.indices, closest.indptr)
        rows = sparse.csr_matrix(wide, shape=(closest.shape[0], added.n_papers))
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
