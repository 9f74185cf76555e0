"""Scores for typed words on known answers: experts, likeness, and standing from mentions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from recsys.features.signals import build_signals
from recsys.models.asked import ExpertScorer, NearbyScorer, Topic
from recsys.models.readers import Readers, ReaderSource
from recsys.models.scorer import Scorer
from tests.small import dataset_of, people, quick_settings
from training.fit.asked import fit_asked
from training.fit.mentions import find_mentions
from training.fit.text import fit_texts

# Four papers, two words: the first word finds papers 0 and 1, the second one papers 1 and 2.
POSTINGS = sparse.csr_matrix(np.array([[4, 2, 0, 0], [0, 2, 1, 0]], dtype=np.float32))
ALL = np.arange(4)


def asking(*typed: list[int]) -> Readers:
    """Strangers who typed the given words."""
    dataset = dataset_of(papers=[{"paper_id": id_, "title": id_} for id_ in "abcd"])
    signals = build_signals(dataset, quick_settings().signals)
    words = sparse.lil_matrix((len(typed), 2), dtype=np.float32)
    for row, said in enumerate(typed):
        words[row, said] = 0.5
    source = ReaderSource(dataset, signals, n_terms=2)
    return source.strangers(len(typed)).with_words(words.tocsr())


def test_topic_weighs_papers_by_the_square_of_their_match():
    weights = Topic(POSTINGS, most=4).weights(asking([0], [0, 1], []))
    np.testing.assert_allclose(
        weights.toarray(), [[1, 0.25, 0, 0], [1, 1, 1 / 16, 0], [0, 0, 0, 0]]
    )


def test_topic_is_no_more_than_its_best_matches():
    weights = Topic(POSTINGS, most=1).weights(asking([0], [1]))
    np.testing.assert_allclose(weights.toarray(), [[1, 0, 0, 0], [0, 1, 0, 0]])


def test_topic_of_equal_matches_is_stood_for_by_the_first():
    postings = sparse.csr_matrix(np.array([[1, 3, 2, 2], [2, 2, 2, 2]], dtype=np.float32))
    weights = Topic(postings, most=2).weights(asking([0], [1]))
    np.testing.assert_allclose(weights.toarray(), [[0, 1, 4 / 9, 0], [1, 1, 0, 0]])


def test_experts_are_those_who_wrote_most_on_the_topic():
    parts = sparse.csr_matrix(
        np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0], [1, 0, 1]], dtype=np.float32)
    )
    scorer = ExpertScorer("experts", Topic(POSTINGS, most=4), parts)
    # The first author has 1.25 of the topic; paper 3, in other words, is theirs, too.
    np.testing.assert_allclose(scorer.score(asking([0]), ALL), [[1.25, 1.25, 0, 1.25]])
    author, word = scorer.evidence(asking([0]), np.array([3]))
    assert (author.kind, author.rows.tolist()) == ("expert", [0])
    assert (word.kind, word.rows.tolist()) == ("near_topic", [0])
    assert author.amounts[0, 0] == word.amounts[0, 0] == pytest.approx(1.25)


def test_nearby_finds_what_is_like_the_best_matches():
    places = np.array([[1, 0], [1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)
    scorer = NearbyScorer("nearby", Topic(POSTINGS, most=4), places)
    np.testing.assert_allclose(scorer.score(asking([0]), ALL), [[1, 1, 0, 0.6]], rtol=1e-6)
    assert not scorer.score(asking([]), ALL).any()


@pytest.fixture(scope="module")
def fitted() -> dict[str, Scorer]:
    titles = {
        "a": "FERN: trees for parsing",
        "b": "Probing FERN",
        "c": "Pruning FERN",
        "d": "More trees by the first author",
        "e": "Speech from noise",
    }
    dataset = dataset_of(
        papers=[
            {
                "paper_id": id_,
                "title": title,
                "published_at": f"20{year}-01-01",
                "venue": "loud" if id_ == "e" else "green",
            }
            for year, (id_, title) in enumerate(titles.items(), start=10)
        ],
        authors=people("arden", "birch", "calder", "dale"),
        authorships={
            "a": ["arden"],
            "b": ["birch"],
            "c": ["calder"],
            "d": ["arden"],
            "e": ["dale"],
        },
    )
    settings = quick_settings()
    texts = fit_texts(dataset.papers, settings.text, seed=1)
    mentions = find_mentions(dataset, texts.space.papers)
    signals = build_signals(dataset, settings.signals)
    return {scorer.name: scorer for scorer in fit_asked(dataset, signals, texts, mentions)}


def test_standing_is_how_many_later_papers_mention_one(fitted):
    values = fitted["mentioned"].values
    np.testing.assert_allclose(values, [np.log(3), 0, 0, 0, 0], rtol=1e-6)


def test_standing_of_authors_is_that_of_all_their_work(fitted):
    values = fitted["authors_mentioned"].values
    np.testing.assert_allclose(values, [np.log(3), 0, 0, np.log(3), 0], rtol=1e-6)


def test_standing_of_a_venue_follows_its_authors(fitted):
    values = fitted["venue_standing"].values
    assert (values[:4] == values[0]).all()
    assert values[0] > values[4]


def test_standing_without_mentions_and_venues_is_left_out():
    dataset = dataset_of(
        papers=[{"paper_id": "a", "title": "Trees"}, {"paper_id": "b", "title": "x"}]
    )
    settings = quick_settings()
    texts = fit_texts(dataset.papers, settings.text, seed=1)
    mentions = find_mentions(dataset, texts.space.papers)
    signals = build_signals(dataset, settings.signals)
    found = fit_asked(dataset, signals, texts, mentions)
    assert [scorer.name for scorer in found] == ["nearby"]
