"""Topics in words, found in the training data: telling list names, and papers that refer."""

from __future__ import annotations

import numpy as np

from recsys.data.dataset import Dataset
from recsys.features.signals import build_signals
from tests.small import dataset_of, people, quick_settings
from training.fit.mentions import find_mentions
from training.fit.text import fit_texts
from training.topics import Topics, find_topics

PAPERS = (
    {"paper_id": "a", "title": "Parsing with trees", "published_at": "2001-01-01"},
    {"paper_id": "b", "title": "Parsing without trees", "published_at": "2002-01-01"},
    {"paper_id": "c", "title": "Fast parsing", "published_at": "2003-01-01"},
    {"paper_id": "d", "title": "Speech from noise", "published_at": "2004-01-01"},
    {
        "paper_id": "e",
        "title": "Trees revisited",
        "abstract": "Arden (2001) parsing with trees, once more.",
        "published_at": "2003-06-01",
    },
)
WROTE = {"a": ("arden",), "b": ("birch",), "c": ("birch",), "d": ("calder",), "e": ("dale",)}


def saves(*pairs: tuple[str, str]) -> list[tuple[str, ...]]:
    return [("u1", paper, "save", "2020-01-01", name) for paper, name in pairs]


def topics_of(dataset: Dataset) -> Topics | None:
    texts = fit_texts(dataset.papers, quick_settings().text, seed=1)
    return find_topics(dataset, find_mentions(dataset, texts.space.papers))


def reading(*pairs: tuple[str, str]) -> Dataset:
    return dataset_of(papers=PAPERS[:4], users={"u1": ""}, interactions=saves(*pairs))


def test_topics_of_a_list_with_a_telling_name_are_its_papers():
    topics = topics_of(reading(("a", "Parsing"), ("b", "Parsing"), ("c", "Parsing")))
    assert topics is not None
    assert topics.texts == ("Parsing",)
    assert topics.relevant.toarray().tolist() == [[1, 1, 1, 0]]
    assert topics.out.nnz == 0
    assert len(topics.asking) == 0


def test_topics_of_a_list_whose_name_tells_nothing_are_none():
    assert topics_of(reading(("a", "To read"), ("b", "To read"), ("c", "To read"))) is None


def test_topics_of_a_short_list_are_none():
    assert topics_of(reading(("a", "Parsing"), ("b", "Parsing"))) is None


def test_topics_of_a_referring_paper_are_what_it_refers_to():
    topics = topics_of(
        dataset_of(
            papers=PAPERS,
            authors=people("arden", "birch", "calder", "dale"),
            authorships=WROTE,
        )
    )
    assert topics is not None
    assert topics.texts == ("Trees revisited",)
    assert topics.relevant.toarray().tolist() == [[1, 0, 0, 0, 0]]
    # Neither the later paper nor the asking one competes.
    assert topics.out.toarray().tolist() == [[0, 0, 0, 1, 1]]
    assert topics.asking.tolist() == [4]


def test_topics_task_asks_as_strangers_in_words():
    dataset = reading(("a", "Parsing"), ("b", "Parsing"), ("c", "Parsing"))
    topics, settings = topics_of(dataset), quick_settings()
    assert topics is not None
    space = fit_texts(dataset.papers, settings.text, seed=1).space
    task = topics.task(dataset, build_signals(dataset, settings.signals), space)
    assert task.readers.user_rows.tolist() == [-1]
    assert task.readers.words.nnz == 1
    np.testing.assert_array_equal(task.rows, np.arange(4))
