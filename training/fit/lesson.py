"""What a blend is learned from: the candidates of a holdout, as each scorer sees them.

In: scorers fitted without the holdout, and the holdout as a `Task`. Out: a `Lesson`, which
needs the scorers no more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from recsys.evaluation.task import Step, Task, unwatched
from recsys.models.blend import (
    N_KINDS,
    N_SHAPES,
    SEGMENTS,
    Segment,
    segments_of,
    shares_of_best,
    strength,
)
from recsys.models.scorer import Scorer
from recsys.ranking.filters import eligible_cells
from recsys.ranking.ranker import ranked
from recsys.ranking.top_k import top_k
from training.fit.pool import Pool, joined

_BELIEVED = np.array([0.5, 0.5, 0.0])  # of a weight without a holdout, by shape


@dataclass(frozen=True)
class BlendSettings:
    """How a blend is learned.

    Attributes
    ----------
    most_questions, most_questions_of_people : int
        How many of a task are learned from, where papers are wanted, and where people are: of
        those there are more to score, and the learning curve is flat.
    pool_per_scorer : int
        How many of each scorer's best candidates compete in the holdout, and as many of
        those that are best over their pull.
    pull : float
        Strength with which a weight is drawn to its prior, per question.
    segment_pull : float
        The same towards the weights of all readers together.
    """

    most_questions: int = 2000
    most_questions_of_people: int = 1000
    fewest_questions: int = 50
    pool_per_scorer: int = 25
    pull: float = 3e-3
    segment_pull: float = 3e-2


@dataclass(frozen=True)
class Lesson:
    """What a blend is learned from, when the scorers themselves are gone.

    Attributes
    ----------
    names, kinds, scales, pulls
        As in `Blend`.
    start : (n_segments, n_kinds * m * n_shapes) float64
        Weights before anything is learned.
    pool : Pool or None
        None where nobody asked.
    """

    names: tuple[str, ...]
    kinds: np.ndarray
    scales: np.ndarray
    pulls: np.ndarray
    start: np.ndarray
    pool: Pool | None

    def one_of(self, whole: int) -> Lesson:
        """The same with one of so many questions, evenly drawn."""
        if self.pool is None:
            return self
        asked = np.arange(len(self.pool)) % whole == 0
        return replace(self, pool=self.pool.of_questions(asked))

    def without(self, names: Collection[str]) -> Lesson:
        """The same questions and candidates, as told by the other scorers alone."""
        kept = np.array([name not in names for name in self.names])
        columns = np.flatnonzero(np.tile(np.repeat(kept, N_SHAPES), N_KINDS))
        pool = self.pool
        if pool is not None:
            pool = replace(pool, features=pool.features[:, columns])
        rest = tuple(name for name in self.names if name not in names)
        scales, pulls = self.scales[kept], self.pulls[kept]
        return Lesson(rest, self.kinds, scales, pulls, self.start[:, columns], pool)


def draw_lesson(
    scorers: tuple[Scorer, ...],
    tasks: Sequence[Task],
    pulls: np.ndarray,
    kinds: np.ndarray,
    prior: Mapping[Segment, Mapping[str, float]],
    settings: BlendSettings,
    *,
    threads: int,
    on_block: Step = unwatched,
) -> Lesson:
    """Let the scorers say what they know of the questions of a holdout.

    Parameters
    ----------
    tasks : sequence of Task
        Over the same targets. The first one in which a scorer speaks gives its scale.
    pulls : (m, n_targets) float32
        As of `pulls_of`.
    prior : mapping of segment to mapping of name to weight
        A weight before anything is learned; 0 where it is not named. It also stands
        for a segment of which the holdout has nobody.
    """
    names = tuple(scorer.name for scorer in scorers)
    start = np.stack([_start(prior[segment], names) for segment in SEGMENTS])
    asked = [task for task in tasks if len(task)]
    if not asked:
        scales = np.ones(len(scorers), dtype=np.float32)
        return Lesson(names, kinds, scales, pulls, start, None)
    scales = _scales(scorers, asked, settings.pool_per_scorer)
    lesson = Lesson(names, kinds, scales, pulls, start, None)
    pool = _pool(scorers, asked, lesson, settings.pool_per_scorer, threads, on_block)
    return replace(lesson, pool=pool)


def _start(prior: Mapping[str, float], names: tuple[str, ...]) -> np.ndarray:
    # What pulls do is for a holdout to say: unlearned, they cost more than they gave.
    shares = np.array([prior.get(name, 0.0) for name in names])[:, None] * _BELIEVED
    return np.tile(shares.ravel(), N_KINDS)


def _pool(
    scorers: tuple[Scorer, ...],
    tasks: Sequence[Task],
    lesson: Lesson,
    per_scorer: int,
    threads: int,
    on_block: Step,
) -> Pool:
    parts, done, whole = list[Pool](), 0, sum(len(task) for task in tasks)
    blocks = (block for part in _by_segment(tasks) for block in part.blocks())
    # Scoring is work of numpy and scipy, which let other threads go on meanwhile.
    with ThreadPoolExecutor(threads) as together:
        pooled = together.map(lambda one: _block_pool(scorers, one, lesson, per_scorer), blocks)
        for block, part in pooled:
            # Copied by this thread: what stays among the scratch of another keeps all of it alive.
            parts.append(replace(part, features=part.features.copy()))
            done += len(block)
            on_block(done, whole)
    return joined(parts)


def _by_segment(tasks: Sequence[Task]) -> Iterator[Task]:
    segments = [segments_of(task.readers) for task in tasks]
    for segment in range(len(SEGMENTS)):
        for task, its in zip(tasks, segments, strict=True):
            if (its == segment).any():
                yield task[np.flatnonzero(its == segment)]


def _block_pool(
    scorers: tuple[Scorer, ...], block: Task, lesson: Lesson, per_scorer: int
) -> tuple[Task, Pool]:
    kinds, pulls = lesson.kinds[block.rows], lesson.pulls[:, block.rows]
    eligible = eligible_cells(block.out, block.rows)
    scores = [scorer.score(block.readers, block.rows) for scorer in scorers]
    chosen = _chosen(scores, pulls, kinds, eligible, per_scorer)
    reader, column = np.nonzero(chosen)
    n_each, kind = chosen.sum(axis=1), kinds[column]
    told = np.zeros((len(reader), len(scorers) * N_SHAPES), dtype=np.float32)
    for index, matrix in enumerate(scores):
        taken = matrix[reader, column]
        if not (taken > 0).any():  # of nothing, all shapes are nothing
            continue
        best = np.zeros((len(block), N_KINDS), dtype=np.float32)
        np.maximum.at(best, (reader, kind), taken)  # each scorer's best is among the chosen
        best = best[reader, kind]
        first = index * N_SHAPES
        told[:, first] = shares_of_best(taken, best)
        told[:, first + 1] = strength(taken, lesson.scales[index])
        told[:, first + 2] = strength(taken, pulls[index, column])
    relevant = block.relevant[:, block.rows].toarray()[reader, column] > 0
    heard = n_each > 0
    indptr = np.concatenate([[0], np.cumsum(n_each[heard])])
    features = _by_kind(told, kind)
    return block, Pool(features, relevant, indptr, segments_of(block.readers)[heard])


def _by_kind(told: np.ndarray, kinds: np.ndarray) -> sparse.csr_matrix:
    """(n, n_kinds * m) CSR: each row of `told` (n, m) in the columns of its kind."""
    n, width = told.shape
    row, column = np.nonzero(told)
    indptr = np.searchsorted(row, np.arange(n + 1))
    cells = (told[row, column], column + kinds[row] * width, indptr)
    return sparse.csr_matrix(cells, (n, N_KINDS * width))


def _chosen(
    scores: list[np.ndarray],
    pulls: np.ndarray,
    kinds: np.ndarray,
    eligible: np.ndarray,
    per_scorer: int,
) -> np.ndarray:
    """(n, n_rows) bool: each scorer's best few of each kind, as they are and over their pull."""
    chosen = np.zeros(eligible.shape, dtype=bool)
    for kind in np.unique(kinds):
        competing = eligible & (kinds == kind)
        for matrix, pull in zip(scores, pulls, strict=True):
            speaking = competing & (matrix > 0)
            many = np.array([np.count_nonzero(row) > per_scorer for row in speaking], dtype=bool)
            # Most scorers speak of few candidates: where those are all chosen, none is ranked.
            chosen[~many] |= speaking[~many]
            if not many.any():
                continue
            reader = np.flatnonzero(many)
            columns = np.flatnonzero(speaking[reader].any(axis=0))
            heard = matrix[reader].take(columns, axis=1)
            np.copyto(heard, -np.inf, where=~speaking[reader].take(columns, axis=1))
            for seen in _both(heard, pull[columns]):
                chosen[reader[:, None], columns[top_k(seen, per_scorer)]] = True
    return chosen


def _both(scores: np.ndarray, pulls: np.ndarray) -> Iterator[np.ndarray]:
    yield scores
    if pulls.min() < pulls.max():
        yield scores / pulls


def _scales(scorers: tuple[Scorer, ...], tasks: Sequence[Task], per_scorer: int) -> np.ndarray:
    """The median score of each scorer's best few candidates, over the first readers."""
    scales = np.zeros(len(scorers), dtype=np.float32)
    for block in (next(task.blocks()) for task in tasks):
        eligible = eligible_cells(block.out, block.rows)
        for index in np.flatnonzero(scales == 0):
            scores = scorers[index].score(block.readers, block.rows)
            best = ranked(np.where(eligible, scores, -np.inf), block.rows, per_scorer).scores
            if (best > 0).any():
                scales[index] = np.median(best[best > 0])
    return np.where(scales > 0, scales, 1.0).astype(np.float32)
