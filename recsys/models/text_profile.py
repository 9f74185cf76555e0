"""Scores from text: how close a paper's words are to the reader's own and to what they read.

In: the text space of a model. Out: `TextProfileScorer` over term vectors and, with dense
vectors learned from the same texts, `TopicScorer`; `WordsScorer` for what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy import sparse

from recsys.data.append import appended, stacked
from recsys.features.text import unit_rows
from recsys.models.added import Added
from recsys.models.readers import Readers, take_rows
from recsys.models.scorer import (
    Evidence,
    cells,
    gather,
    interest_evidence,
    narrow,
    packed,
    products,
    shrunk_cosines,
    speaking,
    spread,
)

# k1 and b of BM25; half, for a paper without an abstract is not a short one
_SATURATION, _LENGTH_MATTERS = 1.2, 0.5


@dataclass(frozen=True)
class TextProfileScorer:
    """Cosine between a target and the reader's profile, the sum of all texts of interest, less a
    part of its cosine with the sum of what they dismissed.

    Rocchio, "Relevance feedback in information retrieval" (1971). Both sums have length 1, so
    that no number of dismissals makes a topic vanish that the reader likes as well.

    Attributes
    ----------
    papers : (n_papers, n_terms) CSR float32
        Unit rows.
    targets : (n_targets, n_terms) CSR float32
        What is scored, as unit rows: the papers themselves, or people by their papers.
    telling : (n_terms,) bool
        Whether a word is in so few papers that it tells what one of them is about.
    dislike_weight : float
        Of what was dismissed, relative to what is of interest.
    """

    name: str
    papers: sparse.csr_matrix
    targets: sparse.csr_matrix
    telling: np.ndarray
    dislike_weight: float = 0.0

    def profiles(self, readers: Readers) -> sparse.csr_matrix:
        """(n_readers, n_terms) CSR float32; negative where a term speaks against a paper."""
        against = unit_rows((readers.disliked @ self.papers).tocsr())
        weight = np.float32(self.dislike_weight)
        return (unit_rows(self._sums(readers)) - against * weight).tocsr()

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        is_all = len(rows) == self.targets.shape[0]
        turned = (lambda: self._by_term) if is_all else None
        return spread(self.profiles(readers), narrow(self.targets, rows), turned)

    @cached_property
    def _by_term(self) -> sparse.csr_matrix:
        return self.targets.T.tocsr()

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        """The papers of interest, and the shared words: typed ones, or telling ones of the papers.

        The amount of a word of interest is its term in the inner product; the
        profile's length, of which one word is little, counts as unchanged.
        """
        interests, typed = reader.interests(), reader.words
        texts = take_rows(self.papers, interests.indices)
        n, n_terms = texts.shape
        paper = np.repeat(np.arange(n), np.diff(texts.indptr))
        counted = texts.data * interests.data[paper]
        read = np.bincount(texts.indices, counted, n_terms).astype(np.float32)
        whole = read.copy()
        whole[typed.indices] += typed.data
        length = float(np.linalg.norm(whole))
        if length == 0:
            return []
        terms, targets = packed(self.targets, rows)  # other words count in the length alone
        scores = targets @ whole[terms] / length
        inner = targets @ cells(self.papers, interests.indices, terms).T * interests.data
        along = np.bincount(paper, texts.data * whole[texts.indices], n) * interests.data
        sizes = np.bincount(paper, texts.data**2, n) * interests.data**2
        amounts = shrunk_cosines(scores, inner, length, along, sizes)
        words = typed.indices if typed.nnz else terms[self.telling[terms]]
        weights = typed.data if typed.nnz else whole[words]
        spoken = cells(self.targets, rows, words) * (weights / length)
        if typed.nnz:
            unread = scores - targets @ unit_length(read[None, :])[0, terms]
            spoken = _shared_out(spoken, unread)
        return [*interest_evidence(reader, amounts), *speaking("topic", "term", words, spoken)]

    def grown(self, added: Added) -> TextProfileScorer:
        """New papers by their texts, new people by those of their papers."""
        papers = targets = stacked(self.papers, added.texts)
        if added.targets == "authors":
            targets = stacked(self.targets, unit_rows((added.written @ added.texts).tocsr()))
        return replace(self, papers=papers, targets=targets)

    def _sums(self, readers: Readers) -> sparse.csr_matrix:
        return (readers.interests() @ self.papers + readers.words).tocsr()


@dataclass(frozen=True)
class Bm25:
    """How much a word adds to a paper that holds it.

    Robertson and Zaragoza, "The probabilistic relevance framework: BM25 and beyond" (2009), eq.
    3.15.

    Attributes
    ----------
    idf : (n_terms,) float32
        0 for what is not counted.
    usual_length : float
        Of a paper, in words that count.
    """

    idf: np.ndarray
    usual_length: float

    def weights(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        """(n_papers, n_terms) CSR float32 from how often each term stands in each paper."""
        words = counts.copy()
        words.data = np.where(self.idf[words.indices] > 0, words.data, 0.0)
        words.eliminate_zeros()
        lengths = np.asarray(words.sum(axis=1)).ravel()
        longer = 1 - _LENGTH_MATTERS + _LENGTH_MATTERS * lengths / self.usual_length
        slow = np.repeat(_SATURATION * longer, np.diff(words.indptr))
        saturated = words.data * (_SATURATION + 1) / (words.data + slow)
        words.data = (self.idf[words.indices] * saturated).astype(np.float32)
        return words


@dataclass(frozen=True)
class WordsScorer:
    """BM25 of the words that a reader typed; silent for one who typed none.

    Attributes
    ----------
    papers : (n_papers, n_terms) CSR float32
        What each term adds to the score of each paper that holds it.
    weighing : Bm25
        How that is told from a paper's words.
    """

    name: str
    papers: sparse.csr_matrix
    weighing: Bm25

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        turned = (lambda: self._by_term) if len(rows) == self.papers.shape[0] else None
        return spread(_asked(readers), narrow(self.papers, rows), turned)

    @cached_property
    def _by_term(self) -> sparse.csr_matrix:
        return self.papers.T.tocsr()

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        asked = _asked(reader)
        amounts = cells(self.papers, rows, asked.indices) * asked.data
        return speaking("topic", "term", asked.indices, amounts)

    def grown(self, added: Added) -> WordsScorer:
        """New papers by their words, as much as these meant in training."""
        return replace(self, papers=stacked(self.papers, self.weighing.weights(added.counts)))


@dataclass(frozen=True)
class TopicScorer:
    """Cosine in a dense space learned from the texts, where different words can mean the same.

    Deerwester et al., "Indexing by latent semantic analysis" (1990).

    Attributes
    ----------
    papers : (n_papers, n_topics) float32
        Unit rows; zeros for a paper without text.
    targets : (n_targets, n_topics) float32
        What is scored, as unit rows: the papers themselves, or people by their papers.
    terms : (n_terms, n_topics) float32
        Where each term points.
    dislike_weight : float
        As in `TextProfileScorer`.
    """

    name: str
    papers: np.ndarray
    targets: np.ndarray
    terms: np.ndarray
    dislike_weight: float = 0.0

    def profiles(self, readers: Readers) -> np.ndarray:
        """(n_readers, n_topics) float32; zeros where nothing is known."""
        against = unit_length(gather(readers.disliked, self.papers))
        return unit_length(self._sums(readers)) - np.float32(self.dislike_weight) * against

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return products(self.profiles(readers), narrow(self.targets, rows))

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        """The papers of interest, and the typed words."""
        interests, words = reader.interests(), reader.words
        texts, terms = self.papers[interests.indices], self.terms[words.indices]
        read = interests.data @ texts
        whole = read + unit_length(words.data[None, :] @ terms)[0]
        length = float(np.linalg.norm(whole))
        if length == 0:
            return []
        targets = self.targets[rows]
        inner = (targets @ texts.T) * interests.data
        along = (texts @ whole) * interests.data
        sizes = np.einsum("mf,mf->m", texts, texts) * interests.data**2
        scores = targets @ whole / length
        amounts = shrunk_cosines(scores, inner, length, along, sizes)
        spoken = (targets @ terms.T) * words.data
        spoken = _shared_out(spoken, scores - targets @ unit_length(read[None, :])[0])
        return [
            *interest_evidence(reader, amounts),
            *speaking("topic", "term", words.indices, spoken),
        ]

    def grown(self, added: Added) -> TopicScorer:
        """New papers where their words point, new people by their papers."""
        placed = unit_length(added.texts @ self.terms)
        papers = targets = appended(self.papers, placed)
        if added.targets == "authors":
            targets = appended(self.targets, unit_length(added.written @ placed))
        return replace(self, papers=papers, targets=targets)

    def _sums(self, readers: Readers) -> np.ndarray:
        profiles = gather(readers.interests(), self.papers)
        return profiles + unit_length(gather(readers.words, self.terms))


def unit_length(vectors: np.ndarray) -> np.ndarray:
    """Dense rows at Euclidean length 1; zero rows stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def _shared_out(terms: np.ndarray, lost: np.ndarray) -> np.ndarray:
    """(n_targets, m) what goes away with all typed words, shared among them by their terms in
    the inner product; `terms` (n_targets, m), `lost` (n_targets,).
    """
    heard = np.maximum(terms, 0.0)
    total = heard.sum(axis=1, keepdims=True)
    return lost[:, None] * np.divide(heard, total, out=np.zeros_like(heard), where=total > 0)


def _asked(readers: Readers) -> sparse.csr_matrix:
    asked = readers.words.copy()
    asked.data = np.ones_like(asked.data)
    return asked
