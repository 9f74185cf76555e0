"""The best of a ranking -> a list that people enjoy.

In: the best candidates of readers in plain order, and what a list should be like beyond that.
Out: no work twice, no stranger and no topic that floods the list, and, where it is asked for,
more variety, newer papers, and places for papers that would hardly be seen otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from itertools import pairwise

import numpy as np

from recsys.errors import BadInput
from recsys.features.signals import fade
from recsys.models.model import Model
from recsys.models.readers import Readers, row_of, take_rows
from recsys.models.scorer import dense
from recsys.ranking.interests import NONE, Interests, interests_of
from recsys.ranking.places import Candidates, fill_places
from recsys.ranking.ranker import Ranked, ranked
from recsys.ranking.same_work import SameWork

WINDOW = 200  # how many of the best are arranged; the plain order goes on behind them
_SAME_TOPIC = 0.9  # cosine
_SURELY_SEEN = 0.25  # the first part of the window needs no exploring


@dataclass(frozen=True)
class Arrangement:
    """How far a list may leave the plain ranking: wishes from 0, not at all, to 1.

    Attributes
    ----------
    diversity : float
        How much being unlike the papers further up counts against relevance.
    interests : float
        How much being far from the reader's interests in their proportion counts against a list.
    freshness : float
        By what share of itself the score of a paper published today grows; fades with age.
    half_life_days : float
        The age at which half of that is left.
    exploration : float
        Share of the places that go to good but uncertain papers from further down.
    seed : int
        Which ones these are, and that they stay the same; see `seed_of`.

    Raises
    ------
    BadInput
        A wish is not from 0 to 1, or the half-life is not positive.
    """

    diversity: float = 0.0
    interests: float = 0.0
    freshness: float = 0.0
    half_life_days: float = 365.0
    exploration: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("diversity", "interests", "freshness", "exploration"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise BadInput(f"{name} is {getattr(self, name)}; it must be from 0 to 1")
        if not 0.0 < self.half_life_days < np.inf:
            raise BadInput(f"half_life_days is {self.half_life_days}; it must be positive")


AS_RANKED = Arrangement()


def seed_of(asked_for: str, day: date) -> int:
    """A seed for one reader or question on one day, the same on every machine."""
    return int.from_bytes(blake2b(f"{asked_for} {day}".encode(), digest_size=8).digest())


class Arranger:
    """Arranges lists of one model's papers."""

    def __init__(self, model: Model) -> None:
        dataset, signals = model.dataset, model.signals
        self._topics = model.topics()
        self._teams = signals.authorship.T.tocsr()
        self._coauthors = signals.coauthors
        self._ages_days = dataset.ages_days()
        self._n_readers = np.bincount(signals.liked.indices, minlength=len(dataset.papers))
        self._same_work = SameWork(
            dataset.papers.titles, dataset.papers.published, model.text.papers
        )

    def arrange(
        self,
        readers: Readers,
        scores: np.ndarray,
        rows: np.ndarray,
        n: int,
        wanted: Arrangement = AS_RANKED,
    ) -> Ranked:
        """The first n of each reader's list; a longer list begins with the same.

        Parameters
        ----------
        scores : (n_readers, n_rows) float32
            What is -inf or NaN is out.
        rows : (n_rows,) int
            The papers that compete, ascending.
        """
        # What is left out for being a repetition makes room for as many from behind the window.
        found = ranked(scores, rows, WINDOW + n)
        shape = (len(readers), min(n, found.rows.shape[1]))
        columns, explored = np.full(shape, -1, dtype=np.int64), np.zeros(shape, dtype=bool)
        profiles = self._topics.profiles(readers)
        interests = self._interests(readers) if wanted.interests else [NONE] * len(readers)
        for reader, (best, values) in enumerate(zip(found.rows, found.scores, strict=True)):
            # By who asks and not by the place in the batch: alone, they get the same list.
            who = readers.user_rows[reader] + 1, readers.author_rows[reader] + 1
            rng = np.random.default_rng((wanted.seed, *who))
            window, candidates = self._candidates(
                best,
                values,
                self._circle(readers, reader),
                profiles[reader],
                interests[reader],
                wanted,
                rng,
            )
            places, marked = fill_places(
                candidates,
                n,
                diversity=wanted.diversity,
                interests=wanted.interests,
                exploration=wanted.exploration,
            )
            behind = np.arange(WINDOW, int(np.sum(best >= 0)))
            order = np.concatenate([window[places], behind])[: shape[1]]
            columns[reader, : len(order)] = order
            explored[reader, : len(marked)] = marked
        gone, columns = columns < 0, np.maximum(columns, 0)
        return Ranked(
            np.where(gone, -1, np.take_along_axis(found.rows, columns, axis=1)),
            np.where(gone, -np.inf, np.take_along_axis(found.scores, columns, axis=1)),
            explored,
        )

    def _circle(self, readers: Readers, reader: int) -> np.ndarray:
        """(n_authors,) bool: one reader, their co-authors and those they follow."""
        profile, near = int(readers.author_rows[reader]), np.zeros(self._coauthors.shape[0], bool)
        near[row_of(readers.follows, reader).indices] = True
        if profile >= 0:
            near[row_of(self._coauthors, profile).indices] = True
            near[profile] = True
        return near

    def _interests(self, readers: Readers) -> list[Interests]:
        read = readers.interests()
        cells = [slice(*ends) for ends in pairwise(read.indptr)]
        return [interests_of(self._topics.papers[read.indices[c]], read.data[c]) for c in cells]

    def _candidates(
        self,
        rows: np.ndarray,
        scores: np.ndarray,
        circle: np.ndarray,
        profile: np.ndarray,
        interests: Interests,
        wanted: Arrangement,
        rng: np.random.Generator,
    ) -> tuple[np.ndarray, Candidates]:
        """Columns of the window of one reader's plain ranking, best first, and what they are."""
        window = np.arange(min(WINDOW, int(np.sum(rows >= 0))))
        relevance = scores[window] * self._boosts(rows[window], wanted)
        window = window[np.argsort(-relevance, kind="stable")]
        teams, topics = take_rows(self._teams, rows[window]), self._topics.papers[rows[window]]
        likeness, shared = topics @ topics.T, dense(teams @ teams.T) > 0
        sizes = np.diff(teams.indptr)
        repeats = self._same_work.repeats(rows[window], likeness, shared, sizes == 0)
        kept = np.flatnonzero(~repeats)
        paper = np.repeat(np.arange(len(window)), sizes)
        known = np.bincount(paper[circle[teams.indices]], minlength=len(window))
        strange = known[kept, None] == 0
        # Whoever asks for one topic gets it: only what is beside the question can flood a list.
        beside = (topics @ profile < _SAME_TOPIC)[:, None]
        pairs = np.ix_(kept, kept)
        worth = _from_zero_to_one(relevance[window[kept]])
        return window[kept], Candidates(
            worth=worth,
            likeness=likeness[pairs],
            crowds=strange & (shared | (beside & (likeness >= _SAME_TOPIC)))[pairs],
            chance=self._chances(rows[window[kept]], worth, rng),
            interests=interests,
            interest=interests.nearest(topics[kept]),
        )

    def _boosts(self, rows: np.ndarray, wanted: Arrangement) -> np.ndarray:
        ages = self._ages_days[rows]
        fresh = np.where(np.isnan(ages), 0.0, fade(ages, wanted.half_life_days))
        return 1.0 + wanted.freshness * fresh

    def _chances(self, rows: np.ndarray, worth: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        # The error of a mean over r readers falls with the root of r: fewer readers, more to learn.
        likely = np.maximum(worth, 1e-6) / np.sqrt(1.0 + self._n_readers[rows])
        # The largest of log(p) + Gumbel noise is a draw from p, the next one a draw without it.
        drawn = np.log(likely) + rng.gumbel(size=len(rows))
        return np.where(np.arange(len(rows)) >= _SURELY_SEEN * len(rows), drawn, -np.inf)


def _from_zero_to_one(values: np.ndarray) -> np.ndarray:
    if not len(values) or values[0] == values[-1]:
        return np.ones(len(values))
    return (values - values[-1]) / (values[0] - values[-1])
