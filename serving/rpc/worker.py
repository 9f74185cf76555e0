"""One process that answers: it listens, loads the model, serves, and ends gracefully.

In: settings, a way to load the model, an address. Out: when told to stop, nothing; an error
where the model cannot be loaded.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait

import structlog
from threadpoolctl import threadpool_info, threadpool_limits

from recsys.errors import BadInput
from recsys.storage.state import open_state
from serving.config import ServeSettings
from serving.rpc.model_follower import ModelFollower
from serving.rpc.model_holder import LoadModel, ModelHolder, ServedModel
from serving.rpc.server import RpcServer
from serving.rpc.signing import open_signer
from serving.rpc.stopping import StopBell
from serving.watch.calls import Watch
from serving.watch.metrics import Metrics
from serving.watch.spans import spans_to
from serving.watch.vitals import Vitals


class Worker:
    """A server and its model in this process.

    Parameters
    ----------
    on_ready : callable
        Called once, from another thread, when the model is loaded and the port is open.
    listen_first : bool
        Whether to open the port before the model is loaded, so that health can be asked for;
        who replaces a dead worker opens it after, since its neighbours answer meanwhile.
    """

    def __init__(
        self,
        settings: ServeSettings,
        load: LoadModel,
        address: str,
        *,
        on_ready: Callable[[], None],
        listen_first: bool = True,
    ) -> None:
        self._settings, self._load, self._address = settings, load, address
        self._on_ready, self._listen_first = on_ready, listen_first
        self._models = ModelHolder(settings.experiment)
        self._watch = Watch(Metrics(), spans_to(settings.traces))
        self._state, signer = open_state(settings.state_url), open_signer(settings)
        self._follower = ModelFollower(settings.models, self._models, self._loaded)
        self._server = RpcServer(settings, self._follower, signer, self._watch, self._state)
        self._bell, self._stopping = StopBell(), threading.Event()
        self._failure: Exception | None = None
        self._log = structlog.get_logger().bind(pid=os.getpid())

    def run(self, lifeline: Connection) -> None:
        """Serve until a signal comes, or the lifeline to the parent process ends."""
        # Threads of linear algebra would fight with the threads that answer.
        threadpool_limits(limits=1, user_api="blas")
        with self._bell.at_signals():
            if self._listen_first:
                self._listen()
            threading.Thread(target=self._load_and_serve, name="load", daemon=True).start()
            wait([self._bell.ear, lifeline])
            self._server.begin_to_stop()
            self._log.info("stopping")
            self._stopping.set()
            self._server.stop()
            self._watch.spans.close()
            self._state.close()
        if self._failure is not None:
            raise self._failure
        self._log.info("stopped")

    def _load_and_serve(self) -> None:
        try:
            experiment = self._settings.experiment
            if experiment is not None:
                other = self._loaded(experiment.model)
                self._models.hold_treatment(other)
            served = self._follower.start()
            if not self._listen_first:
                self._listen()
            vitals = Vitals(self._watch.metrics, self._follower, self._state)
            for follow in (self._server.catalogue.follow, vitals.follow):
                threading.Thread(target=follow, args=(self._stopping,), daemon=True).start()
            self._server.mark_serving()
            self._log.info("ready", model=served.version, blas_threads=_blas_threads())
            self._on_ready()
            self._follower.follow(self._stopping)
        except Exception as error:
            self._failure = error
            self._bell.ring()

    def _loaded(self, version: str) -> ServedModel:
        return self._server.catalogue.caught_up(self._load(version))

    def _listen(self) -> None:
        try:
            self._server.listen(self._address)
        except RuntimeError as error:
            raise BadInput(f"cannot listen on {self._address}") from error
        self._log.info("listening", address=self._address)


def _blas_threads() -> list[int]:
    pools = threadpool_info()
    return [pool["num_threads"] for pool in pools if pool["user_api"] == "blas"]
