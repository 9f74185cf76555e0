"""Scores for a topic in words, from the papers that are plainly about it.

In: BM25 weights, who wrote what, and a dense space. Out: `ExpertScorer`, for what the people
behind those papers wrote, and `NearbyScorer`, for what is like them in other words. Both are
silent for a reader who typed nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from recsys.data.append import appended, stacked, widened
from recsys.models.added import Added
from recsys.models.readers import Readers
from recsys.models.scorer import (
    Evidence,
    Scorer,
    cells,
    gather,
    narrow,
    products,
    speaking,
    spread,
)
from recsys.models.text_profile import unit_length


@dataclass(frozen=True)
class Topic:
    """The papers that typed words find first.

    Attributes
    ----------
    postings : (n_terms, n_papers) CSR float32
        What each term adds to the BM25 score of each paper that holds it.
    most : int
        How many papers stand for a topic.
    """

    postings: sparse.csr_matrix
    most: int

    def weights(self, readers: Readers) -> sparse.csr_matrix:
        """(n_readers, n_papers) CSR float32: 1 for the best match, (s / best)^2 for the others.

        The square keeps the many half matches from outvoting the few whole ones.
        """
        asked = readers.words.copy()
        asked.data = np.ones_like(asked.data)
        found = (asked @ self.postings).tocsr()
        found.sort_indices()
        for row in range(found.shape[0]):
            scores = found.data[found.indptr[row] : found.indptr[row + 1]]
            if len(scores) > self.most:
                least = np.partition(scores, -self.most)[-self.most]
                ties = np.flatnonzero(scores == least)
                scores[ties[self.most - np.sum(scores > least) :]] = 0.0
                scores[scores < least] = 0.0
            scores /= max(float(scores.max(initial=0.0)), 1e-12)
        found.eliminate_zeros()
        found.data **= 2
        return found

    def grown(self, added: Added) -> Topic:
        """The papers that training saw still tell what a topic is."""
        postings = widened(self.postings, self.postings.shape[0], added.n_papers)
        return replace(self, postings=postings)


@dataclass(frozen=True)
class ExpertScorer:
    """How much of what is written on a topic is by a candidate's authors.

    Balog, Azzopardi, de Rijke, "Formal models for expert finding in enterprise corpora" (2006),
    model 2: people are ranked by the papers on the topic, and here papers by their people.

    Attributes
    ----------
    parts : (n_papers, n_authors) CSR float32
        What each author has in each paper.
    """

    name: str
    topic: Topic
    parts: sparse.csr_matrix

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        return spread(self._experts(readers), narrow(self.parts, rows))

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        experts = self._experts(reader)
        amounts = cells(self.parts, rows, experts.indices) * experts.data
        return [
            *speaking("expert", "author", experts.indices, amounts),
            *_typed(self, reader, rows),
        ]

    def grown(self, added: Added) -> ExpertScorer:
        """New papers by their authors, as far as these are known to write on the topic."""
        parts = stacked(self.parts, parts_of(added.writers))
        return replace(self, topic=self.topic.grown(added), parts=parts)

    def _experts(self, readers: Readers) -> sparse.csr_matrix:
        """(n_readers, n_authors) CSR: how much each author wrote on the topic."""
        return (self.topic.weights(readers) @ self.parts).tocsr()


@dataclass(frozen=True)
class NearbyScorer:
    """Cosine between a candidate and the middle of the papers on a topic, in a dense space.

    Pseudo-relevance feedback: Rocchio, "Relevance feedback in information retrieval" (1971),
    with the first matches taken for relevant.

    Attributes
    ----------
    papers : (n_papers, n_topics) float32
        Unit rows; zeros for a paper without text.
    """

    name: str
    topic: Topic
    papers: np.ndarray

    def score(self, readers: Readers, rows: np.ndarray) -> np.ndarray:
        middles = unit_length(gather(self.topic.weights(readers), self.papers))
        return products(middles, narrow(self.papers, rows))

    def evidence(self, reader: Readers, rows: np.ndarray) -> list[Evidence]:
        return _typed(self, reader, rows)

    def grown(self, added: Added) -> NearbyScorer:
        """New papers where their words point."""
        papers = appended(self.papers, added.topics)
        return replace(self, topic=self.topic.grown(added), papers=papers)


def parts_of(writers: sparse.csr_matrix) -> sparse.csr_matrix:
    """Authors' parts in papers (n_papers, n_authors): one over the root of the team.

    That is between one for each and a share of the team, so that no size of teams wins.
    """
    parts = (1.0 / np.sqrt(np.maximum(np.diff(writers.indptr), 1))).astype(np.float32)
    return (sparse.diags(parts) @ writers).tocsr()


def _typed(scorer: Scorer, reader: Readers, rows: np.ndarray) -> list[Evidence]:
    """Each typed word, by how much of the scores is left without it."""
    words = reader.words
    poorer = sparse.csr_matrix(np.tile(words.data, (words.nnz, 1)) * (1 - np.eye(words.nnz)))
    shape = (words.nnz, words.shape[1])
    texts = sparse.csr_matrix((poorer.data, words.indices[poorer.indices], poorer.indptr), shape)
    lacking = reader[np.zeros(words.nnz, dtype=np.int64)].with_words(texts.astype(np.float32))
    amounts = scorer.score(reader, rows) - scorer.score(lacking, rows)
    return speaking("near_topic", "term", words.indices, amounts.T)
