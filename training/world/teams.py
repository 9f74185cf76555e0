"""Who writes each paper of the generated world, and how co-authorship grows over the years.

In: people, and papers in the order of their dates. Out: one team of author rows a paper.

People of a lab write together again and again; a new partner is mostly a co-author's co-author
(a triangle closes) and only now and then a stranger of the same topic.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

import numpy as np

from training.world.draw import Grouped
from training.world.people import People

LAB_SHARE, AGAIN_SHARE, TRIANGLE_SHARE = 0.48, 0.30, 0.16
LARGEST_TEAM, LARGEST_CONSORTIUM = 14, 60
CONSORTIUM_SHARE = 0.003
TRIES_PER_SEAT = 4


def team_sizes(rng: np.random.Generator, n_papers: int) -> np.ndarray:
    """(n_papers,) numbers of authors: about four, some alone, rarely a consortium."""
    sizes = np.rint(rng.lognormal(1.3, 0.5, n_papers)).astype(np.int64)
    sizes = np.clip(sizes, 1, LARGEST_TEAM)
    large = rng.random(n_papers) < CONSORTIUM_SHARE
    sizes[large] = rng.integers(LARGEST_TEAM, LARGEST_CONSORTIUM, large.sum())
    return sizes


class TeamBuilder:
    """Builds one team after another and remembers who wrote with whom.

    Parameters
    ----------
    rng : numpy.random.Generator
    people : People
    """

    def __init__(self, rng: np.random.Generator, people: People) -> None:
        n_labs = len(people.lab_topics)
        by_start = np.argsort(people.starts_year, kind="stable")
        labs = Grouped.of(people.labs[by_start], n_labs)
        self._members = [by_start[labs[lab]].tolist() for lab in range(n_labs)]
        self._starts = [people.starts_year[members].tolist() for members in self._members]
        self._weights = [np.cumsum(people.activity[members]).tolist() for members in self._members]
        topics = Grouped.of(people.lab_topics, people.lab_topics.max() + 1)
        self._sister_labs = [topics[topic].tolist() for topic in people.lab_topics]
        self._coauthors: list[list[int]] = [[] for _ in range(len(people))]
        self._uniform = _uniform_stream(rng)

    def build(self, lab: int, year: float, size: int) -> list[int]:
        """Author rows of the next paper of a lab, first author first; at most `size` of them.

        Parameters
        ----------
        year : float
            Years after the world's first day: nobody writes before they have started.
        """
        team = [self._member(lab, year)]
        for _ in range(size * TRIES_PER_SEAT):
            if len(team) >= size:
                break
            candidate = self._candidate(lab, year, team)
            if candidate not in team:
                team.append(candidate)
        self._remember(team)
        return self._senior_last(lab, team)

    def _candidate(self, lab: int, year: float, team: list[int]) -> int:
        draw = next(self._uniform)
        if draw < LAB_SHARE:
            return self._member(lab, year)
        if draw < LAB_SHARE + AGAIN_SHARE + TRIANGLE_SHARE:
            partner = self._partner(self._one_of(team))
            if partner >= 0 and draw >= LAB_SHARE + AGAIN_SHARE:
                return self._partner(partner)
            return partner if partner >= 0 else self._member(lab, year)
        return self._member(self._one_of(self._sister_labs[lab]), year)

    def _member(self, lab: int, year: float) -> int:
        """Someone of the lab who has started; its first senior where nobody has."""
        n_started = max(1, bisect_right(self._starts[lab], year))
        weights = self._weights[lab]
        at = bisect_right(weights, next(self._uniform) * weights[n_started - 1], 0, n_started)
        return self._members[lab][min(at, n_started - 1)]

    def _partner(self, author: int) -> int:
        """A former co-author, the more often the likelier; -1 where there is none."""
        return self._one_of(self._coauthors[author]) if self._coauthors[author] else -1

    def _one_of(self, rows: list[int]) -> int:
        return rows[int(next(self._uniform) * len(rows))]

    def _remember(self, team: list[int]) -> None:
        # A consortium says little about who works together, as in life.
        if len(team) > LARGEST_TEAM:
            return
        for author in team:
            self._coauthors[author].extend(other for other in team if other != author)

    def _senior_last(self, lab: int, team: list[int]) -> list[int]:
        """Put the lab's senior at the end of the list, where seniors stand."""
        senior = self._members[lab][0]
        if senior in team and len(team) > 1:
            return [*(author for author in team if author != senior), senior]
        return team


def _uniform_stream(rng: np.random.Generator, block: int = 65536) -> Iterator[float]:
    """Uniform numbers one by one, drawn in blocks because a call for each is slow."""
    while True:
        yield from rng.random(block).tolist()
