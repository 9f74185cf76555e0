"""The people who read in the generated world: what they like, and which profile they claimed.

In: people. Out: `Readers`, and the `users` table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from training.world.draw import weighted_rows
from training.world.people import TOPIC_POPULARITY, People, author_ids
from training.world.plan import N_THEMES, N_TOPICS, TOPICS

CLAIMED_SHARE = 0.15
NOTHING_SHARE, ONE_FOLLOW_SHARE = 0.03, 0.06
ONLY_FOLLOWS_SHARE, ONLY_READS_SHARE = 0.05, 0.25
LOCALES = ("en", "de", "fr", "es", "ja", "pt-BR")
LOCALE_SHARES = (0.6, 0.1, 0.08, 0.08, 0.08, 0.06)
DIGEST_SHARES = {"none": 0.5, "daily": 0.15, "weekly": 0.35}
# How much attention the first, second and third interest get.
ATTENTION = np.array([0.65, 0.25, 0.10])


@dataclass(frozen=True)
class Readers:
    """Users; row = user.

    Attributes
    ----------
    author_rows : (n_users,) int64
        The claimed profile, -1 for most.
    interests : (n_users, n_topics) float64
        Shares of attention, rows sum to 1.
    themes : (n_users, n_topics) int64
        The line of work that is liked best within a topic.
    follows_one, follows, reads : (n_users,) bool
        Who follows one person and does nothing else, who follows at all, who reads at all.
    """

    author_rows: np.ndarray
    interests: np.ndarray
    themes: np.ndarray
    follows_one: np.ndarray
    follows: np.ndarray
    reads: np.ndarray

    def __len__(self) -> int:
        return len(self.author_rows)


def make_readers(
    rng: np.random.Generator, people: People, works_per_author: np.ndarray, n_users: int
) -> Readers:
    """Give users their interests; those who claimed a profile like what they work on."""
    author_rows = _claims(rng, works_per_author, n_users)
    claimed = author_rows >= 0
    first = weighted_rows(rng, TOPIC_POPULARITY, n_users)
    first[claimed] = people.topics[author_rows[claimed]]
    themes = rng.integers(N_THEMES, size=(n_users, N_TOPICS))
    themes[claimed, first[claimed]] = people.themes[author_rows[claimed]]

    habit = rng.random(n_users)
    follows_one = (habit >= NOTHING_SHARE) & (habit < NOTHING_SHARE + ONE_FOLLOW_SHARE)
    active = habit >= NOTHING_SHARE + ONE_FOLLOW_SHARE
    taste = rng.random(n_users)
    reads = active & (taste >= ONLY_FOLLOWS_SHARE)
    only_reads = (taste >= ONLY_FOLLOWS_SHARE) & (taste < ONLY_FOLLOWS_SHARE + ONLY_READS_SHARE)
    return Readers(
        author_rows=author_rows,
        interests=_interests(rng, first),
        themes=themes,
        follows_one=follows_one,
        follows=follows_one | (active & ~only_reads),
        reads=reads,
    )


def users_table(rng: np.random.Generator, readers: Readers) -> pd.DataFrame:
    """The `users` table; addresses lie in example.org and reach nobody."""
    n = len(readers)
    authors = np.array([*author_ids(int(readers.author_rows.max()) + 1), ""], dtype=object)
    ids = user_ids(n)
    has_email = rng.random(n) < 0.8
    return pd.DataFrame(
        {
            "user_id": ids,
            "author_id": authors[readers.author_rows],
            "email": [
                f"{user_id}@example.org" if known else ""
                for user_id, known in zip(ids, has_email, strict=True)
            ],
            "locale": rng.choice(np.array(LOCALES, dtype=object), n, p=LOCALE_SHARES),
            "digest": rng.choice(
                np.array(list(DIGEST_SHARES), dtype=object), n, p=list(DIGEST_SHARES.values())
            ),
        }
    ).astype(object)


def user_ids(n: int) -> list[str]:
    """Ids of the first n users, in the order of their rows."""
    return [f"u{row + 1:06d}" for row in range(n)]


def _claims(rng: np.random.Generator, works_per_author: np.ndarray, n_users: int) -> np.ndarray:
    """Some users claim a profile, each another one, the prolific ones likelier."""
    writers = np.flatnonzero(works_per_author)
    n_claims = min(round(CLAIMED_SHARE * n_users), len(writers))
    weights = works_per_author[writers] / works_per_author.sum()
    author_rows = np.full(n_users, -1, dtype=np.int64)
    users = rng.permutation(n_users)[:n_claims]
    author_rows[users] = rng.choice(writers, n_claims, replace=False, p=weights)
    return author_rows


def _interests(rng: np.random.Generator, first: np.ndarray) -> np.ndarray:
    """One to three topics a user: the first, and others that mostly lie beside it."""
    n_users = len(first)
    n_interests = rng.choice([1, 2, 3], n_users, p=[0.45, 0.35, 0.20])
    beside = np.array([_beside(topic) for topic in range(N_TOPICS)])
    interests = np.zeros((n_users, N_TOPICS))
    users = np.arange(n_users)
    interests[users, first] = ATTENTION[0]
    for place in (1, 2):
        near = weighted_rows_each(rng, beside[first])
        further = np.where(rng.random(n_users) < 0.7, near, rng.integers(N_TOPICS, size=n_users))
        having = n_interests > place
        interests[users[having], further[having]] += ATTENTION[place]
    return interests / interests.sum(axis=1, keepdims=True)


def _beside(topic: int) -> np.ndarray:
    """(n_topics,) 1 for other topics of the same field or category, all 1 where there is none."""
    own = TOPICS[topic]
    near = np.array(
        [
            float(
                other is not own
                and (other.field == own.field or bool({*other.categories} & {*own.categories}))
            )
            for other in TOPICS
        ]
    )
    return near if near.any() else np.ones(N_TOPICS)


def weighted_rows_each(rng: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    """(n,) a column of each row of an (n, k) matrix of weights, by weight."""
    cumulative = np.cumsum(weights, axis=1)
    target = rng.random(len(weights)) * cumulative[:, -1]
    return np.minimum((cumulative <= target[:, None]).sum(axis=1), weights.shape[1] - 1)
