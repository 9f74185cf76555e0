"""Whom somebody follows is theirs: no answer to anybody else tells it."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.answer import Answer
from recsys.data.dataset import Dataset
from recsys.data.resource_names import resource_name
from recsys.models.model import Model
from recsys.recommender import Recommender
from tests.small import dataset_of, people, train

TITLES = {"pa": "graph networks", "pb": "protein folding", "pc": "old coins", "pd": "sea ice"}
# The fan follows ben, dan follows ada: nothing else links these people.
FOLLOWS = [("fan", "ben"), ("u-dan", "ada"), ("fan", "cleo"), ("friend", "ben"), ("friend", "cleo")]


def world(follows: list[tuple[str, str]]) -> Dataset:
    """Four people who have each written alone on something of their own; two readers."""
    authors = ("ada", "ben", "cleo", "dan")
    return dataset_of(
        papers=[{"paper_id": id_, "title": title} for id_, title in TITLES.items()],
        authors=people(*authors),
        authorships={id_: [author] for id_, author in zip(TITLES, authors, strict=True)},
        users={"fan": "", "friend": "", "u-ada": "ada", "u-dan": "dan", "u-ben": "ben"},
        follows=follows,
    )


@pytest.fixture(scope="module")
def model() -> Model:
    return train(world(FOLLOWS)).model


def answers(model: Model) -> dict[str, list[Answer]]:
    """What every user and profile gets to read and whom to meet, by who asks."""
    ask, data = Recommender(model), model.dataset
    askers = {f"users/{id_}": ask.user(id_) for id_ in data.users.ids}
    askers |= {f"authors/{id_}": ask.author(id_) for id_ in data.authors.ids}
    return {
        name: [
            ask.recommend_papers(reader, k=50),
            ask.suggest_collaborators(reader, k=50),
            ask.suggest_collaborators(reader, about=ask.stranger(text="graph ice"), k=50),
            *([ask.similar_authors(name.partition("/")[2])] if name.startswith("authors/") else []),
        ]
        for name, reader in askers.items()
    }


def test_reasons_name_nobody_whom_the_asker_does_not_follow(model: Model) -> None:
    """Nobody here writes with anybody: a person in a reason can only come from a follow."""
    data, n_told = model.dataset, 0
    for name, given in answers(model).items():
        kind, _, id_ = name.partition("/")
        own = data.users.ids.row(id_) if kind == "users" else -1
        if kind == "authors":
            claimed = np.flatnonzero(data.users.author_rows == data.authors.ids.row(id_))
            own = int(claimed[0]) if len(claimed) else -1
        followed = model.signals.follows[own].indices if own >= 0 else []
        known = {resource_name("authors", data.authors.ids[int(row)]) for row in followed}
        told = {
            reason.subject
            for answer in given
            for line in answer.results
            for reason in line.reasons
            if reason.subject.startswith("authors/")
        }
        n_told += len(told)
        assert told <= known, name
    assert n_told > 0


def test_reasons_of_the_one_who_is_followed_say_nothing_of_it(model: Model) -> None:
    """Dan follows ada: of all that ada is told, nothing speaks of dan or of being followed."""
    alone = train(world([pair for pair in FOLLOWS if pair[0] != "u-dan"])).model
    with_dan, without = (
        [
            (line.id, reason.kind, reason.text)
            for answer in answers(one)["users/u-ada"]
            for line in answer.results
            if line.id in ("authors/dan", "papers/pd")
            for reason in line.reasons
        ]
        for one in (model, alone)
    )
    assert set(with_dan) <= set(without)
    assert not any("follow" in kind for _, kind, _ in with_dan)
