"""Datasets of a few rows, written in one line each.

In: rows. Out: `dataset_of` -> a checked `Dataset`, and `train` -> a training run with settings
that take no time; `small_world` and `small_run`, a generated world and the run on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from recsys.data.build import build_dataset
from recsys.data.checked import RawTable, check_table, check_tables
from recsys.data.dataset import Dataset
from recsys.data.schema import TABLES
from recsys.data.tables import Tables
from training.pipeline import Trained, Trainer
from training.progress import Unwatched
from training.settings import TrainingSettings
from training.world.make import make_world

AUTHORSHIP = ("paper_id", "author_id")
FOLLOW = ("user_id", "author_id", "followed_at")
INTERACTION = ("user_id", "paper_id", "kind", "occurred_at", "list")


def dataset_of(**rows: Any) -> Dataset:
    """A dataset that passed all checks; see `tables_of`."""
    return build_dataset(tables_of(**rows))


def tables_of(
    *,
    papers: Sequence[Mapping[str, Any]],
    authors: Sequence[Mapping[str, Any]] = (),
    authorships: Mapping[str, Sequence[str]] | None = None,
    users: Mapping[str, str] | None = None,
    follows: Sequence[tuple[str, ...]] = (),
    interactions: Sequence[tuple[str, ...]] = (),
) -> Tables:
    """Tables that passed all checks.

    Parameters
    ----------
    authorships : mapping of paper id to author ids
    users : mapping of user id to the profile they have claimed, "" for none
    follows, interactions : tuples in the order of their columns; the last ones may be left out
    """
    written = [(paper, author) for paper, team in (authorships or {}).items() for author in team]
    frames = {
        "papers": pd.DataFrame(papers),
        "authors": pd.DataFrame(authors),
        "authorships": pd.DataFrame(written, columns=AUTHORSHIP),
        "users": pd.DataFrame((users or {}).items(), columns=["user_id", "author_id"]),
        "follows": _frame(follows, FOLLOW),
        "interactions": _frame(interactions, INTERACTION),
    }
    raw = {
        name: RawTable(frame, np.arange(1, len(frame) + 1))
        for name, frame in frames.items()
        if len(frame)
    }
    tables, rejected = check_tables(raw)
    assert rejected.empty, rejected
    return tables


def changes_of(
    *,
    papers: Sequence[Mapping[str, Any]] = (),
    authors: Sequence[Mapping[str, Any]] = (),
    authorships: Mapping[str, Sequence[str]] | None = None,
) -> Tables:
    """Papers and authors to add to a dataset; see `tables_of`."""
    written = [(paper, author) for paper, team in (authorships or {}).items() for author in team]
    frames = {
        "papers": pd.DataFrame(papers),
        "authors": pd.DataFrame(authors),
        "authorships": pd.DataFrame(written, columns=AUTHORSHIP),
    }
    checked = {}
    for name, frame in frames.items():
        if len(frame):
            raw = RawTable(frame, np.arange(1, len(frame) + 1))
            checked[name], rejected = check_table(raw, TABLES[name], known_ids={}, now=None)
            assert rejected.empty, rejected
    return Tables.of(checked)


def people(*ids: str) -> list[dict[str, str]]:
    """Authors whose names are their ids with a capital."""
    return [{"author_id": id_, "name": id_.capitalize()} for id_ in ids]


def quick_settings() -> TrainingSettings:
    """Small factors and few rounds: what is tested is the behaviour, not the quality."""
    settings = TrainingSettings()
    return replace(
        settings,
        als=replace(settings.als, factors=8, iterations=3),
        lightfm=replace(settings.lightfm, components=6, epochs=2),
        text=replace(settings.text, topics=8),
    )


def train(dataset: Dataset, *, seed: int = 5, threads: int = 1) -> Trained:
    """A whole training run in a fraction of a second."""
    return Trainer(quick_settings(), seed, threads, Unwatched()).train(dataset)


@cache
def small_world() -> Dataset:
    """A generated world of 300 papers, 120 authors and 80 users."""
    return build_dataset(small_tables())


def small_tables() -> Tables:
    """The tables of the small world."""
    return make_world(3, papers=300, authors=120, users=80)


@cache
def small_run() -> Trained:
    """A training run on the small world; not to be changed by anybody."""
    return train(small_world())


def _frame(rows: Sequence[tuple[str, ...]], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame([dict(zip(columns, row, strict=False)) for row in rows], columns=columns)
