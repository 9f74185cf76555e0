"""Following the pointer: load, check, switch; a bad model is refused once and for all."""

from __future__ import annotations

import shutil
import threading
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from recsys.errors import BundleCorrupt, NoModel, UnknownModel
from recsys.storage.registry import CURRENT, activate, current, point_to
from recsys.storage.retention import prune
from serving.rpc.model_follower import ModelFollower
from serving.rpc.model_holder import ModelHolder, ServedModel, load_served
from tests.worlds import publish_tiny, tiny_model


class Followed:
    """A folder with three versions, of which the second is current, and who follows it."""

    def __init__(self, models_dir: Path) -> None:
        self.models_dir, self.loads = models_dir, list[str]()
        model = tiny_model()
        self.versions = tuple(
            publish_tiny(models_dir, model, created_at=datetime(year, 1, 1, tzinfo=UTC))
            for year in (2021, 2022, 2023)
        )
        point_to(models_dir, self.versions[1])
        self.holder = ModelHolder()
        self.follower = ModelFollower(models_dir, self.holder, self.load)

    def load(self, version: str) -> ServedModel:
        self.loads.append(version)
        return load_served(self.models_dir, version)

    @property
    def served(self) -> str:
        return self.holder.current().version

    def damage(self, version: str) -> Path:
        """Change a byte of a version; returns a copy of what it was."""
        beside = self.models_dir / ".sound"
        shutil.copytree(self.models_dir / version, beside)
        path = self.models_dir / version / "arrays" / "text.idf.npy"
        path.write_bytes(path.read_bytes()[:-1] + b"!")
        return beside

    def mend(self, version: str, sound: Path) -> None:
        """Put the files back that were damaged."""
        shutil.rmtree(self.models_dir / version)
        sound.rename(self.models_dir / version)


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    return Followed(tmp_path)


@pytest.fixture
def log() -> Iterator[list[EventDict]]:
    with capture_logs() as lines:
        yield lines


def events(log: list[EventDict], name: str) -> list[EventDict]:
    return [line for line in log if line["event"] == name]


def test_follower_start_holds_the_current_model(followed: Followed) -> None:
    assert followed.follower.start().version == followed.versions[1] == followed.served


def test_follower_goes_where_the_pointer_goes(followed: Followed, log: list[EventDict]) -> None:
    first, second, third = followed.versions
    followed.follower.start()
    followed.follower.look()
    assert followed.loads == [second]
    for version in (third, first):
        activate(followed.models_dir, version)
        followed.follower.look()
        assert followed.served == version
    told = [(line["before"], line["model"]) for line in events(log, "model_switched")]
    assert told == [(second, third), (third, first)]


def test_follower_requests_under_way_keep_their_model(followed: Followed) -> None:
    followed.follower.start()
    taken = followed.holder.current()
    activate(followed.models_dir, followed.versions[2])
    followed.follower.look()
    assert taken.version == followed.versions[1]
    assert taken.recommender.recommend_papers(taken.recommender.user("reader"), k=2).results


def test_follower_lets_go_of_the_old_model(followed: Followed) -> None:
    followed.follower.start()
    held = followed.holder.current()
    model, idf = weakref.ref(held.recommender.model), weakref.ref(held.recommender.model.text.idf)
    activate(followed.models_dir, followed.versions[2])
    followed.follower.look()
    assert model() is not None
    del held
    assert model() is None
    assert idf() is None


def test_follower_says_by_a_lock_what_it_answers_from(followed: Followed) -> None:
    first, second, third = followed.versions
    point_to(followed.models_dir, first)
    followed.follower.start()
    point_to(followed.models_dir, second)
    point_to(followed.models_dir, third)
    assert prune(followed.models_dir, 1) == {
        first: "in use",
        second: "one before",
        third: "current",
    }
    followed.follower.look()
    assert prune(followed.models_dir, 1)[first] == "removed"


def test_follower_refuses_a_bad_model_once_and_says_so(
    followed: Followed, log: list[EventDict]
) -> None:
    second, third = followed.versions[1:]
    followed.follower.start()
    followed.damage(third)
    point_to(followed.models_dir, third)
    for _ in range(3):
        followed.follower.look()
    assert followed.served == second
    assert followed.loads == [second, third]
    assert [(line["model"], line["log_level"]) for line in events(log, "model_refused")] == [
        (third, "error")
    ]
    assert "text.idf.npy" in followed.follower.refusals()[third]


def test_follower_tries_a_bad_model_again_once_its_files_changed(followed: Followed) -> None:
    third = followed.versions[2]
    followed.follower.start()
    sound = followed.damage(third)
    point_to(followed.models_dir, third)
    followed.follower.look()
    assert third in followed.follower.refusals()
    followed.mend(third, sound)
    followed.follower.look()
    assert followed.served == third
    assert followed.follower.refusals() == {}


def test_follower_forgets_a_bad_model_that_was_removed(followed: Followed) -> None:
    second, third = followed.versions[1:]
    followed.follower.start()
    followed.damage(third)
    point_to(followed.models_dir, third)
    followed.follower.look()
    point_to(followed.models_dir, second)
    followed.follower.look()
    assert set(followed.follower.refusals()) == {third}
    shutil.rmtree(followed.models_dir / third)
    point_to(followed.models_dir, followed.versions[0])
    point_to(followed.models_dir, second)
    followed.follower.look()
    assert followed.follower.refusals() == {}


def test_follower_does_not_see_a_bundle_that_is_still_being_copied(followed: Followed) -> None:
    second, third = followed.versions[1:]
    followed.follower.start()
    whole, target = followed.models_dir / ".whole", followed.models_dir / third
    target.rename(whole)
    point_to(followed.models_dir, third)
    # The worst order: the manifest first, and the pointer before everything.
    names = sorted(path.relative_to(whole) for path in whole.rglob("*") if path.is_file())
    names.sort(key=lambda name: name.name != "manifest.json")
    for name in names:
        followed.follower.look()
        assert followed.served == second
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(whole / name, target / name)
    followed.follower.look()
    assert followed.served == third


def test_follower_keeps_the_model_where_the_pointer_is_unreadable(followed: Followed) -> None:
    followed.follower.start()
    for content in (b"", b"\xff\n", b"../elsewhere\n"):
        (followed.models_dir / CURRENT).write_bytes(content)
        followed.follower.look()
        assert followed.served == followed.versions[1]


def test_follower_unforeseen_failure_of_a_load_is_a_refusal(followed: Followed) -> None:
    followed.follower.start()
    whole = followed.load

    def fail(version: str) -> ServedModel:
        whole(version)
        raise MemoryError("no room for it")

    careless = ModelFollower(followed.models_dir, followed.holder, fail)
    point_to(followed.models_dir, followed.versions[2])
    careless.look()
    assert followed.served == followed.versions[1]
    assert "no room for it" in careless.refusals()[followed.versions[2]]


@pytest.mark.parametrize("bad", [(1,), (1, 2)])
def test_follower_start_with_a_bad_model_takes_the_next_best(
    followed: Followed, bad: tuple[int, ...]
) -> None:
    # The pointer names the second, and the third as the one before.
    for place in bad:
        followed.damage(followed.versions[place]).rename(followed.models_dir / f".{place}")
    served = followed.follower.start()
    assert served.version == followed.versions[2 if bad == (1,) else 0]
    assert set(followed.follower.refusals()) == {followed.versions[place] for place in bad}


def test_follower_start_without_a_good_model_says_what_is_wrong(followed: Followed) -> None:
    for place, version in enumerate(followed.versions):
        followed.damage(version).rename(followed.models_dir / f".{place}")
    with pytest.raises(NoModel, match=rf"{followed.versions[1]}.*text\.idf\.npy"):
        followed.follower.start()


def test_activate_checks_moves_the_pointer_and_gives_the_way_back(followed: Followed) -> None:
    second, third = followed.versions[1:]
    followed.follower.start()
    assert followed.follower.activate(third) == second
    assert (followed.served, current(followed.models_dir)) == (third, third)
    assert followed.follower.activate(second) == third
    assert (followed.served, current(followed.models_dir)) == (second, second)


def test_activate_bad_or_unknown_moves_nothing(followed: Followed) -> None:
    second, third = followed.versions[1:]
    followed.follower.start()
    followed.damage(third)
    with pytest.raises(BundleCorrupt, match=r"text\.idf\.npy"):
        followed.follower.activate(third)
    with pytest.raises(UnknownModel):
        followed.follower.activate("20200101T000000Z-00000000")
    assert (followed.served, current(followed.models_dir)) == (second, second)
    assert set(followed.follower.refusals()) == {third}


def test_self_check_stands_before_the_switch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = publish_tiny(tmp_path)
    model = tiny_model()
    monkeypatch.setattr("recsys.storage.bundle._refuse_infinite", lambda *_: None)
    model.paper_blend.scales[:] = np.nan
    broken = publish_tiny(tmp_path, model, created_at=datetime(2025, 1, 1, tzinfo=UTC))
    holder = ModelHolder()
    follower = ModelFollower(tmp_path, holder, partial(load_served, tmp_path))
    follower.start()
    assert holder.current().version == sound
    assert "to a stranger" in follower.refusals()[broken]


def test_follower_ends_when_it_is_told_to(followed: Followed) -> None:
    followed.follower.start()
    stopped = threading.Event()
    thread = threading.Thread(target=followed.follower.follow, args=(stopped,))
    thread.start()
    stopped.set()
    thread.join(30)
    assert not thread.is_alive()
