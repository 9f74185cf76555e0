"""Things that take a moment to make and that many tests look at."""

from __future__ import annotations

import pytest

from recsys.data.build import build_dataset
from recsys.data.dataset import Dataset
from recsys.models.model import Model
from tests.small import train
from training.pipeline import Trained
from training.world.make import make_world


@pytest.fixture(scope="session")
def small_world() -> Dataset:
    """A generated world of 300 papers, 120 authors and 80 users."""
    return build_dataset(make_world(3, papers=300, authors=120, users=80))


@pytest.fixture(scope="session")
def trained(small_world: Dataset) -> Trained:
    """A training run on the small world; not to be changed by anybody."""
    return train(small_world)


@pytest.fixture(scope="session")
def small_model(trained: Trained) -> Model:
    """The model of that run."""
    return trained.model
