"""The model that answers now: one reference, which a request takes once.

In: a loaded model. Out: the same `ServedModel` for the whole of a request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from recsys.errors import NoModel
from recsys.recommender import Recommender
from recsys.storage.bundle import load


@dataclass(frozen=True)
class ServedModel:
    """A recommender and the version of the model it answers from."""

    version: str
    recommender: Recommender


LoadModel = Callable[[], ServedModel]


class ModelHolder:
    """Holds the current model; empty until one is loaded."""

    def __init__(self) -> None:
        self._served: ServedModel | None = None

    def hold(self, served: ServedModel) -> None:
        """Answer from this model from now on; requests under way keep the one they took."""
        self._served = served

    def current(self) -> ServedModel:
        """The model to answer with; raises NoModel until one is loaded."""
        if self._served is None:
            raise NoModel("no model is loaded yet; try again in a moment")
        return self._served


def load_served(models_dir: Path, version: str) -> ServedModel:
    """A published model, memory-mapped; raises NoModel or BundleCorrupt."""
    loaded = load(models_dir, version)
    return ServedModel(loaded.version, Recommender(loaded.model))
