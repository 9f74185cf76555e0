"""What follows say of whom to write with, and what they never tell."""

from __future__ import annotations

import numpy as np
import pytest

from recsys.data.dataset import Dataset
from recsys.features.signals import Signals, SignalSettings, build_signals
from recsys.models.blend import SEGMENTS
from recsys.models.readers import ReaderSource
from recsys.models.scorer import Scorer
from recsys.recommender import Recommender
from tests.small import dataset_of, people, train
from training.fit.follows import fit_follows, followed_together

FOLLOWS = {
    "ua": ["b"],  # ua is a, ub is b: they follow each other
    "ub": ["a"],
    "uc": ["a"],
    "fan 1": ["d", "e", "f"],
    "fan 2": ["d", "e", "f"],
    "fan 3": ["d", "e"],
    "new": ["d"],
}


@pytest.fixture(scope="module")
def world() -> tuple[Dataset, Signals, dict[str, Scorer]]:
    dataset = dataset_of(
        papers=[{"paper_id": "p", "title": "Paper"}],
        authors=people(*"abcdef"),
        authorships={"p": "ab"},
        users={"ua": "a", "ub": "b", "uc": "c", "fan 1": "", "fan 2": "", "fan 3": "", "new": ""},
        follows=[(user, author) for user, them in FOLLOWS.items() for author in them],
    )
    signals = build_signals(dataset, SignalSettings())
    return dataset, signals, {one.name: one for one in fit_follows(dataset, signals)}


def scores(world, name: str, user: str) -> dict[str, float]:
    dataset, signals, scorers = world
    rows = np.array([dataset.users.ids.row(user)])
    reader = ReaderSource(dataset, signals, 3).users(rows)
    found = scorers[name].score(reader, np.arange(6))[0]
    return {dataset.authors.ids[row]: float(found[row]) for row in np.flatnonzero(found)}


def test_follows_back_are_those_whose_users_follow_the_reader(world):
    assert scores(world, "follows_back", "ua") == {"b": 1.0, "c": 1.0}
    assert scores(world, "follows_back", "ub") == {"a": 1.0}
    assert scores(world, "follows_back", "fan 1") == {}


def test_followed_together_needs_three_who_follow_both(world):
    found = scores(world, "followed_together", "new")
    assert found == {"e": pytest.approx(3 / np.sqrt(4 * 3))}  # two fans of d and f are too few


def test_followed_together_never_counts_one_persons_follows_alone(world):
    signals = world[1]
    both = (signals.follows.T @ signals.follows).toarray()
    assert (both[followed_together(signals.follows).toarray() > 0] >= 3).all()


@pytest.mark.parametrize("name", ["follows_back", "followed_together"])
def test_follows_of_others_are_never_evidence(world, name):
    dataset, signals, scorers = world
    source = ReaderSource(dataset, signals, 3)
    assert scorers[name].score(source.users(np.arange(7)), np.arange(6)).any()
    for user in range(7):
        assert scorers[name].evidence(source.users(np.array([user])), np.arange(6)) == []


def test_follows_of_others_change_a_ranking_and_no_reason(small_model):
    """Whatever a reason about a follow names, the reader follows it."""
    ask, ids = Recommender(small_model), small_model.dataset.authors.ids
    told = 0
    for user_id in small_model.dataset.users.ids:
        reader = ask.user(user_id)
        own = {f"authors/{ids[row]}" for row in reader.follows.indices}
        for one in ask.suggest_collaborators(reader, k=5).results:
            about = [r.subject for r in one.reasons if r.kind.startswith("follow")]
            assert set(about) <= own
            told += len(about)
    assert told > 20


def test_reader_without_a_profile_gets_the_followed_their_circle_and_the_authors_read():
    teams = {
        **{f"g{n}": "abc"[: 2 + n % 2] for n in range(4)},
        **{f"r{n}": "de" for n in range(3)},
        **{f"o{n}": "xyz" for n in range(6)},
    }
    model = train(
        dataset_of(
            papers=[
                {"paper_id": id_, "title": f"{id_[0] * 5} {id_}", "published_at": "2023-01-01"}
                for id_ in teams
            ],
            authors=people(*"abcdexyz"),
            authorships=teams,
            users={"new": ""},
            follows=[("new", "a"), ("new", "b")],
            interactions=[("new", f"r{n}", "save") for n in range(3)],
        )
    ).model
    ask = Recommender(model)
    found = ask.suggest_collaborators(ask.user("new"), k=8).results
    assert {one.id for one in found[:2]} == {"authors/a", "authors/b"}
    assert {one.id for one in found[2:5]} == {f"authors/{id_}" for id_ in "cde"}
    kinds = {one.id: {reason.kind for reason in one.reasons} for one in found[:5]}
    assert "followed" in kinds["authors/a"]
    assert "followed_coauthor" in kinds["authors/c"]
    assert "wrote" in kinds["authors/d"]


def test_reader_who_has_written_nothing_is_a_segment_apart_for_people_alone(small_model):
    ask = Recommender(small_model)
    reader = ask.stranger(followed=[small_model.dataset.authors.ids[0]])
    assert SEGMENTS[small_model.author_blend.segments(reader)[0]] == "reading"
    assert SEGMENTS[small_model.paper_blend.segments(reader)[0]] == "warm"
    assert SEGMENTS[small_model.author_blend.segments(ask.stranger())[0]] == "cold"


def test_active_people_are_for_those_of_whom_nothing_is_known(small_model):
    active = next(one for one in small_model.author_scorers if one.name == "active")
    ask, rows = Recommender(small_model), np.arange(len(small_model.dataset.authors))
    assert active.score(ask.stranger(), rows).any()
    known = ask.stranger(followed=[small_model.dataset.authors.ids[0]])
    assert not active.score(known, rows).any()
    assert active.evidence(known, rows) == []
