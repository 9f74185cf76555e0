"""What each model and each signal adds: the same questions, answered without it.

In: a trained model with the lesson of its blend, and the dataset. Out: `Ablated`, the figures
without each thing and how they differ from the whole, person by person.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from recsys.data.dataset import Dataset
from recsys.evaluation.bootstrap import Estimate, estimate_means
from recsys.evaluation.task import Step
from recsys.models.blend import Blend
from recsys.models.model import Model
from training.dataset_signals import Part, signals_of
from training.fit.blend import learn
from training.fit.lesson import BlendSettings, Lesson
from training.pipeline import Trainer
from training.progress import Named

Ablation = Literal["models", "signals"]
WITHOUT = "without "  # tells a blend without a model from the model
# What one model leaves out another may hold: these go together as well as one by one.
FAMILIES = {
    "both ALS": {"als", "als_coarse"},
    "both item-kNN": {"knn", "bridge"},
    "all of text": {"text", "words", "topics"},
    "all of co-authors": {
        "coauthors",
        "coauthors_shared",
        "team",
        "habit",
        "from_team",
    },
    "both of two steps": {"two_steps", "from_team_far"},
    "all of follows": {"followed", "followed_new", "followed_circle", "followed_reading"},
    "all that waits for typed words": {"words", "nearby", "experts"},
    "all that is the same for everyone": {"new", "popular", "venue_standing"},
    "all over co-authors to people": {"walk", "walk_lately", "adamic_adar"},
    "all of others' follows": {"follows_back", "followed_together"},
}
# The learning curve of the blend: what of its questions is left out, and one of how many stays.
SHORTER_LESSONS = {
    "half of the lesson": 2,
    "three quarters of the lesson": 4,
    "seven eighths of the lesson": 8,
}


@dataclass(frozen=True)
class Ablated:
    """The blend without one thing.

    Attributes
    ----------
    without : str
        A model, a family of models, or a signal.
    asked : int
        How many were asked: an even draw where many are.
    results : dict of metric to mean
    differences : dict of metric to Estimate
        Less the blend of everything, paired by who asked: negative where the thing helps.
    """

    kind: Ablation
    without: str
    asked: int
    results: dict[str, float]
    differences: dict[str, Estimate]


def blends_without(
    lesson: Lesson, served: Blend, settings: BlendSettings, on_blend: Step
) -> dict[str, Blend]:
    """Weights learned again on the same holdout without each scorer, and each family of them.

    The scorers themselves are not fitted again. A blend is one of the same scorers as `served`,
    in which those that are left out weigh nothing.
    """
    dropped = {name: {name} for name in lesson.names}
    dropped |= {name: one for name, one in FAMILIES.items() if len(one & {*lesson.names}) > 1}
    blends = {}
    for done, (name, members) in enumerate(dropped.items(), start=1):
        weighed = [i for i, scorer in enumerate(served.names) if scorer in members]
        if served.weights[:, :, weighed].any():
            rest = learn(lesson.without(members), settings)
            blends[WITHOUT + name] = replace(served, weights=_spread(rest, served))
        else:  # what got no weight with it is the best without it, too
            blends[WITHOUT + name] = served
        on_blend(done, len(dropped))
    return blends


def blends_of_less(lesson: Lesson, served: Blend, settings: BlendSettings) -> dict[str, Blend]:
    """Weights learned again on fewer questions of the same holdout: would more of them help?"""
    return {
        WITHOUT + name: replace(
            served, weights=_spread(learn(lesson.one_of(whole), settings), served)
        )
        for name, whole in SHORTER_LESSONS.items()
    }


def _spread(rest: Blend, served: Blend) -> np.ndarray:
    """The weights of some scorers at their places among all; the others weigh nothing."""
    places = [place for place, name in enumerate(served.names) if name in rest.names]
    told = [rest.names.index(served.names[place]) for place in places]
    weights = np.zeros_like(served.weights)
    weights[:, :, places] = rest.weights[:, :, told]
    return weights


def models_without(trainer: Trainer, dataset: Dataset, part: Part) -> Iterator[tuple[str, Model]]:
    """Models trained on the dataset without each of the signals that it has, one at a time."""
    signals = signals_of(dataset, part)
    for count, signal in enumerate(signals, start=1):
        run = f"without {signal.name} ({count} of {len(signals)})"
        again = replace(trainer, stages=Named(trainer.stages, run), keeps_lessons=False)
        yield signal.name, again.train(signal.without(dataset), frozenset({part})).model


def compare(
    kind: Ablation, without: str, less: pd.DataFrame, whole: pd.DataFrame, seed: int
) -> Ablated:
    """Two measurements of the same people, in the same order; columns are metrics."""
    gaps = estimate_means(less.to_numpy() - whole.to_numpy(), seed=seed)
    means = {str(metric): float(value) for metric, value in less.mean().items()}
    return Ablated(kind, without, len(less), means, dict(zip(means, gaps, strict=True)))
