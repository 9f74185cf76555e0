"""Words of titles and abstracts as people write them."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.features.text import words
from tests.small import dataset_of
from training.fit.text import TextSettings, fit_texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Graph Neural NETWORKS", ["graph", "neural", "network"]),
        ("An $O(n \\log n)$ bound", ["bound"]),
        ("Costs $5 and nothing else", ["cost", "nothing", "else"]),
        (r"\emph{Deep} {L}earning", ["deep", "learning"]),
        (r"\textbf{\emph{Nested}} markup\cite{him}", ["nested", "markup"]),
        ("see https://example.org/a?b=c for code", ["see", "code"]),
        ("Self-supervised learning", ["self", "supervised", "learning"]),
        ("state-of-the-art", ["state", "art"]),
        ("t-SNE", ["t-sne"]),
        ("studies of bodies", ["study", "body"]),
        ("loss virus basis", ["loss", "virus", "basis"]),
        ("Gödel and the naïve", ["godel", "naive"]),
        ("x 2 3d 17", []),
        ("COVID19 and GPT4", ["covid19", "gpt4"]),
        (
            "We don't say what the author’s and l'auteur's view is",
            ["say", "author", "auteur", "view"],
        ),
        ("Core_TF in _italics_", ["core", "tf", "italic"]),
        ("", []),
        ("   \n\t", []),
        ("The and of to", []),
        ("蛋白质 折叠", ["蛋白质", "折叠"]),
    ],
)
def test_words_of_a_text_are_those_that_mean_something(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("network", "networks"),
        ("study", "studies"),
        ("Proteins", "protein"),
        ("self-supervised models", "self-supervised model"),
    ],
)
def test_words_singular_and_plural_are_the_same(one, other):
    assert words(one) == words(other)


def learned(*texts: tuple[str, str], topics: int = 4):
    """What is learned from papers of the given titles and abstracts."""
    papers = [
        {"paper_id": f"p{row}", "title": title, "abstract": abstract}
        for row, (title, abstract) in enumerate(texts)
    ]
    return fit_texts(dataset_of(papers=papers).papers, TextSettings(topics=topics), seed=3)


def test_text_space_paper_without_text_is_an_empty_row():
    space = learned(("graph walks", ""), ("", ""), ("graph cuts", "graph walks")).space
    lengths = np.sqrt(np.asarray(space.papers.multiply(space.papers).sum(axis=1)).ravel())
    np.testing.assert_allclose(lengths, [1.0, 0.0, 1.0], atol=1e-6)


def test_text_space_word_of_one_paper_only_is_left_out():
    space = learned(("graph zebra", ""), ("graph cuts", ""), ("tree cuts", "")).space
    assert space.terms.row("zebra") == -1
    assert space.terms.row("graph") >= 0


def test_text_space_words_of_a_paper_find_it():
    texts = learned(("graph walks", ""), ("graph cuts", ""), ("cuts walks", ""))
    asked = texts.space.vectors(["graph walks"])
    assert (texts.space.papers @ asked.T).toarray().ravel().argmax() == 0
    assert (texts.words.papers @ asked.T).toarray().ravel().argmax() == 0


def test_text_space_word_in_a_title_weighs_more_than_in_an_abstract():
    texts = learned(("graph", "tree walks"), ("tree", "graph walks"), ("", ""))
    column = texts.space.terms.row("graph")
    for papers in (texts.space.papers, texts.words.papers):
        assert papers[0, column] > papers[1, column] > 0


def test_texts_without_a_single_word_are_empty():
    texts = learned(("", ""), ("17 $x$", ""))
    assert len(texts.space.terms) == 0
    assert texts.space.papers.shape == texts.words.papers.shape == (2, 0)
    assert texts.space.vectors(["graph"]).shape == (1, 0)
    assert not texts.topics.papers.any()


def test_topics_same_seed_is_the_same_to_the_bit():
    titles = [(f"graph {word} cuts", word) for word in ("walk", "tree", "loop")] * 2
    first, second = (learned(*titles, topics=2).topics for _ in range(2))
    np.testing.assert_array_equal(first.papers, second.papers)
    np.testing.assert_array_equal(first.terms, second.terms)


def test_topics_papers_without_text_are_nowhere():
    papers = learned(("graph walks", ""), ("graph walks cuts", ""), ("", ""), ("cuts", "")).topics
    assert not papers.papers[2].any()
    assert np.linalg.norm(papers.papers[0]) == pytest.approx(1.0, abs=1e-5)
