"""Papers as a sentence model reads them, and where each word points in its space.

In: papers, the text space, an `Encoder`. Out: `Encoded`: a `TopicScorer` that needs the encoder
no more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import Ridge

from recsys.data.dataset import Papers
from recsys.evaluation.task import Step
from recsys.features.cleaning import plain
from recsys.features.text import TextSpace
from recsys.models.text_profile import TopicScorer, unit_length
from training.encoders.encoder import Encoder

_RIDGE = 1.0
_ROUNDS = 30
_HELD_OUT = 10  # each tenth paper tells how good the map of words is


@dataclass(frozen=True)
class Encoded:
    """The scorer, and how far its words can be trusted.

    Attributes
    ----------
    cosine : float or None
        Mean cosine between where the words of a paper point and where the encoder puts it,
        over papers that the map of words has not seen; None where there are too few.
    """

    scorer: TopicScorer
    cosine: float | None


def fit_encoded(papers: Papers, space: TextSpace, encoder: Encoder, on_block: Step) -> Encoded:
    """Encode titles and abstracts, and learn the map from tf-idf rows to the vectors.

    The mean of all papers is taken off: what they all share tells none from another. A paper
    without text is nowhere. At least one paper has words of the space.

    References
    ----------
    Hoerl and Kennard, "Ridge regression" (1970); Mu and Viswanath, "All-but-the-top" (2018).
    """
    pairs = zip(papers.titles, papers.abstracts, strict=True)
    texts = [plain(f"{title}\n{abstract}").strip() for title, abstract in pairs]
    written = np.flatnonzero([bool(text) for text in texts])
    found = encoder.encode([texts[row] for row in written], on_block)
    vectors = np.zeros((len(texts), found.shape[1]), dtype=np.float32)
    vectors[written] = unit_length(found - found.mean(axis=0))
    terms, cosine = _map_words(space, vectors, written)
    return Encoded(TopicScorer("encoder", vectors, vectors, terms), cosine)


def _map_words(
    space: TextSpace, vectors: np.ndarray, written: np.ndarray
) -> tuple[np.ndarray, float | None]:
    """(n_terms, n_dimensions) float32 directions of terms, and `Encoded.cosine`."""
    held = np.arange(len(written)) % _HELD_OUT == _HELD_OUT - 1
    seen, unseen = written[~held], written[held]
    ridge = Ridge(_RIDGE, fit_intercept=False, solver="lsqr", max_iter=_ROUNDS, tol=1e-3)
    ridge.fit(space.papers[seen], vectors[seen])
    terms = np.ascontiguousarray(ridge.coef_.T, dtype=np.float32)
    if not len(unseen):
        return terms, None
    guessed = unit_length(space.papers[unseen] @ terms)
    return terms, float(np.einsum("ij,ij->i", guessed, vectors[unseen]).mean())
