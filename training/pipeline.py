"""The way of a training run: dataset -> signals and text -> scorers -> blends -> model.

In: a `Dataset` and settings. Out: `Trained`, the model with what there is to tell of it. Every
scorer is fitted twice: without a holdout, to learn how to weigh it, and then on everything.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.data.dataset import Dataset
from recsys.evaluation.measure import BLEND, means, measure
from recsys.evaluation.task import Task
from recsys.features.signals import Signals, build_signals
from recsys.features.text import TextSpace
from recsys.models.blend import Blend
from recsys.models.model import Model
from recsys.models.scorer import Scorer
from recsys.models.text_profile import TextProfileScorer, TopicScorer
from recsys.ranking.ranker import Ranker
from training.fit.als import fit_als
from training.fit.blend import fit_blend
from training.fit.circles import fit_circles
from training.fit.collaborators import fit_collaborators
from training.fit.hybrid import fit_hybrid
from training.fit.neighbors import fit_neighbors
from training.fit.priors import fit_priors
from training.fit.text import fit_text_space, fit_topics
from training.holdout import (
    hold_out_first_collaborations,
    hold_out_reading,
    hold_out_writing,
)
from training.progress import Stages
from training.settings import TrainingSettings

PAPER_PRIOR = {
    "als": 1.0,
    "text": 1.0,
    "topics": 0.5,
    "knn": 0.7,
    "coauthors": 2.0,
    "team": 1.0,
    "two_steps": 0.3,
    "followed": 1.0,
    "followed_circle": 0.3,
    "followed_reading": 0.3,
    "new": 0.1,
    "popular": 0.1,
}
AUTHOR_PRIOR = {
    "walk": 1.0,
    "adamic_adar": 0.3,
    "similar_work": 0.5,
    "followed": 1.0,
    "active": 0.1,
    "venue": 0.1,
    "affiliation": 0.2,
}


@dataclass(frozen=True)
class Trained:
    """A model and what there is to tell of its training.

    Attributes
    ----------
    metrics : dict
        Quality on the holdouts, `task.metric` -> value.
    left_out : tuple of str
        Signals that the dataset did not have, in words.
    """

    model: Model
    metrics: dict[str, float]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Trainer:
    """One training run: the same settings, seed and thread count give the same model."""

    settings: TrainingSettings
    seed: int
    threads: int
    stages: Stages

    def train(self, dataset: Dataset) -> Trained:
        """Fit, weigh and assemble a model."""
        text = self._text(dataset)
        topics = self._topics(text)
        paper_blend, paper_metrics = self._weigh_papers(dataset, text, topics)
        author_blend, author_metrics = self._weigh_authors(dataset, text, topics)
        signals = build_signals(dataset, self.settings.signals)
        model = Model(
            dataset=dataset,
            signals=signals,
            text=text,
            paper_scorers=self._paper_scorers(dataset, signals, text, topics),
            paper_blend=paper_blend,
            author_scorers=tuple(fit_collaborators(dataset, signals, topics)),
            author_blend=author_blend,
        )
        return Trained(model, paper_metrics | author_metrics, left_out(dataset))

    def _text(self, dataset: Dataset) -> TextSpace:
        self.stages.stage("text")
        settings = self.settings.text
        return fit_text_space(
            dataset.papers, min_papers=settings.fewest_papers, most_terms=settings.most_terms
        )

    def _topics(self, text: TextSpace) -> TopicScorer:
        self.stages.stage("topics")
        return fit_topics(text, n_topics=self.settings.text.topics, seed=self.seed)

    def _paper_scorers(
        self, dataset: Dataset, signals: Signals, text: TextSpace, topics: TopicScorer
    ) -> tuple[Scorer, ...]:
        settings = self.settings
        found: list[Scorer] = []
        self.stages.stage("implicit ALS")
        found.append(fit_als(signals, text, settings.als, seed=self.seed, threads=self.threads))
        if signals.liked.nnz:
            self.stages.stage("implicit item-kNN")
            neighbors = settings.neighbors.neighbors
            found.append(fit_neighbors(signals.liked, neighbors=neighbors, threads=self.threads))
        hybrid = fit_hybrid(
            dataset,
            signals,
            topics.papers,
            settings.lightfm,
            seed=self.seed,
            on_epoch=self.stages.stage("LightFM hybrid"),
        )
        if hybrid is not None:
            found.append(hybrid)
        if text.papers.nnz:
            found += [TextProfileScorer("text", text.papers), topics]
        found += fit_circles(dataset, signals, settings.signals)
        found += fit_priors(dataset, signals)
        return tuple(found)

    def _weigh_papers(
        self, dataset: Dataset, text: TextSpace, topics: TopicScorer
    ) -> tuple[Blend, dict[str, float]]:
        holdout = hold_out_reading(dataset, self.seed) or hold_out_writing(dataset, self.seed)
        kept = holdout.dataset if holdout else dataset
        signals = build_signals(kept, self.settings.signals)
        scorers = self._paper_scorers(kept, signals, text, topics)
        task = holdout.paper_task(signals, len(text.terms)) if holdout else None
        return self._weigh(scorers, task, PAPER_PRIOR, "papers")

    def _weigh_authors(
        self, dataset: Dataset, text: TextSpace, topics: TopicScorer
    ) -> tuple[Blend, dict[str, float]]:
        holdout = hold_out_first_collaborations(dataset)
        kept = holdout.dataset if holdout else dataset
        signals = build_signals(kept, self.settings.signals)
        scorers = tuple(fit_collaborators(kept, signals, topics))
        task = holdout.author_task(signals, len(text.terms)) if holdout else None
        return self._weigh(scorers, task, AUTHOR_PRIOR, "collaborators")

    def _weigh(
        self, scorers: tuple[Scorer, ...], task: Task | None, prior: dict[str, float], name: str
    ) -> tuple[Blend, dict[str, float]]:
        """Learn on four fifths of the questions; say how well it does on the fifth."""
        judged = np.arange(len(task) if task else 0) % 5 == 4
        blend = fit_blend(
            scorers,
            task[~judged] if task else None,
            prior,
            self.settings.blend,
            seed=self.seed,
            on_block=self.stages.stage(f"blend for {name}"),
        )
        if task is None or not judged.any():
            return blend, {}
        table = measure(task[judged], Ranker(scorers, blend), (), (20,), capped_recall=False)
        figures = means(table, ["scorer"])[BLEND]
        return blend, {f"{name}.{metric}": value for metric, value in figures.items()}


def left_out(dataset: Dataset) -> tuple[str, ...]:
    """What the dataset did not have, in words."""
    claimed = int((dataset.users.author_rows >= 0).sum())
    lacks = {
        "reading (no interactions)": not len(dataset.interactions),
        "follows": not len(dataset.follows),
        "authorship and co-authorship": not len(dataset.authorships),
        "claimed profiles": not claimed,
        "text (no titles or abstracts)": not len(dataset.papers.titles.text),
        "recency (no dates)": bool(np.isnat(dataset.papers.published).all()),
        "categories": not dataset.papers.categories.nnz,
        "affiliations": not dataset.authors.affiliations.nnz,
    }
    return tuple(signal for signal, lacking in lacks.items() if lacking)
