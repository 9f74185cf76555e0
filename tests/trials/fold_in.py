"""Does folding events into a model give what training on them would give?

In: a dataset, and how many of its users to take out. Out: of the first twenty papers of the users
who were folded in, how many a model that was trained on their events gives as well; and beside it
how many two trainings on the same data have in common that differ in their seed alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import typer

from recsys.data.build import build_dataset
from recsys.data.dataset import Dataset
from recsys.data.events import NOTHING_STANDS, Event, Standing, standing
from recsys.data.tables import Tables
from recsys.evaluation.bootstrap import estimate_means
from recsys.models.model import Model
from recsys.recommender import Recommender
from recsys.storage.dataset_folder import read_tables
from training.pipeline import Trainer
from training.progress import Unwatched
from training.settings import TrainingSettings

_K = 20

Lists = dict[str, list[str]]


@dataclass(frozen=True)
class Overlap:
    """How much of one list of twenty stands in another, for each user.

    Attributes
    ----------
    folded : (n,) float
        Folded in against trained again.
    by_chance : (n,) float
        Trained again against trained again with another seed.
    """

    folded: np.ndarray
    by_chance: np.ndarray


def fold_in(
    dataset: Annotated[Path, typer.Option(help="Dataset folder.")],
    users: Annotated[int, typer.Option(min=1, help="How many users to take out.")] = 100,
    seed: Annotated[int, typer.Option(help="Chooses the users and seeds the training.")] = 0,
    threads: Annotated[int, typer.Option(min=1, help="Threads of a training.")] = 2,
) -> None:
    """Compare what is folded in with what is trained again; three trainings."""
    found = overlaps(read_tables(dataset)[0], TrainingSettings(), users, seed, threads)
    for name, values in (("folded in", found.folded), ("another seed", found.by_chance)):
        (mean,) = estimate_means(values[:, None], seed=seed)
        typer.echo(
            f"overlap at {_K}, {name}: {mean.value:.3f} (95 % {mean.low:.3f} to {mean.high:.3f}), "
            f"least {values.min():.2f}, {len(values)} users"
        )


def overlaps(
    tables: Tables, settings: TrainingSettings, n_users: int, seed: int, threads: int
) -> Overlap:
    """Take users out, train, fold their events in, train with them, compare."""
    reading = tables.interactions
    chosen = np.random.default_rng(seed).permutation(sorted(set(reading["user_id"])))[:n_users]
    taken = frozenset(chosen.tolist())

    def trained(dataset: Dataset, with_seed: int) -> Model:
        return Trainer(settings, with_seed, threads, Unwatched()).train(dataset).model

    events = list(_events(tables, taken))
    told = {user: standing(one for one in events if one.user_id == user) for user in taken}
    folded = _lists(trained(build_dataset(_without(tables, taken)), seed), told)
    nothing, whole = dict.fromkeys(taken, NOTHING_STANDS), build_dataset(tables)
    again, once_more = (_lists(trained(whole, seed + n), nothing) for n in (0, 1))
    return Overlap(_shared(folded, again), _shared(once_more, again))


def _events(tables: Tables, users: frozenset[str]) -> Iterator[Event]:
    """What the tables say of these users, as it would have come in."""
    reading, follows = tables.interactions, tables.follows
    for number, row in enumerate(reading[reading["user_id"].isin(users)].itertuples()):
        names = {"paper_id": row.paper_id, "list_name": row.list if row.kind == "save" else ""}
        time = _time(row.occurred_at)
        yield Event(f"deed-{number}", row.user_id, row.kind, time, **names)
    for number, row in enumerate(follows[follows["user_id"].isin(users)].itertuples()):
        time = _time(row.followed_at)
        yield Event(f"follow-{number}", row.user_id, "follow", time, author_id=row.author_id)


def _time(moment: pd.Timestamp) -> datetime:
    unknown = datetime(2000, 1, 1, tzinfo=UTC)  # before now, and the same for all
    return unknown if pd.isna(moment) else moment.to_pydatetime()


def _without(tables: Tables, users: frozenset[str]) -> Tables:
    parts = {name: getattr(tables, name) for name in tables.__dataclass_fields__}
    for name in ("users", "follows", "interactions"):
        parts[name] = parts[name][~parts[name]["user_id"].isin(users)].reset_index(drop=True)
    return Tables(**parts)


def _lists(model: Model, told: Mapping[str, Standing]) -> Lists:
    recommender = Recommender(model)
    return {
        user: [
            line.id
            for line in recommender.recommend_papers(
                recommender.user(user, standing=known), k=_K, explain=False
            ).results
        ]
        for user, known in told.items()
    }


def _shared(some: Lists, others: Lists) -> np.ndarray:
    return np.array([len(set(some[user]) & set(others[user])) / _K for user in sorted(some)])
