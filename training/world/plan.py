"""How large a generated world is, what lies in it, and what was planted.

In: sizes and topics. Out: `Sizes`, `Truth` and `World`, which the other modules fill.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from recsys.data.tables import Tables
from training.world.topics_of_machines import TOPICS_OF_MACHINES
from training.world.topics_of_nature import TOPICS_OF_NATURE

TOPICS = (*TOPICS_OF_MACHINES, *TOPICS_OF_NATURE)
N_TOPICS = len(TOPICS)
N_THEMES = len(TOPICS[0].themes)

END = datetime(2026, 1, 1, tzinfo=UTC)
YEARS = 8


@dataclass(frozen=True)
class Sizes:
    """How much of everything a world holds.

    Attributes
    ----------
    papers, authors, users : int
        Exact numbers, at least 1 each. Follows and interactions grow with the users.
    """

    papers: int = 4000
    authors: int = 2000
    users: int = 1500

    def __post_init__(self) -> None:
        if min(self.papers, self.authors, self.users) < 1:
            raise ValueError(f"a world needs a paper, an author and a user at least: {self}")

    def scaled(self, scale: float) -> Sizes:
        """The same world `scale` times as large, rounded, never empty."""
        return replace(
            self,
            papers=max(1, round(self.papers * scale)),
            authors=max(1, round(self.authors * scale)),
            users=max(1, round(self.users * scale)),
        )


@dataclass(frozen=True)
class Truth:
    """What was planted: the known answer that recommendations are held against.

    Rows are those of the world's tables; topics are rows of `TOPICS`.

    Attributes
    ----------
    paper_topics, paper_themes : (n_papers,) int64
        The topic of each paper and its line of work within the topic.
    author_topics, author_labs : (n_authors,) int64
        The topic of each author and the community that mostly writes together.
    user_interests : (n_users, n_topics) float64
        Shares of a user's attention, rows sum to 1; 0 where there is no interest.
    user_themes : (n_users, n_topics) int64
        The line of work that a user likes best within a topic.
    """

    paper_topics: np.ndarray
    paper_themes: np.ndarray
    author_topics: np.ndarray
    author_labs: np.ndarray
    user_interests: np.ndarray
    user_themes: np.ndarray


@dataclass(frozen=True)
class World:
    """A generated scholarly world: the tables and what was planted in them."""

    tables: Tables
    truth: Truth
