"""What questions are answered from.

In: the models that this process holds, and the state. Out: a model without what was deleted, and
how far the state has been seen.
"""

from __future__ import annotations

from dataclasses import dataclass

from serving.live import Live, Seen
from serving.rpc.catalogue_follower import CatalogueFollower
from serving.rpc.model_holder import ModelHolder, ServedModel


@dataclass(frozen=True)
class Reading:
    """The same for all services."""

    models: ModelHolder
    live: Live
    catalogue: CatalogueFollower

    def seen(self) -> Seen:
        """How far the state has come; up to there, no model that answers has deleted papers."""
        return self.catalogue.respect(self.live.look())

    def current(self) -> tuple[ServedModel, Seen]:
        """The model to look things up in; raises NoModel."""
        seen = self.seen()
        return self.models.current(), seen

    def of_user(self, user_id: str) -> tuple[ServedModel, Seen]:
        """The same for a user, who may take part in an experiment; raises NoModel."""
        seen = self.seen()
        return self.models.answering("users", user_id), seen
