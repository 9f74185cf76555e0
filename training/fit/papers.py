"""All scorers over papers, from everything a dataset has.

In: a dataset with its signals and texts. Out: paper scorers. A signal that the dataset lacks
makes no scorer.
"""

from __future__ import annotations

from collections.abc import Iterator

from recsys.data.dataset import Dataset
from recsys.features.signals import Signals
from recsys.models.scorer import Scorer
from training.fit.als import fit_als
from training.fit.asked import fit_asked
from training.fit.circles import fit_circles
from training.fit.groups import fit_categories
from training.fit.hybrid import fit_hybrid
from training.fit.linear import fit_linear
from training.fit.neighbors import fit_bridge, fit_neighbors
from training.fit.priors import fit_priors
from training.fit.text import Texts
from training.progress import Stages
from training.settings import TrainingSettings


def fit_papers(
    dataset: Dataset,
    signals: Signals,
    texts: Texts,
    settings: TrainingSettings,
    *,
    seed: int,
    threads: int,
    stages: Stages,
) -> Iterator[Scorer]:
    """Paper scorers: behaviour and text together, then each signal for itself."""
    for name, chosen in (("als", settings.als), ("als_coarse", settings.als_coarse)):
        stages.stage(f"implicit ALS, {chosen.factors} factors")
        yield fit_als(name, signals, texts.space, chosen, seed=seed, threads=threads)
    if signals.liked.nnz:
        yield from _from_reading(signals, texts, settings, threads=threads, stages=stages)
    epochs = stages.stage("LightFM hybrid")
    hybrid = fit_hybrid(
        dataset, signals, texts.topics.papers, settings.lightfm, seed=seed, on_epoch=epochs
    )
    if hybrid is not None:
        yield hybrid
    if texts.space.papers.nnz:
        yield from (texts.profile, texts.words, texts.topics)
    if texts.encoded is not None:
        yield texts.encoded
    if dataset.papers.categories.nnz:
        yield fit_categories(dataset.papers.categories)
    if texts.mentions is not None:
        stages.stage("topics in words")
        yield from fit_asked(dataset, signals, texts, texts.mentions)
    yield from fit_circles(dataset, signals, settings.signals)
    yield from fit_priors(dataset, signals, settings.signals)


def _from_reading(
    signals: Signals, texts: Texts, settings: TrainingSettings, *, threads: int, stages: Stages
) -> Iterator[Scorer]:
    stages.stage("implicit item-kNN")
    chosen = settings.neighbors
    knn = fit_neighbors(signals.liked, neighbors=chosen.neighbors, threads=threads)
    yield knn
    if texts.space.papers.nnz:
        yield fit_bridge(knn, texts.space, neighbors=chosen.by_text, threads=threads)
    stages.stage("linear model")
    linear = fit_linear(signals.liked, settings.linear)
    if linear is not None:
        yield linear
