"""What a ranking must beat: plain methods, measured beside it in every report.

In: a model, for its signals and text. Out: baseline scorers for each task.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy import sparse

from recsys.features.signals import fade
from recsys.models.circles import Circle, CirclePaperScorer, CircleScorer
from recsys.models.model import Model
from recsys.models.scorer import Scorer
from recsys.models.text_profile import TextProfileScorer, WordsScorer
from recsys.models.walks import WalkScorer
from training.fit.circles import ones_like, unit_sums
from training.fit.collaborators import adamic_adar_ties


def paper_baselines(model: Model) -> Iterator[Scorer]:
    """Newest papers of co-authors, those written with more and later first; a text profile."""
    signals = model.signals
    if signals.coauthors.nnz:
        known = Circle("coauthor", "profile", (signals.coauthors,))
        newest = fade(model.dataset.ages_days(), 365.0)
        writers = sparse.diags(newest) @ signals.authorship.T
        yield CirclePaperScorer("baseline: newest of co-authors", known, writers.tocsr())
    if model.text.papers.nnz:
        everything = np.ones(len(model.text.terms), dtype=bool)
        texts = model.text.papers
        yield TextProfileScorer("baseline: text profile", texts, texts, everything)


def author_baselines(model: Model) -> Iterator[Scorer]:
    """Common neighbours, Adamic-Adar, and a time-decayed random walk with restart."""
    coauthors = model.signals.coauthors
    if coauthors.nnz:
        together = ones_like(coauthors)
        yield CircleScorer(
            "baseline: common neighbours",
            Circle("shared_coauthor", "profile", (together, together)),
        )
        yield CircleScorer(
            "baseline: Adamic-Adar",
            Circle("shared_coauthor", "profile", adamic_adar_ties(coauthors)),
        )
        yield WalkScorer(
            "baseline: decayed random walk",
            unit_sums(coauthors),
            restart=0.3,
            steps=4,
            follow_weight=0.0,
        )


def query_baselines(model: Model) -> Iterator[Scorer]:
    """BM25 and tf-idf, with no word of who wrote it or who read it."""
    for scorer in model.paper_scorers:
        if isinstance(scorer, WordsScorer):
            yield replace(scorer, name="baseline: BM25")
        if isinstance(scorer, TextProfileScorer):
            yield replace(scorer, name="baseline: tf-idf")
