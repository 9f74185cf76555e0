"""A trained model: what it knows, how it scores, how it weighs.

In: what training made. Out: `Model`, the one object that is published, loaded and asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.data.dataset import Dataset
from recsys.features.signals import Signals
from recsys.features.text import TextSpace
from recsys.models.blend import Blend
from recsys.models.readers import ReaderSource
from recsys.models.scorer import Scorer
from recsys.models.text_profile import TopicScorer


@dataclass(frozen=True)
class Model:
    """Everything needed to answer.

    Attributes
    ----------
    paper_scorers, author_scorers : tuple of Scorer
        In the order of the blend beside them.
    """

    dataset: Dataset
    signals: Signals
    text: TextSpace
    paper_scorers: tuple[Scorer, ...]
    paper_blend: Blend
    author_scorers: tuple[Scorer, ...]
    author_blend: Blend

    def readers(self) -> ReaderSource:
        """Looks up people in this model's signals."""
        return ReaderSource(self.dataset, self.signals, len(self.text.terms))

    def topics(self) -> TopicScorer:
        """What the papers are about: the first dense space there is; else one of zeros."""
        for scorer in self.paper_scorers:
            if isinstance(scorer, TopicScorer):
                return scorer
        papers, terms = (np.zeros((n, 1), dtype=np.float32) for n in self.text.papers.shape)
        return TopicScorer("topics", papers, papers, terms)
