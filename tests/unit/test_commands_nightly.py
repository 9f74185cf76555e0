"""`recsys nightly`: serve -> events -> train -> publish, unless it would be for the worse."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from recsys.data.events import Event
from recsys.recommender import Recommender
from recsys.storage.bundle import load
from recsys.storage.dataset_folder import read_tables, write_tables
from recsys.storage.registry import current, versions
from recsys.storage.state import State, beside, open_state
from tests.e2e.command_line import Done, json_line, quick_settings, recsys_here
from tests.small import small_tables

STRANGER = "a-user-whom-nobody-knew-é7"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world as a dataset folder, beside quick settings."""
    folder = tmp_path_factory.mktemp("world") / "dataset"
    write_tables(folder, small_tables())
    quick_settings(folder.parent)
    return folder


@pytest.fixture(scope="module")
def first(dataset: Path) -> Path:
    """A models folder after the first night, to be copied."""
    models = dataset.parent / "models"
    told = json_line(nightly(dataset, models))
    assert told["model"] == current(models)
    assert told["findings"] == []  # there was nothing to compare with
    return models


@pytest.fixture
def models(first: Path, tmp_path: Path) -> Path:
    """A models folder of its own for each test."""
    return Path(shutil.copytree(first, tmp_path / "models"))


@pytest.fixture
def state(models: Path) -> Iterator[State]:
    with open_state(beside(models)) as opened:
        yield opened


def nightly(dataset: Path, models: Path, *more: object) -> Done:
    config = dataset.parent / "quick.toml"
    words = ("--models", models, "--config", config, "--threads", 1, "--json")
    return recsys_here("nightly", dataset, *words, *more)


def saved_papers(state: State, dataset: Path, user_id: str) -> list[str]:
    """Have a user save some papers; which ones."""
    tables, _ = read_tables(dataset)
    papers = tables.papers["paper_id"].head(4).tolist()
    now = datetime.now(UTC)
    state.events.write(
        [Event(f"{user_id}-{paper}", user_id, "save", now, paper_id=paper) for paper in papers], now
    )
    return papers


def bytes_of(models: Path, version: str) -> bytes:
    """All that the files of a bundle hold, one after the other."""
    files = sorted(path for path in (models / version).rglob("*") if path.is_file())
    return b"\0".join(path.read_bytes() for path in files)


def spellings(user_id: str) -> list[bytes]:
    """How an id might stand in a file."""
    escaped = user_id.encode("ascii", "backslashreplace")
    return [user_id.encode(coding) for coding in ("utf-8", "utf-16-le", "utf-32-le", "latin-1")] + [
        escaped,
        quote(user_id).encode(),
    ]


def test_nightly_learns_what_a_service_took_in_and_forgets_whom_it_must(
    dataset: Path, models: Path, state: State
) -> None:
    saved = saved_papers(state, dataset, STRANGER)
    told = json_line(nightly(dataset, models, "--keep", 1))
    assert told["state_seq"] == state.newest_seq() == len(saved)
    loaded = load(models)
    assert loaded.manifest.state_seq == len(saved)
    answer = Recommender(loaded.model).recommend_papers(Recommender(loaded.model).user(STRANGER))
    assert {line.strategy for line in answer.results} == {"personalised"}
    assert STRANGER.encode() in bytes_of(models, loaded.version)

    state.purges.purge(STRANGER, datetime.now(UTC), "receipt")
    told = json_line(nightly(dataset, models, "--keep", 1))
    held = bytes_of(models, told["model"])
    assert [word for word in spellings(STRANGER) if word in held] == []
    assert STRANGER not in load(models).model.dataset.users.ids


def test_nightly_user_of_the_dataset_is_forgotten_too(
    dataset: Path, models: Path, state: State
) -> None:
    user_id = read_tables(dataset)[0].interactions["user_id"].iloc[0]
    before = bytes_of(models, current(models))
    assert user_id.encode() in before
    state.purges.purge(user_id, datetime.now(UTC), "receipt")
    told = json_line(nightly(dataset, models))
    assert user_id not in load(models, told["model"]).model.dataset.users.ids


def test_nightly_that_would_be_worse_publishes_nothing_unless_forced(
    dataset: Path, models: Path, tmp_path: Path
) -> None:
    tables, _ = read_tables(dataset)
    lost = tmp_path / "dataset"
    frames = tables.frames() | {"interactions": tables.interactions.head(20)}
    write_tables(lost, type(tables).of(frames))
    quick_settings(tmp_path)
    before = versions(models)
    refused = nightly(lost, models)
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert "only 20 interactions" in refused.stderr
    assert (versions(models), current(models)) == (before, before[-1])
    assert nightly(lost, models, "--force").returncode == 0
    assert current(models) not in before


def test_nightly_removes_old_models_but_not_the_way_back(dataset: Path, models: Path) -> None:
    nights = [current(models)]
    for _ in range(2):
        told = json_line(nightly(dataset, models, "--keep", 1, "--force", "--seed", len(nights)))
        nights.append(told["model"])
    assert versions(models) == tuple(sorted(nights[1:]))
    assert told["removed"] == nights[:1]
