"""The model that answers now: one reference, which a request takes once.

In: a loaded model, and beside it that of an experiment. Out: the same `ServedModel` for the whole
of a request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Lock

from recsys.errors import NoModel
from recsys.explore.explorer import Explorer
from recsys.models.model import Model
from recsys.recommender import Recommender
from recsys.self_check import self_check
from recsys.storage.bundle import LoadedModel, load
from serving.config import Experiment
from serving.rpc.split import TREATMENT, arm_of
from serving.watch.call import stage


@dataclass(frozen=True)
class ServedModel:
    """A recommender and the version of the model it answers from.

    Attributes
    ----------
    bundle : LoadedModel or None
        Where it comes from; as long as it is held, the bundle is not removed.
    arm : str
        The experiment and the side of it that this reader is on, "spring/treatment"; "" for those
        who take part in none.
    gone_seq, grown_seq : int
        The last change of the state up to which deleted papers are gone from the model, and new
        ones are in it.
    """

    version: str
    recommender: Recommender
    bundle: LoadedModel | None = None
    arm: str = ""
    gone_seq: int = 0
    grown_seq: int = 0

    @cached_property
    def explorer(self) -> Explorer:
        """Looks things up in the model."""
        return Explorer(self.recommender.model)

    @property
    def state_seq(self) -> int:
        """The last change of the state that the model has learned of; 0 for none."""
        return 0 if self.bundle is None else self.bundle.manifest.state_seq

    def of(self, model: Model) -> ServedModel:
        """The same version with a model that has grown or shrunk since it was loaded."""
        return replace(self, recommender=Recommender(model, stage))


LoadModel = Callable[[str], ServedModel]
"""Version -> the model, checked; raises NoModel or BundleCorrupt."""


class ModelHolder:
    """Holds the current model, and that of the experiment if there is one; empty until loaded."""

    def __init__(self, experiment: Experiment | None = None) -> None:
        self._experiment = experiment
        self._served: ServedModel | None = None
        self._treatment: ServedModel | None = None
        self._one_at_a_time = Lock()

    def hold(self, served: ServedModel) -> ServedModel | None:
        """Answer from this model from now on; requests under way keep the one they took.

        Returns the model that answered before, if any.
        """
        with self._one_at_a_time:
            before, self._served = self._served, served
        return before

    def hold_treatment(self, served: ServedModel) -> None:
        """Answer the experiment's share of the users from this model, whatever becomes current."""
        self._treatment = served

    def held(self) -> tuple[ServedModel, ...]:
        """All models that somebody is answered from; none until one is loaded."""
        held = (self._served, self._treatment)
        return tuple(served for served in held if served is not None)

    def exchange(self, before: ServedModel, after: ServedModel) -> None:
        """Answer from `after` instead of `before`, where that is held still."""
        with self._one_at_a_time:
            if self._served is before:
                self._served = after
            if self._treatment is before:
                self._treatment = after

    def current(self) -> ServedModel:
        """The model to answer with; raises NoModel until one is loaded."""
        if self._served is None:
            raise NoModel("no model is loaded yet; try again in a moment")
        return self._served

    def answering(self, collection: str, id_: str) -> ServedModel:
        """The model to answer one reader with; raises NoModel until all are loaded.

        Only users take part in an experiment.
        """
        served, experiment = self.current(), self._experiment
        if experiment is None or collection != "users":
            return served
        arm = arm_of(experiment, id_)
        if arm == TREATMENT:
            if self._treatment is None:
                raise NoModel("the experiment has no model loaded yet; try again in a moment")
            served = self._treatment
        return replace(served, arm=f"{experiment.name}/{arm}")


def load_served(models_dir: Path, version: str) -> ServedModel:
    """A published model, memory-mapped and checked in all its parts.

    Raises
    ------
    NoModel
        There is no such version.
    BundleCorrupt
        Its files are not as they were published, or it does not answer.
    """
    loaded = load(models_dir, version)
    self_check(Recommender(loaded.model))
    seq = loaded.manifest.state_seq
    recommender = Recommender(loaded.model, stage)
    return ServedModel(version, recommender, loaded, gone_seq=seq, grown_seq=seq)
