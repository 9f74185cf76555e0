"""Is a new model worse than today's? Asked before it is published, of questions that are fair.

In: today's model, the data of the new one, and how it is trained. Out: findings, each a sentence
and whether the new model is worse by it.

Today's model has seen the data that the new one could be judged on, so that no holdout of that
data would be fair. What it has not seen is what came since. So half of the readers with new
readings are chosen; a candidate is trained, by the same settings, on everything but the new deeds
of that half; and both models are asked what these readers read. Bad settings, lost data and
rubbish in what others did show. What the chosen half did itself is judged a night later.

Where too few have read something new, and for people, the figures that both trainings noted on
holdouts of their own are compared, as long as the data is much the same: the holdouts are drawn by
one rule, and so they are much the same too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from recsys.data.dataset import UNKNOWN_TIME, Dataset, filled
from recsys.data.schema import INTERACTION_KINDS
from recsys.data.strings import Vocabulary
from recsys.errors import RecsysError
from recsys.evaluation.bootstrap import estimate_means
from recsys.evaluation.measure import measure
from recsys.evaluation.task import Task
from recsys.models.model import Model
from recsys.ranking.filters import ANY_PAPER
from recsys.ranking.ranker import Ranker
from recsys.storage.bundle import LoadedModel
from recsys.storage.manifest import Manifest
from recsys.storage.provenance import row_counts
from training.pipeline import Trained, Trainer
from training.weigher import MARGIN

FEWEST_READERS = 20
_LENGTH = 20
_METRIC = f"ndcg@{_LENGTH}"
_ALIKE = 0.1  # share by which row counts may differ while figures can be compared
_COUNTED = ("papers", "interactions", "follows", "authorships")


class WorseModel(RecsysError):
    """A model that the gate does not let pass; nothing was published."""


@dataclass(frozen=True)
class Finding:
    """One comparison of the new model with today's, in words."""

    text: str
    worse: bool


@dataclass(frozen=True)
class News:
    """What some readers have read that today's model does not know of.

    Attributes
    ----------
    before : Dataset
        The new data without what these readers did since.
    readers : tuple of n ids
    read : tuple of n tuples of paper ids
        What they read since, as far as both models hold it.
    papers : tuple of ids
        What both models hold, which competes.
    """

    before: Dataset
    readers: tuple[str, ...]
    read: tuple[tuple[str, ...], ...]
    papers: tuple[str, ...]


def news_of(today: Dataset, data: Dataset, *, seed: int) -> News | None:
    """What half of the readers with news have read; None where they are too few to judge by."""
    users, papers, authors = (
        old.rows(_ids(new, np.arange(len(new))))
        for old, new in (
            (today.users.ids, data.users.ids),
            (today.papers.ids, data.papers.ids),
            (today.authors.ids, data.authors.ids),
        )
    )
    reading, follows = data.interactions, data.follows
    readers, read = users[reading.user_rows], papers[reading.paper_rows]
    known = today.interactions
    # A deed that is new here but old by its time is no news: an import in disorder has many.
    new = ~_among(readers, read, known.user_rows, known.paper_rows)
    new &= ~(reading.times <= _latest(known.times))
    asked = new & (readers >= 0) & (read >= 0) & (reading.kinds != _DISMISSED)
    able = np.unique(reading.user_rows[asked])
    held = np.random.default_rng(seed).permutation(able)[: (len(able) + 1) // 2]
    if len(held) < FEWEST_READERS:
        return None
    followers, followed = users[follows.user_rows], authors[follows.author_rows]
    newly = ~_among(followers, followed, today.follows.user_rows, today.follows.author_rows)
    before = replace(
        data,
        interactions=reading[~(new & np.isin(reading.user_rows, held))],
        follows=follows[~(newly & np.isin(follows.user_rows, held))],
    )
    of_reader = (reading.paper_rows[asked & (reading.user_rows == row)] for row in held)
    return News(
        before=before,
        readers=_ids(data.users.ids, held),
        read=tuple(_ids(data.papers.ids, np.unique(rows)) for rows in of_reader),
        papers=_ids(data.papers.ids, np.flatnonzero(papers >= 0)),
    )


def judge_by_news(news: News, today: LoadedModel, trainer: Trainer) -> Finding:
    """Train on all but the news, and ask both models what the readers read."""
    candidate = trainer.train(news.before, frozenset({"papers"})).model
    new, old = _ndcg(candidate, news), _ndcg(today.model, news)
    difference = estimate_means((new - old)[:, None], seed=trainer.seed)[0]
    worse = difference.high < 0.0
    return Finding(
        f"papers: {len(new)} readers have read something that {today.version} does not know of; "
        f"the new training finds it with {_METRIC} {new.mean():.4f}, today's model with "
        f"{old.mean():.4f}; the difference of {difference.value:+.4f} has the 95 % interval "
        f"{difference.low:+.4f} to {difference.high:+.4f}, "
        f"{'all of it' if worse else 'not all of it'} below zero",
        worse,
    )


def judge_by_records(task: str, today: Manifest, metrics: Mapping[str, float]) -> Finding | None:
    """Compare what both trainings noted; None where one of them had nothing to note."""
    name = f"{task}.{_METRIC}"
    figures = [
        noted.get(key) for key in (name, name + MARGIN) for noted in (today.metrics, metrics)
    ]
    known = [figure for figure in figures if figure is not None]
    if len(known) < len(figures):
        return None
    old, new, *margins = known
    tolerance = math.hypot(*margins)
    worse = new < old - tolerance
    return Finding(
        f"{task}: on the holdouts of their own trainings the new model has {_METRIC} {new:.4f} "
        f"and {today.version} {old:.4f}; by the 95 % intervals of both, chance may take away "
        f"{tolerance:.4f}, and {'more' if worse else 'no more'} than that is missing",
        worse,
    )


def judge_data(today: Manifest, data: Dataset) -> Finding | None:
    """Whether the data is much the same as today's; None where it is.

    Data that has grown makes no model worse, but its figures are of another kind. Data that was
    lost does, or somebody should know.
    """
    counts = row_counts(data)
    for name in _COUNTED:
        before, now = today.counts[name], counts[name]
        if abs(now - before) > _ALIKE * max(before, now):
            lost = now < before
            return Finding(
                f"data: there {'are only' if lost else 'are'} {now:,} {name}, and {before:,} when "
                f"{today.version} was trained",
                worse=lost,
            )
    return None


def pass_gate(
    today: LoadedModel, data: Dataset, trainer: Trainer
) -> tuple[Trained, tuple[Finding, ...]]:
    """Train a model that is no worse than today's; the findings say by what.

    What is found out early saves the rest: a training for papers alone comes before the whole.

    Raises
    ------
    WorseModel
        It is worse, or data was lost.
    """
    found, today_data = [judge_data(today.manifest, data)], today.model.dataset
    _refuse_worse(found)
    news = news_of(today_data, data, seed=trainer.seed)
    if news is not None:
        found.append(judge_by_news(news, today, trainer))
        _refuse_worse(found)
    trained = trainer.train(data)
    if found[0] is None:  # much the same data: the figures of both can be compared
        tasks = ("papers", "collaborators") if news is None else ("collaborators",)
        found += [judge_by_records(task, today.manifest, trained.metrics) for task in tasks]
        _refuse_worse(found)
    return trained, tuple(finding for finding in found if finding is not None)


def _refuse_worse(findings: Iterable[Finding | None]) -> None:
    worse = [finding.text for finding in findings if finding is not None and finding.worse]
    if worse:
        raise WorseModel(
            f"not published, today's model stays: {'; '.join(worse)}. "
            "Look into it; --force publishes in spite of it"
        )


_DISMISSED = INTERACTION_KINDS.index("dismiss")


def _latest(times: np.ndarray) -> np.datetime64:
    known = times[~np.isnat(times)]
    return known.max() if len(known) else UNKNOWN_TIME


def _among(
    left: np.ndarray, right: np.ndarray, known_left: np.ndarray, known_right: np.ndarray
) -> np.ndarray:
    """(n,) bool: which pairs of rows are known; what has no row is not."""
    known = known_left.astype(np.int64) << 32 | known_right.astype(np.int64)
    pairs = left.astype(np.int64) << 32 | right.astype(np.int64)
    return np.isin(pairs, known) & (left >= 0) & (right >= 0)


def _ids(vocabulary: Vocabulary, rows: np.ndarray) -> tuple[str, ...]:
    return tuple(vocabulary[row] for row in rows.tolist())


def _ndcg(model: Model, news: News) -> np.ndarray:
    """(n,) how well the model finds what each of the readers read."""
    ids = model.dataset.papers.ids
    readers = model.readers().users(model.dataset.users.ids.rows(news.readers))
    asked = np.repeat(np.arange(len(news.read)), [len(read) for read in news.read])
    rows = ids.rows([paper for read in news.read for paper in read])
    relevant = filled(asked, rows, (len(news.read), len(ids)))
    task = Task(readers, relevant, ANY_PAPER.out(readers), np.sort(ids.rows(news.papers)))
    ranker = Ranker(model.paper_scorers, model.paper_blend)
    table = measure(task, ranker, (), (_LENGTH,), capped_recall=False, singles=False)
    return table[_METRIC].to_numpy()
