"""Signals of people and papers whose weights can be worked out on paper."""

from __future__ import annotations

import time

import numpy as np
import pytest

from recsys.data.dataset import Dataset
from recsys.features.signals import Signals, SignalSettings, build_signals
from tests.small import dataset_of, people

YEAR = SignalSettings(
    interaction_half_life_days=365.0, coauthor_half_life_days=365.0, largest_team=60
)


def signals_of(**rows) -> tuple[Dataset, Signals]:
    dataset = dataset_of(**rows)
    return dataset, build_signals(dataset, YEAR)


def paper(name: str, published: str = "2023-12-31") -> dict[str, str]:
    return {"paper_id": name, "title": name, "published_at": published}


def test_coauthors_paper_of_three_gives_each_pair_a_half():
    _, signals = signals_of(
        papers=[paper("p")], authors=people("a", "b", "c"), authorships={"p": ["a", "b", "c"]}
    )
    expected = 0.5 * (np.ones((3, 3)) - np.eye(3))
    np.testing.assert_allclose(signals.coauthors.toarray(), expected)


def test_coauthors_paper_of_a_year_ago_counts_half():
    _, signals = signals_of(
        papers=[paper("old", "2022-12-31"), paper("new")],
        authors=people("a", "b", "c"),
        authorships={"old": ["a", "b"], "new": ["a", "c"]},
    )
    np.testing.assert_allclose(signals.coauthors[0].toarray(), [[0.0, 0.5, 1.0]])


def test_coauthors_joint_papers_add_up():
    _, signals = signals_of(
        papers=[paper("one"), paper("two")],
        authors=people("a", "b", "c"),
        authorships={"one": ["a", "b"], "two": ["a", "b", "c"]},
    )
    np.testing.assert_allclose(signals.coauthors[0].toarray(), [[0.0, 1.5, 0.5]])


def test_coauthors_author_alone_has_none():
    _, signals = signals_of(papers=[paper("p")], authors=people("a", "b"), authorships={"p": ["a"]})
    assert signals.coauthors.nnz == 0


def test_coauthors_undated_paper_counts_in_full():
    _, signals = signals_of(
        papers=[paper("p", ""), paper("dated")],
        authors=people("a", "b"),
        authorships={"p": ["a", "b"]},
    )
    assert signals.coauthors[0, 1] == 1.0


def test_coauthors_team_of_a_thousand_is_no_pair_but_everybodys_paper():
    crowd = [f"a{number}" for number in range(1000)]
    began = time.perf_counter()
    _, signals = signals_of(
        papers=[paper("big"), paper("small")],
        authors=people(*crowd),
        authorships={"big": crowd, "small": crowd[:2]},
    )
    assert time.perf_counter() - began < 5.0
    assert signals.authorship[:, 0].nnz == 1000
    assert signals.coauthors.nnz == 2


def test_liked_strongest_deed_counts_once():
    _, signals = signals_of(
        papers=[paper("p")],
        interactions=[
            ("u", "p", "open", "2023-12-31"),
            ("u", "p", "save", "2023-12-31"),
            ("u", "p", "read", "2023-12-31"),
        ],
    )
    assert signals.liked.toarray().tolist() == [[1.0]]


def test_liked_open_is_less_than_read_is_less_than_save():
    _, signals = signals_of(
        papers=[paper("o"), paper("r"), paper("s")],
        interactions=[("u", "o", "open"), ("u", "r", "read"), ("u", "s", "save")],
    )
    opened, read, saved = signals.liked.toarray()[0]
    assert 0 < opened < read < saved == 1.0


def test_liked_deed_of_a_year_ago_counts_half():
    _, signals = signals_of(papers=[paper("p")], interactions=[("u", "p", "like", "2022-12-31")])
    assert signals.liked[0, 0] == pytest.approx(0.5)


def test_liked_dismissed_paper_is_disliked_and_seen_but_not_liked():
    _, signals = signals_of(
        papers=[paper("p"), paper("q")],
        interactions=[("u", "p", "like"), ("u", "p", "dismiss"), ("u", "q", "like")],
    )
    assert signals.liked.toarray().tolist() == [[0.0, 1.0]]
    assert signals.disliked.toarray().tolist() == [[1.0, 0.0]]
    assert signals.seen.toarray().tolist() == [[1.0, 1.0]]


def test_liked_deed_without_a_time_is_not_faded():
    _, signals = signals_of(papers=[paper("p")], interactions=[("u", "p", "like")])
    assert signals.liked[0, 0] == 1.0


def test_signals_of_papers_alone_are_empty():
    _, signals = signals_of(papers=[{"paper_id": "p", "title": "p"}])
    for name in set(Signals.__dataclass_fields__) - {"settings"}:
        matrix = getattr(signals, name)
        assert matrix.nnz == 0
        assert matrix.dtype == np.float32
