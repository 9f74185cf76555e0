"""Things that take a moment to make and that many tests look at."""

from __future__ import annotations

import hypothesis
import pytest

import tests.small
from recsys.data.dataset import Dataset
from recsys.models.model import Model
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
