"""The papers of the generated world: dates, topics, labs, texts and who wrote them.

In: people. Out: `Works`, and the `papers` and `authorships` tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from training.world.draw import heavy_tailed, rows_at
from training.world.people import People, author_ids
from training.world.plan import N_THEMES, N_TOPICS, TOPICS, YEARS
from training.world.teams import TeamBuilder, team_sizes
from training.world.texts import write_texts

SURVEY_SHARE = 0.03
PREPRINT_SHARE = 0.35
ON_LAB_TOPIC_SHARE = 0.93
ON_LAB_THEME_SHARE = 0.65
DAYS = int(YEARS * 365.25)


@dataclass(frozen=True)
class Works:
    """Papers in the order of their dates; row = paper.

    Attributes
    ----------
    days : (n_papers,) float64
        Days after the world's first day, at most `DAYS`.
    topics, themes : (n_papers,) int64
    surveys : (n_papers,) bool
    appeal : (n_papers,) float64
        Weight of being read; heavy-tailed.
    paper_rows, author_rows, positions : (n_authorships,) int64
        Who wrote what, position 0 first.
    """

    days: np.ndarray
    topics: np.ndarray
    themes: np.ndarray
    surveys: np.ndarray
    appeal: np.ndarray
    paper_rows: np.ndarray
    author_rows: np.ndarray
    positions: np.ndarray

    def __len__(self) -> int:
        return len(self.days)


def make_works(rng: np.random.Generator, people: People, n_papers: int) -> Works:
    """Let the labs write papers, more of them each year."""
    days = np.sort(DAYS * rng.random(n_papers) ** 0.7)
    n_labs = len(people.lab_topics)
    lab_weights = np.bincount(people.labs, weights=people.activity, minlength=n_labs)
    labs = rows_at(np.cumsum(lab_weights), rng.random(n_papers))
    topics = people.lab_topics[labs]
    strays = rng.random(n_papers) >= ON_LAB_TOPIC_SHARE
    topics = np.where(strays, rng.integers(N_TOPICS, size=n_papers), topics)
    on_theme = rng.random(n_papers) < ON_LAB_THEME_SHARE
    themes = rng.integers(N_THEMES, size=n_papers)
    themes = np.where(on_theme, people.lab_themes[labs], themes)
    surveys = rng.random(n_papers) < SURVEY_SHARE
    appeal = heavy_tailed(rng, n_papers, 1.4) * np.where(surveys, 3.0, 1.0)

    builder = TeamBuilder(rng, people)
    sizes = team_sizes(rng, n_papers)
    years = days * (YEARS / DAYS)
    teams = [
        builder.build(lab, year, size)
        for lab, year, size in zip(labs.tolist(), years.tolist(), sizes.tolist(), strict=True)
    ]
    lengths = [len(team) for team in teams]
    return Works(
        days=days,
        topics=topics,
        themes=themes,
        surveys=surveys,
        appeal=appeal,
        paper_rows=np.repeat(np.arange(n_papers), lengths),
        author_rows=np.concatenate([np.array(team, dtype=np.int64) for team in teams]),
        positions=np.concatenate([np.arange(length) for length in lengths]),
    )


def papers_table(rng: np.random.Generator, works: Works, end: datetime) -> pd.DataFrame:
    """The `papers` table, oldest first; the last day is `end`."""
    n = len(works)
    ids = paper_ids(n)
    titles, abstracts = write_texts(rng, works.topics, works.themes, works.surveys)
    return pd.DataFrame(
        {
            "paper_id": ids,
            "title": titles,
            "abstract": abstracts,
            "published_at": timestamps(works.days, end).dt.floor("D"),
            "categories": pd.Series(_categories(rng, works), dtype=object),
            "venue": _venues(rng, works),
            "url": [f"https://example.org/papers/{paper_id}" for paper_id in ids],
            "doi": [f"10.5555/{paper_id}" for paper_id in ids],
            "arxiv_id": "",
            "code": pd.Series([None] * n, dtype="boolean"),
        }
    ).astype(
        dict.fromkeys(("paper_id", "title", "abstract", "venue", "url", "doi", "arxiv_id"), object)
    )


def authorships_table(works: Works, n_authors: int) -> pd.DataFrame:
    """The `authorships` table: one row a paper and author, in the order on the paper."""
    papers = np.array(paper_ids(len(works)), dtype=object)
    authors = np.array(author_ids(n_authors), dtype=object)
    return pd.DataFrame(
        {
            "paper_id": pd.Series(papers[works.paper_rows], dtype=object),
            "author_id": pd.Series(authors[works.author_rows], dtype=object),
            "position": works.positions,
        }
    )


def paper_ids(n: int) -> list[str]:
    """Ids of the first n papers, in the order of their rows."""
    return [f"p{row + 1:06d}" for row in range(n)]


def timestamps(days: np.ndarray, end: datetime) -> pd.Series:
    """Days after the world's first day -> times in UTC, to the second."""
    seconds = pd.Series((days - DAYS) * 86400).round().astype("int64")
    times = pd.Timestamp(end) + pd.to_timedelta(seconds, unit="s")
    return times.astype("datetime64[us, UTC]")


def _categories(rng: np.random.Generator, works: Works) -> list[list[str]]:
    """The topic's first category, and in two papers of five a further one."""
    further = rng.random(len(works)) < 0.4
    which = rng.random(len(works))
    lists = []
    for topic, more, share in zip(works.topics, further, which, strict=True):
        first, *others = TOPICS[topic].categories
        lists.append([first, others[int(share * len(others))]] if more else [first])
    return lists


def _venues(rng: np.random.Generator, works: Works) -> list[str]:
    """One of the topic's venues, or "" for a preprint."""
    preprint = rng.random(len(works)) < PREPRINT_SHARE
    which = rng.random(len(works))
    return [
        "" if unpublished else TOPICS[topic].venues[int(share * len(TOPICS[topic].venues))]
        for topic, unpublished, share in zip(works.topics, preprint, which, strict=True)
    ]
