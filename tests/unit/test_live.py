"""What one process knows of the state: read when something is new, kept for when it is away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import serving.live
from recsys.recommender import Recommender
from recsys.storage.state import State, beside, open_state
from serving.live import Asker, Live
from serving.rpc.model_holder import ServedModel
from tests.events import NOW, did
from tests.worlds import tiny_model

SERVED = ServedModel("v1", Recommender(tiny_model()))


class Clock:
    """Shows what it is set to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with open_state(beside(tmp_path)) as opened:
        yield opened


def asked(live: Live, user: str) -> Asker:
    seen = live.look()
    return live.asker(SERVED, "users", user, "", seen, seen.seq)


def n_liked(asker: Asker) -> int:
    return asker.reader.liked.nnz


def take_away(state: State, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have a state fail from now on; each time it is asked is noted."""
    noted: list[str] = []

    def fail() -> None:
        noted.append("asked")
        raise OSError("gone")

    monkeypatch.setattr(state._database, "_lay_out", fail)
    return noted


def test_live_events_are_read_again_only_where_something_is_new(state: State) -> None:
    hits: list[bool] = []
    live = Live(state, tell_hit=hits.append)
    state.events.write([did("ada", "save", "g1")], NOW)
    assert [n_liked(asked(live, "ada")) for _ in range(2)] == [1, 1]
    state.events.write([did("ada", "save", "g2")], NOW)
    assert n_liked(asked(live, "ada")) == 2
    assert hits == [False, True, False]


def test_live_read_ahead_leaves_no_question_about_anybody(state: State, monkeypatch) -> None:
    users = ["ada", "ben", "purged", "unheard of", "odd\0"]
    state.events.write([did("purged", "save", "g1")], NOW)
    state.purges.purge("purged", NOW, "receipt")
    events = [did("ada", "save", "g1"), did("ben", "save", "g1"), did("ada", "save", "g2")]
    state.events.write([*events, did("ben", "impression", "g3")], NOW)
    live, alone = Live(state), Live(state)
    seen = live.look()
    expected = [alone.standing(SERVED, user, alone.look()) for user in users]
    live.read_ahead(users, seen)
    noted = take_away(state, monkeypatch)
    assert [live.standing(SERVED, user, seen) for user in users] == expected
    assert [standing.purged for standing, _ in expected] == [False, False, True, False, False]
    assert [len(standing.deeds) for standing, _ in expected] == [2, 1, 0, 0, 0]
    live.read_ahead(users, seen)
    assert noted == []


def test_live_what_was_shown_is_not_kept(state: State) -> None:
    live = Live(state)
    state.events.write([did("ada", "impression", f"p{n}") for n in range(50)], NOW)
    state.events.write([did("ada", "save", "g1")], NOW)
    assert n_liked(asked(live, "ada")) == 1
    assert [one.event.kind for one in live._users["ada"].events] == ["save"]


def test_live_state_that_is_away_is_asked_once_a_second(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    live = Live(state, clock)
    state.events.write([did("ada", "save", "g1")], NOW)
    asked(live, "ada")
    noted = take_away(state, monkeypatch)
    answers = [asked(live, user) for user in ("ada", "ada", "ben")]
    assert [(n_liked(answer), answer.degraded) for answer in answers] == [
        (1, True),
        (1, True),
        (0, True),
    ]
    assert len(noted) == 1
    clock.seconds = 1.0
    asked(live, "ada")
    assert len(noted) == 2
    monkeypatch.undo()
    clock.seconds = 2.0
    assert not asked(live, "ada").degraded


def test_live_purged_user_is_gone_from_memory_with_the_next_look(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = Live(state)
    state.events.write([did("ada", "save", "g1")], NOW)
    assert n_liked(asked(live, "ada")) == 1
    state.purges.purge("ada", NOW, "r")
    live.look()
    take_away(state, monkeypatch)
    assert n_liked(asked(live, "ada")) == 0


def test_live_keeps_the_events_of_those_who_asked_last(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving.live, "_MOST_EVENTS", 5)
    live = Live(state)
    for user in ("ada", "ben", "cleo"):
        state.events.write([did(user, "save", paper) for paper in ("g1", "g2")], NOW)
        assert n_liked(asked(live, user)) == 2
    assert list(live._users) == ["ben", "cleo"]
    assert live._n_events == 4


def test_live_list_goes_on_as_of_its_beginning_but_for_blocks(state: State) -> None:
    live = Live(state)
    state.events.write([did("ada", "save", "g1")], NOW)
    before = live.look().seq
    state.events.write([did("ada", "save", "g2"), did("ada", "block", "cleo")], NOW)
    later = live.asker(SERVED, "users", "ada", "", live.look(), before)
    assert n_liked(later) == 1
    assert later.blocked == {"cleo"}
    assert later.dealt_with == {"g2"}
