"""Things that take a moment to make and that many tests look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

import tests.small
from recsys.data.dataset import Dataset
from recsys.models.model import Model
from recsys.storage.state import State, open_state
from tests.postgres import SOUGHT, PostgresServer, postgres_server, programs
from training.pipeline import Trained

# The same examples on every machine, however slow it is at the moment.
hypothesis.settings.register_profile("the same everywhere", deadline=None, derandomize=True)
hypothesis.settings.load_profile("the same everywhere")


@pytest.fixture(scope="session")
def small_world() -> Dataset:
    """A generated world of 300 papers, 120 authors and 80 users."""
    return tests.small.small_world()


@pytest.fixture(scope="session")
def trained() -> Trained:
    """A training run on the small world; not to be changed by anybody."""
    return tests.small.small_run()


@pytest.fixture(scope="session")
def small_model(trained: Trained) -> Model:
    """The model of that run."""
    return trained.model


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server for all tests; whoever stops it starts it again."""
    bin_dir = programs()
    if bin_dir is None:
        pytest.skip(SOUGHT)
    with postgres_server(bin_dir) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def state_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty state, on each kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'state.db'}"
    return request.getfixturevalue("postgres").new_database()


@pytest.fixture
def state(state_url: str) -> Iterator[State]:
    """An empty state, on each kind of database."""
    with open_state(state_url) as opened:
        yield opened
