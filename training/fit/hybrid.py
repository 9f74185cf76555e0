"""LightFM: people and papers as sums of their features.

In: a dataset with its signals, text topics. Out: a `FeatureScorer` that represents new users
and papers from their features alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from lightfm import LightFM
from scipy import sparse

from recsys.data.dataset import Dataset
from recsys.evaluation.task import Step, unwatched
from recsys.features.signals import Signals
from recsys.models.factors import FeatureScorer
from recsys.models.placing import PaperFeatures
from recsys.models.readers import ReaderSource, take_rows
from training.fit.circles import unit_sums
from training.lots import cast_lots, lowest


@dataclass(frozen=True)
class HybridSettings:
    """Settings of the LightFM hybrid.

    `threads` is not among them: LightFM's updates race, so that only one thread gives the same
    model twice.
    """

    components: int = 48
    epochs: int = 12
    learning_rate: float = 0.05
    topics: int = 24
    most_pairs: int = 120_000


def fit_hybrid(
    dataset: Dataset,
    signals: Signals,
    topics: np.ndarray,
    settings: HybridSettings,
    *,
    seed: int,
    on_epoch: Step = unwatched,
) -> FeatureScorer | None:
    """Learn from what users read and wrote; None where nobody did either.

    Parameters
    ----------
    topics : (n_papers, n_topics) float32
        Dense text vectors, whose leading columns become features.
    """
    everyone = np.arange(len(dataset.users))
    readers = ReaderSource(dataset, signals, 0).users(everyone)
    pairs = _drawn(readers.interests().tocoo(), dataset, settings.most_pairs, seed)
    if not pairs.nnz:
        return None
    coauthors = unit_sums(signals.coauthors)
    user_parts = _user_features(dataset, signals, coauthors)
    paper_features = _paper_features(dataset, signals, pairs, topics[:, : settings.topics])
    model = LightFM(
        no_components=settings.components,
        loss="warp",
        learning_rate=settings.learning_rate,
        random_state=seed,
    )
    # Only rows that are trained on are handed over: LightFM walks all of them each epoch.
    users = np.unique(pairs.row)
    rows = np.searchsorted(users, pairs.row)
    cells = sparse.coo_matrix(
        (np.ones(pairs.nnz, dtype=np.float32), (rows, pairs.col)), (len(users), pairs.shape[1])
    )
    user_features = sparse.hstack(user_parts, format="csr")[users].astype(np.float32)
    for epoch in range(settings.epochs):
        model.fit_partial(
            cells,
            user_features=user_features,
            item_features=paper_features,
            epochs=1,
            num_threads=1,
        )
        on_epoch(epoch + 1, settings.epochs)
    return _scorer(model, dataset, paper_features, user_features, coauthors)


def _scorer(
    model: LightFM,
    dataset: Dataset,
    paper_features: sparse.csr_matrix,
    user_features: sparse.csr_matrix,
    coauthors: sparse.csr_matrix,
) -> FeatureScorer:
    # A feature no training user had still holds its random start: it must say nothing.
    used = np.bincount(user_features.indices, minlength=user_features.shape[1]) > 0
    factors = np.where(used[:, None], model.user_embeddings, 0.0).astype(np.float32)
    n_users, n_authors = len(dataset.users), len(dataset.authors)
    borders = n_users + n_authors * np.arange(3)
    user, profile, coauthor, followed = np.split(factors, borders)
    return FeatureScorer(
        name="lightfm",
        user_factors=user,
        profile_factors=profile,
        coauthor_factors=coauthor,
        followed_factors=followed,
        paper_factors=(paper_features @ model.item_embeddings).astype(np.float32),
        paper_bias=(paper_features @ model.item_biases).astype(np.float32),
        coauthors=coauthors,
        features=_features_of_papers(model, dataset),
    )


def _features_of_papers(model: LightFM, dataset: Dataset) -> PaperFeatures:
    """What `_paper_features` weigh, but for what is a paper's own."""
    both = np.column_stack([model.item_embeddings, model.item_biases]).astype(np.float32)
    sizes = len(dataset.papers), len(dataset.authors), len(dataset.papers.category_names)
    _, authors, categories, topics = np.split(both, np.cumsum(sizes))
    return PaperFeatures(authors, categories, topics)


def _user_features(
    dataset: Dataset, signals: Signals, coauthors: sparse.csr_matrix
) -> list[sparse.csr_matrix]:
    claimed = dataset.users.author_rows
    profiles = sparse.identity(len(dataset.authors), dtype=np.float32, format="csr")
    return [
        sparse.identity(len(dataset.users), dtype=np.float32, format="csr"),
        take_rows(profiles, claimed),
        take_rows(coauthors, claimed),
        unit_sums(signals.follows),
    ]


def _paper_features(
    dataset: Dataset, signals: Signals, pairs: sparse.coo_matrix, topics: np.ndarray
) -> sparse.csr_matrix:
    """Identity only where somebody read the paper: an unread one is its features alone."""
    read = np.bincount(pairs.col, minlength=len(dataset.papers)) > 0
    identity = sparse.diags(read.astype(np.float32), format="csr")
    authors = unit_sums(signals.authorship.T.tocsr())
    categories = unit_sums(dataset.papers.categories)
    parts = [identity, authors, categories, sparse.csr_matrix(topics.astype(np.float32))]
    return sparse.hstack(parts, format="csr").astype(np.float32)


def _drawn(pairs: sparse.coo_matrix, dataset: Dataset, most: int, seed: int) -> sparse.coo_matrix:
    """At most `most` of the pairs, drawn evenly."""
    users, papers = cast_lots(dataset.users.ids, seed), cast_lots(dataset.papers.ids, seed)
    kept = lowest(users[pairs.row] ^ papers[pairs.col], most)
    return sparse.coo_matrix((pairs.data[kept], (pairs.row[kept], pairs.col[kept])), pairs.shape)
