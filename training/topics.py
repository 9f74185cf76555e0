"""Topics in words with the papers that belong to them, found in the training data itself.

In: a `Dataset` and what its papers mention. Out: `Topics`, questions from which the weights for
typed words are learned. Reading lists with telling names are such questions, and so are the
titles of papers that refer to others by author and year: what they refer to is relevant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.data.dataset import Dataset, filled
from recsys.evaluation.task import Task
from recsys.features.signals import Signals
from recsys.features.text import TextSpace, words
from recsys.models.readers import ReaderSource
from training.fit.mentions import Mentions

_MOST_LISTS = 400
_MOST_REFERRING = 800  # the newest; every second of them asks
_FEWEST_IN_A_LIST = 3
_TELLING_SHARE = 1 / 3  # of a list's titles that have a word of its name


@dataclass(frozen=True)
class Topics:
    """n questions in words.

    Attributes
    ----------
    texts : tuple of str
    relevant, out : (n, n_papers) CSR float32
        What belongs to the topic; what does not compete, being the asking paper or later.
    asking : (m,) int
        Papers whose own titles ask. What they say must not answer.
    """

    texts: tuple[str, ...]
    relevant: sparse.csr_matrix
    out: sparse.csr_matrix
    asking: np.ndarray

    def task(self, dataset: Dataset, signals: Signals, space: TextSpace) -> Task:
        """The questions as those of strangers, whom nobody knows anything of."""
        readers = ReaderSource(dataset, signals, len(space.terms)).strangers(len(self.texts))
        readers = readers.with_words(space.vectors(self.texts))
        return Task(readers, self.relevant, self.out, np.arange(len(dataset.papers)))


def find_topics(dataset: Dataset, mentions: Mentions) -> Topics | None:
    """Topics of reading lists and of referring papers; None where there are neither."""
    found = [one for one in (_of_lists(dataset), _of_references(dataset, mentions)) if one.texts]
    if not found:
        return None
    return Topics(
        tuple(text for one in found for text in one.texts),
        sparse.vstack([one.relevant for one in found], format="csr"),
        sparse.vstack([one.out for one in found], format="csr"),
        np.concatenate([one.asking for one in found]),
    )


def _of_lists(dataset: Dataset) -> Topics:
    reading = dataset.interactions
    saved = np.flatnonzero(reading.list_rows >= 0)
    n_names, n_papers = max(len(dataset.list_names), 1), len(dataset.papers)
    lists = reading.user_rows[saved].astype(np.int64) * n_names + reading.list_rows[saved]
    each, rows = np.unique(lists, return_inverse=True)
    relevant = filled(rows, reading.paper_rows[saved], (len(each), n_papers))
    large = np.flatnonzero(np.diff(relevant.indptr) >= _FEWEST_IN_A_LIST)
    names = {row: dataset.list_names[int(each[row] % n_names)] for row in large.tolist()}
    telling = [row for row in names if _is_telling(dataset, names[row], relevant[row].indices)]
    kept = telling[:_MOST_LISTS]
    return Topics(
        tuple(names[row] for row in kept),
        relevant[kept],
        sparse.csr_matrix((len(kept), n_papers), dtype=np.float32),
        np.zeros(0, dtype=np.int64),
    )


def _is_telling(dataset: Dataset, name: str, papers: np.ndarray) -> bool:
    """Whether a list's name says what is in it: "Parsing" may, "To read" does not."""
    typed = set(words(name))
    spoken = [not typed.isdisjoint(words(dataset.papers.titles[row])) for row in papers.tolist()]
    return sum(spoken) >= _TELLING_SHARE * len(spoken)


def _of_references(dataset: Dataset, mentions: Mentions) -> Topics:
    by_paper = mentions.by_reference.T.tocsr()
    published = dataset.papers.published
    referring = np.flatnonzero(np.diff(by_paper.indptr) > 0)
    newest = referring[np.argsort(published[referring], kind="stable")[::-1]]
    asking = newest[:_MOST_REFERRING:2]
    later = ~(published < published[asking, None])
    later[np.arange(len(asking)), asking] = True
    return Topics(
        tuple(dataset.papers.titles[row] for row in asking.tolist()),
        by_paper[asking],
        sparse.csr_matrix(later, dtype=np.float32),
        asking,
    )
