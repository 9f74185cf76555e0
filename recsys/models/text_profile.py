"""Scores from text: how close a paper's words are to the reader's own and to what they read.

In: the text space of a model. Out: `TextProfileScorer` over term vectors and, with dense
vectors learned from the same texts, `TopicScorer`; `WordsScorer` for what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from recsys.features.text import unit_rows
from recsys.models.readers import Readers
from recsys.models.scorer import Evidence, gather, interest_evidence, narrow, spread, strongest

_ONE_PAPER_SPEAKS = 0.3  # above this share, one paper explains a match better than its words


@dataclass(frozen=True)
class TextProfileScorer:
    """Cosine between a paper and the reader's profile, the sum of all texts of interest.

    Attributes
    ----------
    papers : (n_papers, n_terms) CSR float32
        Unit rows.
    """

    name: str
    papers: sparse.csr_matrix

    def profiles(self, readers: Readers) -> sparse.csr_matrix:
        """(n_readers, n_terms) CSR float32 unit rows."""
        return unit_rows((readers.interests() @ self.papers + readers.words).tocsr())

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return spread(self.profiles(readers), narrow(self.papers, rows))

    def evidence(self, reader: Readers, row: int) -> list[Evidence]:
        """The paper of interest that is closest, or the shared words where none stands out."""
        paper, profile = self.papers[row], self.profiles(reader)
        shared = profile.multiply(paper).tocsr()
        score = float(shared.sum())
        if score <= 0:
            return []
        likeness = (self.papers[reader.interests().indices] @ paper.T).toarray().ravel()
        amounts = likeness * reader.interests().data
        spoken = interest_evidence(reader, reader.interests().indices, amounts)
        words = float((reader.words @ paper.T).sum())
        scale = score / max(float(amounts.sum()) + words, 1e-12)
        if spoken and spoken[0].amount * scale >= _ONE_PAPER_SPEAKS * score:
            return [Evidence(e.kind, e.subject, e.row, e.amount * scale) for e in spoken]
        pieces = zip(shared.indices, shared.data, strict=True)
        return strongest([Evidence("topic", "term", int(t), float(v)) for t, v in pieces])


@dataclass(frozen=True)
class WordsScorer:
    """BM25 of the words that a reader typed; silent for one who typed none.

    Robertson and Zaragoza, "The probabilistic relevance framework: BM25 and beyond" (2009).

    Attributes
    ----------
    papers : (n_papers, n_terms) CSR float32
        What each term adds to the score of each paper that holds it.
    """

    name: str
    papers: sparse.csr_matrix

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return spread(_asked(readers), narrow(self.papers, rows))

    def evidence(self, reader: Readers, row: int) -> list[Evidence]:
        spoken = _asked(reader).multiply(self.papers[row]).tocsr()
        pieces = zip(spoken.indices, spoken.data, strict=True)
        return strongest([Evidence("topic", "term", int(t), float(v)) for t, v in pieces])


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
    """

    name: str
    papers: np.ndarray
    targets: np.ndarray
    terms: np.ndarray

    def profiles(self, readers: Readers) -> np.ndarray:
        """(n_readers, n_topics) float32 unit rows; zeros where nothing is known."""
        profiles = gather(readers.interests(), self.papers)
        profiles += unit_length(gather(readers.words, self.terms))
        return unit_length(profiles)

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return self.profiles(readers) @ narrow(self.targets, rows).T

    def evidence(self, reader: Readers, row: int) -> list[Evidence]:
        interests = reader.interests()
        likeness = self.papers[interests.indices] @ self.targets[row]
        length = np.linalg.norm(gather(interests, self.papers))
        amounts = likeness * interests.data / max(length, 1e-12)
        return interest_evidence(reader, interests.indices, amounts)


def unit_length(vectors: np.ndarray) -> np.ndarray:
    """Dense rows at Euclidean length 1; zero rows stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def _asked(readers: Readers) -> sparse.csr_matrix:
    asked = readers.words.copy()
    asked.data = np.ones_like(asked.data)
    return asked
