"""A dismissed paper speaks against papers like it, and against nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recsys.data.dataset import filled
from recsys.models.model import Model
from recsys.models.readers import Readers
from recsys.models.scorer import Scorer
from recsys.recommender import Recommender
from tests.small import dataset_of, quick_settings
from training.pipeline import Trainer
from training.progress import Unwatched

FIELDS = {
    "g": "graph network edges vertices",
    "c": "living cell membranes proteins",
    "s": "distant stars galaxies light",
}
DISLIKING = ("als", "als_coarse", "text", "topics")


@pytest.fixture(scope="module")
def model() -> Model:
    """Three fields with readers of their own; half of each field has a subject within it."""
    papers = [
        {"paper_id": f"{field}{n}", "title": f"{words} {'old' if n < 5 else 'new'}{field} {n}"}
        for field, words in FIELDS.items()
        for n in range(10)
    ]
    likes = [
        (f"{field}-reader{reader}", f"{field}{(reader + step) % 10}", "like")
        for field in FIELDS
        for reader in range(10)
        for step in range(4)
    ]
    users = {user: "" for user, _, _ in likes}
    quick = quick_settings()
    # Eight factors and three rounds do not tell fields apart with every seed.
    settings = replace(quick, als=replace(quick.als, factors=32, iterations=10))
    dataset = dataset_of(papers=papers, users=users, interactions=likes)
    return Trainer(settings, 5, 1, Unwatched()).train(dataset).model


def scorer(model: Model, name: str) -> Scorer:
    return next(one for one in model.paper_scorers if one.name == name)


def asked(model: Model, liked: str, disliked: str = "") -> Readers:
    return Recommender(model).stranger(liked=liked.split(), disliked=disliked.split())


def score(model: Model, name: str, reader: Readers) -> dict[str, float]:
    ids = model.dataset.papers.ids
    found = scorer(model, name).score(reader, np.arange(len(ids)))[0]
    return {ids[row]: float(value) for row, value in enumerate(found)}


@pytest.mark.parametrize("name", DISLIKING)
def test_dismissal_moves_its_like_down_and_leaves_other_topics_alone(model, name):
    before = score(model, name, asked(model, "g1 g2 c1 c2"))
    after = score(model, name, asked(model, "g1 g2 c1 c2", "c3"))
    fall = {paper: before[paper] - after[paper] for paper in before}
    cells, graphs, stars = (
        np.mean([fall[f"{field}{n}"] for n in range(10)]) for field in ("c", "g", "s")
    )
    assert fall["c3"] > 0
    assert cells > 0
    assert max(abs(graphs), abs(stars)) < 0.3 * cells


@pytest.mark.parametrize("name", DISLIKING)
def test_dismissals_of_many_do_not_make_a_liked_topic_vanish(model, name):
    found = score(model, name, asked(model, "g1 g2", "g3 g4 g5 g6 g7 g8"))
    assert found["g9"] > 0
    assert found["g9"] > max(found["c9"], found["s9"])


@pytest.mark.parametrize("name", DISLIKING)
def test_dismissal_is_no_reason_for_anything(model, name):
    reader, ids = asked(model, "g1 c1", "c3"), model.dataset.papers.ids
    pieces = scorer(model, name).evidence(reader, np.arange(len(ids)))
    named = {ids[row] for piece in pieces if piece.subject == "paper" for row in piece.rows}
    assert named == {"g1", "c1"}


@pytest.mark.parametrize("name", DISLIKING)
def test_dismissal_alone_recommends_nothing(model, name):
    found = score(model, name, asked(model, "", "c3"))
    assert max(found.values()) <= 1e-6
    assert found["g9"] == pytest.approx(0.0, abs=1e-2)


@pytest.mark.parametrize("name", ["als", "als_coarse"])
def test_paper_liked_and_dismissed_in_one_request_counts_as_liked(model, name):
    liked = score(model, name, asked(model, "g1 c1"))
    both = score(model, name, asked(model, "g1 c1", "c1"))
    assert both == liked


def test_list_after_its_best_is_dismissed_has_less_of_its_like(small_model):
    ask, source = Recommender(small_model), small_model.readers()
    papers, rows = scorer(small_model, "topics").papers, np.arange(len(small_model.dataset.papers))
    fallen = []
    for user in np.flatnonzero(np.diff(small_model.signals.liked.indptr) > 3)[:40]:
        reader = source.users(np.array([user]))
        best, *others = listed(ask, reader, rows)
        disliked = reader.disliked + filled(np.array([0]), np.array([best]), reader.disliked.shape)
        left = listed(ask, replace(reader, disliked=disliked), rows)
        alike = sorted(others, key=lambda row: -(papers[row] @ papers[best]))[:10]
        fallen.append(np.mean([left.index(row) - others.index(row) for row in alike]))
    assert np.mean(fallen) > 0.5
    assert np.mean(np.array(fallen) > 0) > 0.6


def listed(ask: Recommender, reader: Readers, rows: np.ndarray) -> list[int]:
    found = ask.rank_papers(reader, rows=rows, k=len(rows)).rows[0]
    return [int(row) for row in found if row >= 0]
