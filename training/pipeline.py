"""The way of a training run: dataset -> signals and text -> scorers -> blends -> model.

In: a `Dataset` and settings. Out: `Trained`, the model with what there is to tell of it. Every
scorer is fitted twice: without a holdout, to learn how to weigh it, and then on everything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from recsys.data.dataset import Dataset
from recsys.evaluation.task import Task
from recsys.features.signals import Signals, build_signals
from recsys.models.factors import FactorScorer
from recsys.models.model import Model
from recsys.models.placing import OtherSide
from recsys.models.scorer import Scorer
from recsys.ranking.ranker import Ranker
from training.dataset_signals import WHOLE, Part, left_out
from training.encoders.encoder import Encoder
from training.fit.ambiguity import Ambiguity, find_ambiguous
from training.fit.collaborators import fit_collaborators
from training.fit.encoded import fit_encoded
from training.fit.lesson import Lesson
from training.fit.mentions import find_mentions
from training.fit.papers import fit_papers
from training.fit.text import Texts, fit_texts
from training.holdout import (
    Holdout,
    hold_out_first_collaborations,
    hold_out_reading,
    hold_out_writing,
    unanswered_authors,
    unanswered_papers,
)
from training.lots import ReaderLots
from training.memory import give_back_large_arrays, give_back_what_is_free
from training.progress import Stages
from training.settings import TrainingSettings
from training.topics import find_topics
from training.weighed import Weighed, nothing_weighed
from training.weigher import Weigher


@dataclass(frozen=True)
class Trained:
    """A model and what there is to tell of its training.

    Attributes
    ----------
    metrics : dict
        Quality on the holdouts, `task.metric` -> value; `encoder.cosine` is that of `Encoded`.
    left_out : tuple of str
        Signals that the dataset did not have, in words.
    lessons : dict of part to Lesson
        What the blends were learned from, where the trainer keeps it.
    ambiguous : Ambiguity or None
        Author ids that stand for several people; None where authors were not asked for.
    """

    model: Model
    metrics: dict[str, float]
    left_out: tuple[str, ...]
    lessons: dict[Part, Lesson]
    ambiguous: Ambiguity | None

    def ambiguous_ids(self) -> dict[str, Any]:
        """As `Ambiguity.told`; empty where authors were not asked for."""
        ids = self.model.dataset.authors.ids
        return {} if self.ambiguous is None else self.ambiguous.told(ids)


@dataclass(frozen=True)
class Trainer:
    """One training run: the same settings, seed, thread count and encoder give the same model.

    `keeps_lessons` is for those who want to learn other blends from the same holdout; it takes
    as much memory as the second fit does beside it.
    """

    settings: TrainingSettings
    seed: int
    threads: int
    stages: Stages
    keeps_lessons: bool = False
    encoder: Encoder | None = None

    # More threads of BLAS slow down small problems many times over, and sums change order.
    @threadpool_limits.wrap(limits=1, user_api="blas")
    def train(self, dataset: Dataset, parts: frozenset[Part] = WHOLE) -> Trained:
        """Fit, weigh and assemble a model.

        Parameters
        ----------
        parts : frozenset of "papers" and "authors"
            What the model must be able to rank; the scorers of the rest are left out.
        """
        give_back_large_arrays()
        give_back_what_is_free()
        lots = ReaderLots.of(dataset, self.seed)
        weigher = Weigher(
            self.settings, lots, self.seed, self.threads, self.stages, self.keeps_lessons
        )
        texts, metrics = self._texts(dataset, parts)
        signals = build_signals(dataset, self.settings.signals)
        papers = authors = Weighed(nothing_weighed(), {})
        ambiguous = None
        paper_scorers: tuple[Scorer, ...] = ()
        author_scorers: tuple[Scorer, ...] = ()
        if "papers" in parts:
            paper_scorers, papers = self._papers(dataset, signals, texts, weigher)
        if "authors" in parts:
            ambiguous = self._ambiguous(dataset, signals, texts)
            author_scorers, authors = self._authors(dataset, signals, texts, ambiguous, weigher)
        model = Model(
            dataset=dataset,
            signals=signals,
            text=texts.space,
            paper_scorers=paper_scorers,
            paper_blend=papers.blend,
            author_scorers=author_scorers,
            author_blend=authors.blend,
        )
        both: dict[Part, Weighed] = {"papers": papers, "authors": authors}
        lessons = {part: made.lesson for part, made in both.items() if made.lesson is not None}
        metrics |= papers.metrics | authors.metrics
        return Trained(model, metrics, left_out(dataset), lessons, ambiguous)

    def fit_papers(self, dataset: Dataset, signals: Signals, texts: Texts) -> tuple[Scorer, ...]:
        """The paper scorers of one dataset, be it whole or without a holdout."""
        return tuple(
            fit_papers(
                dataset,
                signals,
                texts,
                self.settings,
                seed=self.seed,
                threads=self.threads,
                stages=self.stages,
            )
        )

    def _texts(self, dataset: Dataset, parts: frozenset[Part]) -> tuple[Texts, dict[str, float]]:
        """All that is known of words, encoded once for the holdout and the whole."""
        self.stages.stage("text")
        texts = fit_texts(dataset.papers, self.settings.text, seed=self.seed)
        if "papers" not in parts or not texts.space.papers.nnz:
            return texts, {}
        texts = replace(texts, mentions=find_mentions(dataset, texts.space.papers))
        if self.encoder is None:
            return texts, {}
        step = self.stages.stage("encode")
        encoded = fit_encoded(dataset.papers, texts.space, self.encoder, step)
        metrics = {} if encoded.cosine is None else {"encoder.cosine": encoded.cosine}
        scorer = replace(encoded.scorer, dislike_weight=self.settings.text.dislike_weight)
        return replace(texts, encoded=scorer), metrics

    def _ambiguous(self, dataset: Dataset, signals: Signals, texts: Texts) -> Ambiguity:
        self.stages.stage("author ids of several people")
        topics, largest = texts.topics.papers, self.settings.signals.largest_team
        return find_ambiguous(signals, topics, dataset.ages_days(), largest, seed=self.seed)

    def _papers(
        self, dataset: Dataset, signals: Signals, texts: Texts, weigher: Weigher
    ) -> tuple[tuple[Scorer, ...], Weighed]:
        n_terms = len(texts.space.terms)
        holdout = hold_out_reading(dataset, self.seed) or hold_out_writing(dataset, self.seed)
        if holdout is None:
            scorers = self.fit_papers(dataset, signals, texts)
            task = unanswered_papers(dataset, signals, n_terms)
            tasks = {"papers": task}
            return scorers, weigher.weigh("papers", scorers, tasks, unread(signals))
        weighed = self._weighed_papers(dataset, holdout, texts, weigher)
        give_back_what_is_free()
        scorers = self.fit_papers(dataset, signals, texts)
        askers = holdout.readers(dataset, signals, n_terms)
        return scorers, weigher.refitted(weighed, scorers, askers, unread(signals))

    def _weighed_papers(
        self, dataset: Dataset, holdout: Holdout, texts: Texts, weigher: Weigher
    ) -> Weighed:
        """Learn from what was held out of the feed, and from topics in words where there are any.

        A paper that asks for a topic is not heard in the answer.
        """
        kept = build_signals(holdout.dataset, self.settings.signals)
        tasks = {"papers": holdout.paper_task(kept, len(texts.space.terms))}
        if texts.mentions is not None and (topics := find_topics(dataset, texts.mentions)):
            tasks["topics"] = topics.task(holdout.dataset, kept, texts.space)
            texts = replace(texts, mentions=texts.mentions.without(topics.asking))
        scorers = tuple(map(_for_scoring, self.fit_papers(holdout.dataset, kept, texts)))
        return weigher.weigh("papers", scorers, tasks, unread(kept))

    def _authors(
        self,
        dataset: Dataset,
        signals: Signals,
        texts: Texts,
        ambiguous: Ambiguity,
        weigher: Weigher,
    ) -> tuple[tuple[Scorer, ...], Weighed]:
        n_terms, kinds = len(texts.space.terms), np.zeros(len(dataset.authors), dtype=np.int8)
        holdout = hold_out_first_collaborations(dataset)
        if holdout is None:
            scorers = self._fit_authors(dataset, signals, texts, ambiguous)
            today = unanswered_authors(dataset, signals, n_terms)
            weighed = weigher.weigh("authors", scorers, {"collaborators": today}, kinds)
        else:
            weighed = self._weighed_authors(holdout, texts, ambiguous, weigher)
            scorers = self._fit_authors(dataset, signals, texts, ambiguous)
            today = unanswered_authors(dataset, signals, n_terms, holdout.asker_rows)
            weighed = weigher.refitted(weighed, scorers, today.readers, kinds)
        return scorers, _damped(scorers, weighed, ambiguous, today, weigher)

    def _weighed_authors(
        self, holdout: Holdout, texts: Texts, ambiguous: Ambiguity, weigher: Weigher
    ) -> Weighed:
        """Learn from who wrote together for the first time."""
        kept = build_signals(holdout.dataset, self.settings.signals)
        scorers = self._fit_authors(holdout.dataset, kept, texts, ambiguous)
        tasks = {"collaborators": holdout.author_task(kept, len(texts.space.terms))}
        kinds = np.zeros(len(holdout.dataset.authors), dtype=np.int8)
        return weigher.weigh("authors", scorers, tasks, kinds)

    def _fit_authors(
        self, dataset: Dataset, signals: Signals, texts: Texts, ambiguous: Ambiguity
    ) -> tuple[Scorer, ...]:
        """The author scorers of one dataset, be it whole or without a holdout."""
        certainty = ambiguous.damping().of(np.arange(len(dataset.authors)))
        how = self.settings.signals
        return tuple(fit_collaborators(dataset, signals, texts, how, certainty))


def _for_scoring(scorer: Scorer) -> Scorer:
    """Without the half of a factorisation that places new papers: a holdout meets none."""
    if isinstance(scorer, FactorScorer):
        return replace(scorer, other_side=OtherSide())
    return scorer


def _damped(
    scorers: tuple[Scorer, ...],
    weighed: Weighed,
    ambiguous: Ambiguity,
    today: Task,
    weigher: Weigher,
) -> Weighed:
    """Ids of several people count for less, and so does whom too many lists would show."""
    blend = replace(weighed.blend, damping=ambiguous.damping(), by_writing=True)
    crowded = weigher.cap_popularity(Ranker(scorers, blend), today)
    return replace(weighed, blend=replace(blend, damping=blend.damping.times(crowded)))


def unread(signals: Signals) -> np.ndarray:
    """(n_papers,) int8: 1 where nobody has read the paper; see `Blend.kinds`."""
    n_readers = np.bincount(signals.liked.indices, minlength=signals.liked.shape[1])
    return (n_readers == 0).astype(np.int8)


def signal_counts(model: Model) -> dict[str, int]:
    """How many entries each signal of a model has."""
    parts = {name: getattr(model.signals, name) for name in model.signals.__dataclass_fields__}
    matrices = {name: part for name, part in parts.items() if sparse.issparse(part)}
    return {
        name: int(matrix.nnz) for name, matrix in (matrices | {"text": model.text.papers}).items()
    }
