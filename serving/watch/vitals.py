"""What is true of a worker now: which models answer, and how far they have seen the state.

In: the follower of the pointer, and the state. Out: metrics, once a second, whether or not
anybody asks for anything meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable

from recsys.errors import StateUnavailable
from recsys.storage.state import State
from serving.rpc.model_follower import ModelFollower
from serving.rpc.model_holder import ServedModel
from serving.watch.metrics import Metrics

LOOK_EVERY_S = 1.0


class Vitals:
    """Looks after one worker."""

    def __init__(self, metrics: Metrics, follower: ModelFollower, state: State) -> None:
        self._metrics, self._follower, self._state = metrics, follower, state
        self._answering: frozenset[str] = frozenset()
        self._refused: frozenset[str] = frozenset()

    def follow(self, stopped: threading.Event) -> None:
        """Look at once, and every second until it is time to stop."""
        self.look()
        while not stopped.wait(LOOK_EVERY_S):
            self.look()

    def look(self) -> None:
        """Tell the metrics what is true now."""
        held, refused = self._follower.holder.held(), frozenset(self._follower.refusals())
        self._tell_models(held)
        if new := refused - self._refused:
            self._metrics.reloads.labels("refused").inc(len(new))
        self._metrics.model_refused.set(len(refused))
        self._refused = refused
        self._tell_state(held)

    def _tell_models(self, held: Iterable[ServedModel]) -> None:
        metrics, answering = self._metrics, frozenset(served.version for served in held)
        for version in self._answering - answering:
            metrics.model_workers.labels(version).set(0)
        for version in answering:
            metrics.model_workers.labels(version).set(1)
        if self._answering and answering - self._answering:
            metrics.reloads.labels("switched").inc()
        self._answering = answering
        written = [served.bundle.manifest for served in held if served.bundle is not None]
        made = [manifest.created_at.timestamp() for manifest in written]
        data = [one.data_time.timestamp() for one in written if one.data_time is not None]
        if made:
            metrics.model_created.set(min(made))
        if data:
            metrics.model_data.set(min(data))

    def _tell_state(self, held: Iterable[ServedModel]) -> None:
        try:
            self._metrics.state_newest.set(self._state.newest_seq())
        except StateUnavailable:
            self._metrics.state_up.set(0)
            return
        self._metrics.state_up.set(1)
        self._metrics.state_seen.set(min((served.grown_seq for served in held), default=0))
