"""One model, one list: evaluation, the direct call, and gRPC from one worker and from two.

The model is published and loaded memory-mapped by the servers; the other two hold it in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recsys.answer import Answer
from recsys.data.resource_names import resource_name
from recsys.evaluation.measure import BLEND, Order, as_ranked, rank_each
from recsys.evaluation.task import Task
from recsys.models.model import Model
from recsys.ranking.arrange import Arranger
from recsys.ranking.filters import AuthorFilter
from recsys.ranking.ranker import Ranker
from recsys.recommender import Recommender
from serving.client import Listing, RecsysClient
from tests.worlds import publish_tiny
from training.demo.children import serving
from training.tasks import author_task, paper_task

K = 40
# Evaluation asks for everyone, also for those who said that they are not open to collaborate.
EVERYONE = AuthorFilter(closed=True)
Lists = dict[str, list[tuple[str, float]]]


@pytest.fixture(scope="module")
def models(small_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with the trained model of the small world."""
    folder = tmp_path_factory.mktemp("models")
    publish_tiny(folder, small_model)
    return folder


@pytest.fixture(scope="module", params=[1, 2], ids=["one worker", "two workers"])
def address(request: pytest.FixtureRequest, models: Path) -> Iterator[str]:
    """A server in a process of its own."""
    log = models / f"{request.param}.log"
    where = ("--models", models, "--listen", "127.0.0.1:0", "--workers", request.param)
    with serving("serve", *where, log=log) as server:
        yield server.address
    assert log.read_text().count('"event": "ready"') == request.param


@pytest.fixture(scope="module")
def measured_papers(small_model: Model) -> Lists:
    """What `recsys evaluate papers` ranks for every user."""
    dataset = small_model.dataset
    asked = pd.DataFrame({"user_id": list(dataset.users.ids), "paper_id": dataset.papers.ids[0]})
    ranker = Ranker(small_model.paper_scorers, small_model.paper_blend)
    # The task asks in the order of the ids as texts, which is the order of these users.
    users = [resource_name("users", id_) for id_ in sorted(dataset.users.ids)]
    papers = [resource_name("papers", id_) for id_ in dataset.papers.ids]
    order = Arranger(small_model).arrange
    return _measured(paper_task(small_model, asked, None), ranker, users, papers, order)


@pytest.fixture(scope="module")
def measured_authors(small_model: Model) -> Lists:
    """What `recsys evaluate collaborators` ranks for every author."""
    ids = list(small_model.dataset.authors.ids)
    asked = pd.DataFrame({"author_id": ids, "coauthor_id": np.roll(ids, 1)})
    ranker = Ranker(small_model.author_scorers, small_model.author_blend)
    names = [resource_name("authors", id_) for id_ in ids]
    return _measured(author_task(small_model, asked), ranker, names, names)


def _measured(
    task: Task, ranker: Ranker, askers: list[str], targets: list[str], order: Order = as_ranked
) -> Lists:
    lists: Lists = {}
    names = iter(askers)
    for block in task.blocks():
        found = rank_each(block, ranker, (), K, order=order)[BLEND]
        chances = ranker.chances(block.readers, found.scores)
        for rows, scores in zip(found.rows, chances, strict=True):
            pairs = zip(rows, scores, strict=True)
            lists[next(names)] = [(targets[row], float(s)) for row, s in pairs if row >= 0]
    assert len(lists) == len(askers)
    return lists


def test_direct_call_gives_the_papers_that_are_measured(
    small_model: Model, measured_papers: Lists
) -> None:
    recommender = Recommender(small_model)
    for name, measured in measured_papers.items():
        reader = recommender.user(name.removeprefix("users/"))
        _assert_same(recommender.recommend_papers(reader, k=K, explain=False), measured)
        assert len(measured) == K


def test_direct_call_gives_the_people_that_are_measured(
    small_model: Model, measured_authors: Lists
) -> None:
    recommender = Recommender(small_model)
    for name, measured in measured_authors.items():
        reader = recommender.author(name.removeprefix("authors/"))
        answer = recommender.suggest_collaborators(reader, keep=EVERYONE, k=K, explain=False)
        _assert_same(answer, measured)
        assert len(measured) == K


def test_grpc_gives_the_papers_that_are_measured(address: str, measured_papers: Lists) -> None:
    for name, measured in measured_papers.items():
        # A connection each, so that every worker gets its share of them.
        with RecsysClient(address, deadline_s=10) as client:
            _assert_same(client.recommend_papers(name, k=K, explain=False), measured)


def test_grpc_gives_the_people_that_are_measured(address: str, measured_authors: Lists) -> None:
    for name, measured in measured_authors.items():
        with RecsysClient(address, deadline_s=10) as client:
            listing = client.suggest_collaborators(name, k=K, keep=EVERYONE, explain=False)
            _assert_same(listing, measured)


def test_grpc_gives_the_reasons_of_the_direct_call(small_model: Model, address: str) -> None:
    recommender = Recommender(small_model)
    told = 0
    with RecsysClient(address, deadline_s=10) as client:
        for user_id in list(small_model.dataset.users.ids)[:10]:
            direct = recommender.recommend_papers(recommender.user(user_id), k=5)
            served = client.recommend_papers(resource_name("users", user_id), k=5)
            _assert_same(served, [(line.id, line.score) for line in direct.results])
            assert served.missing == direct.missing
            for ours, theirs in zip(direct.results, served.results, strict=True):
                assert (ours.title, ours.rank, ours.strategy) == (
                    theirs.title,
                    theirs.rank,
                    theirs.strategy,
                )
                assert [r.text for r in ours.reasons] == [r.text for r in theirs.reasons]
                assert [r.share for r in ours.reasons] == pytest.approx(
                    [r.share for r in theirs.reasons], abs=1e-5
                )
                told += len(ours.reasons)
    assert told > 50


def _assert_same(answer: Answer | Listing, measured: list[tuple[str, float]]) -> None:
    assert [line.id for line in answer.results] == [name for name, _ in measured]
    scores = [line.score for line in answer.results]
    assert scores == pytest.approx([score for _, score in measured], abs=1e-5)
