"""A generated world with questions whose answers were planted in it or taken from it.

In: a seed. Out: `AskedWorld`: tables to train on, and the test files of the three tasks.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from recsys.data.tables import Tables
from training.world.make import plant_world
from training.world.plan import TOPICS, Sizes, World

SIZES = Sizes(papers=400, authors=160, users=120)
QUERY_TOPICS = 3


@dataclass(frozen=True)
class AskedWorld:
    """Frames by table name to train on, and frames of the test files by task."""

    tables: dict[str, pd.DataFrame]
    papers_test: pd.DataFrame
    collaborators_test: pd.DataFrame
    queries_test: pd.DataFrame
    queries: pd.DataFrame


def asked_world(seed: int = 11) -> AskedWorld:
    """Hold out each reader's last deed, the last papers' teams, and some topics."""
    world = plant_world(seed, SIZES)
    frames = world.tables.frames()
    reading, papers_test = _last_of_each(frames["interactions"])
    authorships, collaborators_test = _last_teams(world.tables)
    queries, queries_test = _topics(world)
    tables = {**frames, "interactions": reading, "authorships": authorships}
    return AskedWorld(tables, papers_test, collaborators_test, queries_test, queries)


def write_csv(folder: Path, frames: dict[str, pd.DataFrame]) -> Path:
    """Tables as a CSV file each, lists with semicolons, the largest one compressed."""
    folder.mkdir()
    for name, frame in frames.items():
        flat = frame.map(lambda value: ";".join(value) if isinstance(value, list) else value)
        ending = "csv.gz" if name == "interactions" else "csv"
        flat.to_csv(folder / f"{name}.{ending}", index=False)
    return folder


def _last_of_each(interactions: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    pairs = interactions[interactions["kind"] != "dismiss"].groupby(["user_id", "paper_id"])
    latest = pairs["occurred_at"].max().reset_index().sort_values("occurred_at", kind="stable")
    able = latest[latest.groupby("user_id")["paper_id"].transform("size") >= 4]
    test = able.groupby("user_id").tail(1)[["user_id", "paper_id"]].reset_index(drop=True)
    held = interactions.merge(test, how="left", indicator=True)["_merge"].eq("both").to_numpy()
    return interactions[~held], test


def _last_teams(tables: Tables) -> tuple[pd.DataFrame, pd.DataFrame]:
    newest = tables.papers.sort_values("published_at", kind="stable")["paper_id"].tail(40)
    held = tables.authorships["paper_id"].isin(newest)
    kept = tables.authorships[~held]
    before = _pairs(kept)
    known = set(kept["author_id"])
    first = [
        pair for pair in sorted(_pairs(tables.authorships[held]) - before) if known.issuperset(pair)
    ]
    return kept, pd.DataFrame(first, columns=["author_id", "coauthor_id"])


def _pairs(authorships: pd.DataFrame) -> set[tuple[str, str]]:
    teams = authorships.groupby("paper_id")["author_id"]
    return {pair for _, team in teams for pair in combinations(sorted(team), 2)}


def _topics(world: World) -> tuple[pd.DataFrame, pd.DataFrame]:
    common = np.argsort(-np.bincount(world.truth.paper_topics), kind="stable")[:QUERY_TOPICS]
    words = [
        " ".join(phrase for theme in TOPICS[topic].themes for phrase in theme.tasks)
        for topic in common
    ]
    queries = pd.DataFrame(
        {
            "query_id": [f"q{topic}" for topic in common],
            "text": words,
            "published_before": ["2026-06-01", "", "2025-01-01"],
        }
    )
    ids = world.tables.papers["paper_id"].to_numpy()
    test = [
        (f"q{topic}", paper) for topic in common for paper in ids[world.truth.paper_topics == topic]
    ]
    return queries, pd.DataFrame(test, columns=["query_id", "paper_id"])
