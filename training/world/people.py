"""The people who write in the generated world: authors in labs, labs in topics.

In: a generator and the number of authors. Out: `People`, and the `authors` table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from training.world.draw import heavy_tailed, weighted_rows
from training.world.names import FAMILY_NAMES, GIVEN_NAMES, INSTITUTES, TOWNS
from training.world.plan import N_THEMES, N_TOPICS, YEARS

AUTHORS_PER_LAB = 9
TOPIC_POPULARITY = 1.0 / np.arange(2, N_TOPICS + 2) ** 0.6


@dataclass(frozen=True)
class People:
    """Authors and their labs; row = author.

    Attributes
    ----------
    labs : (n_authors,) int64
        The community that mostly writes together.
    lab_topics : (n_labs,) int64
        Every topic has a lab where there are as many labs as topics.
    starts_year : (n_authors,) float64
        Years after the world's first day; negative for those who were there before: seniors.
    activity : (n_authors,) float64
        Weight of being on a paper; heavy-tailed.
    """

    labs: np.ndarray
    lab_topics: np.ndarray
    starts_year: np.ndarray
    activity: np.ndarray

    def __len__(self) -> int:
        return len(self.labs)

    @property
    def topics(self) -> np.ndarray:
        """(n_authors,) the topic of each author's lab."""
        return self.lab_topics[self.labs]

    @property
    def lab_themes(self) -> np.ndarray:
        """(n_labs,) the line of work that most papers of a lab follow."""
        return np.arange(len(self.lab_topics)) // N_TOPICS % N_THEMES

    @property
    def themes(self) -> np.ndarray:
        """(n_authors,) the line of work of each author's lab."""
        return self.lab_themes[self.labs]


def make_people(rng: np.random.Generator, n_authors: int) -> People:
    """Found labs on topics and fill them; a lab's first member is always a senior."""
    n_labs = max(1, n_authors // AUTHORS_PER_LAB)
    lab_topics = np.arange(n_labs) % N_TOPICS
    if n_labs > N_TOPICS:
        lab_topics[N_TOPICS:] = weighted_rows(rng, TOPIC_POPULARITY, n_labs - N_TOPICS)
    labs = np.arange(n_authors) % n_labs
    joining = weighted_rows(rng, heavy_tailed(rng, n_labs, 2.0), n_authors)
    labs[2 * n_labs :] = joining[2 * n_labs :]
    starts_year = rng.uniform(-0.35 * YEARS, 0.95 * YEARS, n_authors)
    starts_year[:n_labs] = rng.uniform(-3.0 * YEARS, -1.0, n_labs)
    return People(labs, lab_topics, starts_year, heavy_tailed(rng, n_authors, 1.6))


def authors_table(rng: np.random.Generator, people: People) -> pd.DataFrame:
    """The `authors` table; nobody is a claimed profile yet, so their wishes are unknown."""
    n = len(people)
    given, family = rng.integers(len(GIVEN_NAMES), size=n), rng.integers(len(FAMILY_NAMES), size=n)
    institutes = _lab_institutes(rng, len(people.lab_topics))
    second = rng.random(n) < 0.08
    other = rng.integers(len(institutes), size=n)
    affiliations = [
        sorted({institutes[lab], institutes[also]}) if two else [institutes[lab]]
        for lab, also, two in zip(people.labs, other, second, strict=True)
    ]
    return pd.DataFrame(
        {
            "author_id": author_ids(n),
            "name": _distinct_names(
                f"{GIVEN_NAMES[g]} {FAMILY_NAMES[f]}" for g, f in zip(given, family, strict=True)
            ),
            "affiliations": pd.Series(affiliations, dtype=object),
            "open_to_collaborate": pd.Series([None] * n, dtype="boolean"),
            "verification_level": pd.Series([0] * n, dtype="Int64"),
            "claimed": pd.Series([False] * n, dtype="boolean"),
            "trust": np.nan,
            "trust_label": "",
            "h_index": pd.Series([None] * n, dtype="Int64"),
            "citations": pd.Series([None] * n, dtype="Int64"),
        }
    ).astype({"author_id": object, "name": object, "trust_label": object})


def author_ids(n: int) -> list[str]:
    """Ids of the first n authors, in the order of their rows."""
    return [f"a{row + 1:06d}" for row in range(n)]


def _lab_institutes(rng: np.random.Generator, n_labs: int) -> list[str]:
    kinds = rng.integers(len(INSTITUTES), size=n_labs)
    towns = rng.integers(len(TOWNS), size=n_labs)
    return [INSTITUTES[k].format(TOWNS[t]) for k, t in zip(kinds, towns, strict=True)]


def _distinct_names(names: Iterable[str]) -> list[str]:
    """Tell namesakes apart by middle initials, as real authors do."""
    seen: Counter[str] = Counter()
    distinct = []
    for name in names:
        given, family = name.split(" ", 1)
        initials = "".join(f"{letter}. " for letter in _letters(seen[name]))
        distinct.append(f"{given} {initials}{family}")
        seen[name] += 1
    return distinct


def _letters(number: int) -> str:
    """0 -> "", 1 -> A, 26 -> Z, 27 -> AA: a different text for each number."""
    letters = ""
    while number:
        number, digit = divmod(number - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters
