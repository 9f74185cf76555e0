"""Which papers later ones mention, as far as titles and abstracts tell: a stand-in for citations.

In: a `Dataset` and its texts. Out: `Mentions`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from recsys.data.dataset import Dataset, filled
from training.fit.citations import references
from training.fit.names import name_uses

_PAIRS_AT_ONCE = 50_000


@dataclass(frozen=True)
class Mentions:
    """Who mentions whom; all matrices (n_papers, n_papers) CSR float32, row = the mentioned.

    Attributes
    ----------
    by_name : 1 where the other paper uses a name that this one introduced
    by_reference : 1 where the other paper refers to this one by author and year
    silent : (n_papers,) bool
        Papers that are not heard: what they say is asked for.
    """

    by_name: sparse.csr_matrix
    by_reference: sparse.csr_matrix
    silent: np.ndarray

    def all(self) -> sparse.csr_matrix:
        """1 where one paper mentions another that has none of its authors, if it is heard."""
        heard = sparse.diags((~self.silent).astype(np.float32))
        both = ((self.by_name + self.by_reference) @ heard).tocsr()
        both.eliminate_zeros()
        both.data[:] = 1.0
        return both

    def without(self, rows: np.ndarray) -> Mentions:
        """The same, with some papers silent."""
        silent = self.silent.copy()
        silent[rows] = True
        return replace(self, silent=silent)


def find_mentions(dataset: Dataset, texts: sparse.csr_matrix) -> Mentions:
    """Mentions in titles and abstracts, but for those of one's own work.

    Parameters
    ----------
    texts : (n_papers, n_terms) CSR float32
        Unit rows.
    """
    written, n = dataset.authorships, len(dataset.papers)
    writers = filled(written.paper_rows, written.author_rows, (n, len(dataset.authors)))
    by_name = _by_others(*name_uses(dataset.papers), writers)
    by_reference = _by_others(*references(dataset, texts), writers)
    return Mentions(by_name, by_reference, np.zeros(n, dtype=bool))


def _by_others(
    mentioned: np.ndarray, by: np.ndarray, writers: sparse.csr_matrix
) -> sparse.csr_matrix:
    own = np.zeros(len(by), dtype=bool)
    for start in range(0, len(by), _PAIRS_AT_ONCE):
        part = slice(start, start + _PAIRS_AT_ONCE)
        shared = writers[mentioned[part]].multiply(writers[by[part]]).sum(axis=1)
        own[part] = np.asarray(shared).ravel() > 0
    n = writers.shape[0]
    return filled(mentioned[~own], by[~own], (n, n))
