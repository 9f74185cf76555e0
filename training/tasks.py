"""Test files of a dataset -> questions, exactly as the protocol of each task says.

In: a model trained on the rest, and the evaluation tables. Out: a `Task`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from recsys.data.build import to_times
from recsys.data.dataset import Dataset, filled
from recsys.errors import BadInput
from recsys.evaluation.task import Task
from recsys.models.model import Model
from recsys.ranking.filters import ANY_AUTHOR, ANY_PAPER


def paper_task(model: Model, test: pd.DataFrame, candidates: pd.DataFrame | None) -> Task:
    """Each user with a test paper ranks all papers, or the candidates.

    What the user has a training interaction with is out, and so is what they wrote.
    """
    dataset = model.dataset
    user_ids, asked = np.unique(test["user_id"].to_numpy(dtype=str), return_inverse=True)
    user_rows = dataset.users.ids.rows(user_ids)
    claimed = np.append(dataset.users.author_rows, np.int32(-1))
    readers = model.readers().of(user_rows, claimed[user_rows])
    shape = (len(user_ids), len(dataset.papers))
    relevant = filled(asked, _paper_rows(dataset, test), shape)
    rows = np.arange(shape[1])
    if candidates is not None:
        rows = np.unique(_paper_rows(dataset, candidates))
    return Task(readers, relevant, ANY_PAPER.out(readers), rows)


def author_task(model: Model, test: pd.DataFrame) -> Task:
    """Each author of a test pair, on either side of it, ranks all authors.

    Oneself and existing co-authors are out.
    """
    ids = model.dataset.authors.ids
    left, right = ids.rows(test["author_id"]), ids.rows(test["coauthor_id"])
    unknown = np.flatnonzero((left < 0) | (right < 0))
    if len(unknown):
        raise BadInput(f"row {unknown[0] + 1} of the test names an author the dataset lacks")
    askers, asked = np.unique(np.concatenate([left, right]), return_inverse=True)
    relevant = filled(asked, np.concatenate([right, left]), (len(askers), len(ids)))
    readers = model.readers().authors(askers)
    out = ANY_AUTHOR.out(readers, model.signals)
    return Task(readers, relevant, out, np.arange(len(ids)))


def query_task(model: Model, test: pd.DataFrame, queries: pd.DataFrame) -> Task:
    """Each query ranks all papers published before its time, for someone without an account."""
    dataset = model.dataset
    asked = pd.Index(queries["query_id"]).get_indexer(pd.Index(test["query_id"]))
    if (asked < 0).any():
        raise BadInput(f"query {test['query_id'].iloc[int(np.argmin(asked))]!r} has no text")
    relevant = filled(asked, _paper_rows(dataset, test), (len(queries), len(dataset.papers)))
    readers = model.readers().strangers(len(queries))
    readers = readers.with_words(model.text.vectors(queries["text"]))
    limits = to_times(queries["published_before"])
    # An unknown date on either side compares as False: without a limit everything competes.
    late = ~(dataset.papers.published < limits[:, None]) & ~np.isnat(limits)[:, None]
    return Task(readers, relevant, sparse.csr_matrix(late), np.arange(len(dataset.papers)))


def _paper_rows(dataset: Dataset, named: pd.DataFrame) -> np.ndarray:
    rows = dataset.papers.ids.rows(named["paper_id"])
    if (rows < 0).any():
        missing = named["paper_id"].iloc[int(np.argmin(rows))]
        raise BadInput(f"paper {missing!r} is not among the dataset's papers")
    return rows
