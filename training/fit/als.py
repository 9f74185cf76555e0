"""Reading, follows, authorship and text in one factorisation.

In: signals and text. Out: a `FactorScorer`. The customer's `implicit` does the work.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from implicit.als import AlternatingLeastSquares
from implicit.utils import ParameterWarning
from scipy import sparse

from recsys.features.signals import Signals
from recsys.features.text import TextSpace, heaviest_terms
from recsys.models.factors import FactorScorer
from recsys.models.placing import OtherSide

_START = 0.01  # of the random numbers to begin with, as in implicit


@dataclass(frozen=True)
class AlsSettings:
    """Settings of the joint factorisation; weights are relative to a saved paper's 1."""

    factors: int = 256
    iterations: int = 10
    regularization: float = 3.0
    confidence: float = 40.0
    term_weight: float = 2.0
    author_weight: float = 1.0
    follow_weight: float = 1.0
    dislike_weight: float = 0.3
    terms_per_paper: int = 40


def fit_als(
    name: str, signals: Signals, text: TextSpace, settings: AlsSettings, *, seed: int, threads: int
) -> FactorScorer:
    """Factorise (users; authors; terms) x (papers; authors as things to follow).

    Papers nobody has read get their factors from their authors and words.
    """
    n_papers = signals.liked.shape[1]
    # Whom nobody follows has no factors: there is nothing to solve for.
    followed = np.flatnonzero(signals.follows.getnnz(axis=0))
    words = heaviest_terms(text.papers, settings.terms_per_paper).T
    no_follows = sparse.csr_matrix((signals.authorship.shape[0] + words.shape[0], len(followed)))
    papers = sparse.vstack(
        [signals.liked, signals.authorship * settings.author_weight, words * settings.term_weight]
    )
    follows = sparse.vstack([signals.follows[:, followed] * settings.follow_weight, no_follows])
    joint = sparse.hstack([papers, follows]).tocsr().astype(np.float32)
    model = AlternatingLeastSquares(
        factors=settings.factors,
        regularization=settings.regularization,
        alpha=settings.confidence,
        iterations=settings.iterations,
        random_state=seed,
        num_threads=threads,
    )
    # The rows are solved first, from the columns alone. Begun at nothing, they draw no numbers:
    # one reader more or less would give all others another start, and so another end.
    model.user_factors = np.zeros((joint.shape[0], settings.factors), dtype=np.float32)
    start = np.random.default_rng(seed).random((joint.shape[1], settings.factors), np.float32)
    model.item_factors = start * np.float32(_START)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ParameterWarning)
        model.fit(joint, show_progress=False)
    columns = np.asarray(model.item_factors, dtype=np.float32)
    author_factors = np.zeros((signals.follows.shape[1], settings.factors), dtype=np.float32)
    author_factors[followed] = columns[n_papers:]
    rows = np.asarray(model.user_factors, dtype=np.float32)
    _, authors, terms = np.split(rows, np.cumsum([signals.liked.shape[0], len(author_factors)]))
    return FactorScorer(
        name=name,
        paper_factors=columns[:n_papers],
        author_factors=author_factors,
        precision=_precision(columns, settings),
        confidence=settings.confidence,
        follow_weight=settings.follow_weight,
        dislike_weight=settings.dislike_weight,
        other_side=OtherSide(
            author_factors=authors.astype(np.float16),
            term_factors=terms.astype(np.float16),
            precision=_precision(rows, settings),
            author_weight=settings.author_weight,
            term_weight=settings.term_weight,
            terms_per_paper=settings.terms_per_paper,
        ),
    )


def _precision(factors: np.ndarray, settings: AlsSettings) -> np.ndarray:
    gram = factors.T @ factors + settings.regularization * np.eye(settings.factors)
    return np.linalg.inv(gram).astype(np.float32)
