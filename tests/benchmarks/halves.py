"""How well nearness finds the same work: half of an author's papers asks for the other half.

In: a dataset. Out: `Ratio`s of the mean reciprocal rank to that of each part of nearness alone.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from recsys.data.dataset import Dataset
from recsys.features.signals import build_signals
from recsys.models.circles import without
from recsys.models.model import Model
from recsys.models.readers import Readers, ReaderSource, one_hot
from recsys.models.scorer import Scorer
from recsys.ranking.near import near_ranker
from recsys.ranking.ranker import Ranker
from tests.benchmarks.ratio import Ratio
from training.fit.collaborators import fit_collaborators
from training.fit.text import fit_texts
from training.pipeline import nothing_weighed
from training.settings import TrainingSettings

_MOST_ASKED, _PER_BLOCK = 600, 16
_FEWEST_PAPERS, _MOST_PAPERS = 6, 60


def halves_ratios(dataset: Dataset) -> list[Ratio]:
    """Each of some authors asks with half of their papers among all authors, and stands there with
    the other half. Co-authors, who have the same papers, are out.
    """
    settings = TrainingSettings()
    asked, taken = _draw(dataset, seed=0)
    kept = replace(dataset, authorships=dataset.authorships[~taken])
    texts = fit_texts(dataset.papers, settings.text, seed=0)
    whole, rest = (build_signals(one, settings.signals) for one in (dataset, kept))
    scorers = tuple(fit_collaborators(kept, rest, texts, settings.signals))
    nothing = nothing_weighed()
    kinds = np.zeros(len(dataset.authors), dtype=np.int8)
    model = Model(kept, rest, texts.space, (), nothing, scorers, replace(nothing, kinds=kinds))
    halves = (whole.authorship - rest.authorship)[asked]
    source = ReaderSource(dataset, whole, len(texts.space.terms))
    written = source.of(np.full(len(asked), -1), asked).written.multiply(halves).tocsr()
    readers = replace(source.strangers(len(asked)), written=written)
    together = (whole.authorship[asked] @ whole.authorship.T).tocsr()
    out = without(together, one_hot(asked, together.shape[1]))
    near = near_ranker(model)
    found = _reciprocal_ranks(near, readers, asked, out)
    return [
        Ratio(
            f"half an author finds the other / by {scorer.name} alone",
            found,
            _reciprocal_ranks(_alone(near, scorer), readers, asked, out),
            "MRR",
        )
        for scorer in near.scorers
    ]


def _draw(dataset: Dataset, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Some authors, and which authorships, half of theirs, they ask with."""
    rng, written = np.random.default_rng(seed), dataset.authorships
    n_papers = np.bincount(written.author_rows, minlength=len(dataset.authors))
    enough = np.flatnonzero((n_papers >= _FEWEST_PAPERS) & (n_papers <= _MOST_PAPERS))
    asked = np.sort(rng.permutation(enough)[:_MOST_ASKED])
    order = rng.permutation(len(written))
    taken = np.zeros(len(written), dtype=bool)
    for author in asked:
        theirs = order[written.author_rows[order] == author]
        taken[theirs[::2]] = True
    return asked, taken


def _alone(near: Ranker, scorer: Scorer) -> Ranker:
    weights = near.blend.weights.copy()
    weights[:, :, [one.name != scorer.name for one in near.scorers]] = 0.0
    return Ranker(near.scorers, replace(near.blend, weights=weights))


def _reciprocal_ranks(
    ranker: Ranker, readers: Readers, asked: np.ndarray, out: sparse.csr_matrix
) -> float:
    """The mean over those who ask of 1 / the place at which they find themselves."""
    found, everyone = [], np.arange(out.shape[1])
    for start in range(0, len(asked), _PER_BLOCK):
        block = slice(start, start + _PER_BLOCK)
        total = ranker.score(readers[block], everyone, out[block]).total
        own = total[np.arange(len(total)), asked[block]]
        found += (1.0 / (1.0 + (total > own[:, None]).sum(axis=1))).tolist()
    return float(np.mean(found))
