"""Train on a dataset, ask its test questions, and say how well they were answered.

In: a dataset folder with its test files. Out: `Evaluation`, in the published JSON shape.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from recsys.data.dataset import Dataset, incidence
from recsys.errors import BadInput
from recsys.evaluation.measure import means, measure
from recsys.evaluation.task import Task
from recsys.models.model import Model
from recsys.models.readers import ReaderSource
from recsys.ranking.filters import ANY_AUTHOR, ANY_PAPER
from recsys.ranking.ranker import Ranker
from training.baselines import author_baselines, paper_baselines


def paper_task(model: Model, test: pd.DataFrame, candidates: pd.DataFrame | None) -> Task:
    """Each user with a test paper ranks all papers, or the candidates."""
    dataset = model.dataset
    user_ids, asked = np.unique(test["user_id"].to_numpy(str), return_inverse=True)
    wanted = dataset.papers.ids.rows(test["paper_id"])
    if (wanted < 0).any():
        missing = test["paper_id"].to_numpy()[wanted < 0][0]
        raise BadInput(f"test paper {missing!r} is not in the dataset's papers")
    user_rows = dataset.users.ids.rows(user_ids)
    authors = np.where(user_rows < 0, -1, dataset.users.author_rows[user_rows])
    readers = model.readers().of(user_rows, authors)
    relevant = _filled(asked, wanted, (len(user_ids), len(dataset.papers)))
    rows = np.arange(len(dataset.papers))
    if candidates is not None:
        found = dataset.papers.ids.rows(candidates["paper_id"])
        rows = np.unique(found[found >= 0])
    return Task(readers, relevant, ANY_PAPER.out(readers), rows)


def author_task(model: Model, test: pd.DataFrame) -> Task:
    """Each author of a test pair, on either side of it, ranks all authors."""
    ids = model.dataset.authors.ids
    left, right = ids.rows(test["author_id"]), ids.rows(test["coauthor_id"])
    known = (left >= 0) & (right >= 0)
    left, right = left[known], right[known]
    askers, asked = np.unique(np.concatenate([left, right]), return_inverse=True)
    relevant = _filled(asked, np.concatenate([right, left]), (len(askers), len(ids)))
    readers = model.readers().authors(askers)
    return Task(readers, relevant, ANY_AUTHOR.out(readers, model.signals), np.arange(len(ids)))


def _filled(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> sparse.csr_matrix:
    matrix = incidence(rows, columns, np.ones(len(rows)), shape)
    matrix.data[:] = 1.0
    return matrix


__all__ = [
    "Dataset",
    "Ranker",
    "ReaderSource",
    "author_baselines",
    "dataclass",
    "means",
    "measure",
    "paper_baselines",
    "time",
]
