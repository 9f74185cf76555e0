"""One gRPC server of one process: our service, health, reflection, limits, and a graceful end.

In: settings and the holder of the model. Out: `RpcServer`, which listens, says how it is, stops.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from protos.readinglist.v1.catalog_pb2_grpc import add_CatalogServiceServicer_to_server
from protos.readinglist.v1.explore_pb2_grpc import add_ExploreServiceServicer_to_server
from protos.readinglist.v1.feedback_pb2_grpc import add_FeedbackServiceServicer_to_server
from protos.readinglist.v1.model_pb2_grpc import add_ModelServiceServicer_to_server
from protos.readinglist.v1.recommendation_pb2_grpc import (
    add_RecommendationServiceServicer_to_server,
)
from recsys.storage.state import State
from serving.config import ServeSettings
from serving.live import Live
from serving.rpc import catalog, explore, feedback, models
from serving.rpc.catalogue_follower import CatalogueFollower
from serving.rpc.gate import Gate
from serving.rpc.interceptors.refuse_unreadable import RefuseUnreadable
from serving.rpc.interceptors.shed_load import ShedLoad
from serving.rpc.interceptors.tell_errors import TellErrors
from serving.rpc.model_follower import ModelFollower
from serving.rpc.reading import Reading
from serving.rpc.servicer import SERVICE, RecommendationServicer
from serving.rpc.signing import Signer
from serving.rpc.threads import AnsweringThreads
from serving.rpc.tokens import tokens_of
from serving.watch.calls import Watch, WatchCalls

_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING
_SERVING = health_pb2.HealthCheckResponse.SERVING
# "" is the server as a whole.
_SERVICES = ("", SERVICE, feedback.SERVICE, catalog.SERVICE, explore.SERVICE, models.SERVICE)
_MOST_ASIDE = 256  # calls that need no answering thread; beyond, gRPC refuses without a reason


class RpcServer:
    """NOT_SERVING until `mark_serving` is called.

    Attributes
    ----------
    catalogue : CatalogueFollower
        Keeps the models up to the state's catalogue.
    """

    def __init__(
        self,
        settings: ServeSettings,
        follower: ModelFollower,
        signer: Signer,
        watch: Watch,
        state: State,
    ) -> None:
        self.catalogue = CatalogueFollower(state, follower.holder)
        self._grace_s, self._gate = settings.grace_s, Gate(settings)
        threads = AnsweringThreads(settings.threads, settings.queue, watch.metrics.waiting.set)
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="aside")
        self._server = grpc.server(
            # A call whose deadline passes while it waits for a thread is dropped by gRPC itself.
            threads,
            interceptors=(
                WatchCalls(watch),
                TellErrors(),
                *self._gate.interceptors,
                RefuseUnreadable(),
                ShedLoad(threads, self._aside, watch.metrics),
            ),
            options=(
                ("grpc.so_reuseport", 1),
                ("grpc.max_receive_message_length", settings.max_request_bytes),
                ("grpc.max_send_message_length", settings.max_response_bytes),
            ),
            maximum_concurrent_rpcs=settings.threads + settings.queue + _MOST_ASIDE,
        )
        self._health = health.HealthServicer()
        for name in _SERVICES:
            self._health.set(name, _NOT_SERVING)
        tokens = tokens_of(settings, signer)
        live = Live(state, tell_hit=watch.metrics.tell_hit)
        reading = Reading(follower.holder, live, self.catalogue)
        need_s = settings.reasons_need_s
        recommending = RecommendationServicer(reading, need_s, tokens, now_in_utc)
        add_RecommendationServiceServicer_to_server(recommending, self._server)
        taking = feedback.FeedbackServicer(state, tokens.answers, signer, reading, _now)
        add_FeedbackServiceServicer_to_server(taking, self._server)
        changing = catalog.CatalogServicer(state, reading, signer, _now)
        add_CatalogServiceServicer_to_server(changing, self._server)
        add_ExploreServiceServicer_to_server(explore.ExploreServicer(reading), self._server)
        add_ModelServiceServicer_to_server(models.ModelServicer(follower, signer), self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        if settings.reflection:
            names = (*_SERVICES[1:], health.SERVICE_NAME, reflection.SERVICE_NAME)
            reflection.enable_server_reflection(names, self._server)

    def listen(self, address: str) -> int:
        """Answer on HOST:PORT from now on; returns the port."""
        port = self._gate.open(self._server, address)
        self._server.start()
        return port

    def mark_serving(self) -> None:
        """Tell whoever checks the health that a model is there."""
        for name in _SERVICES:
            self._health.set(name, _SERVING)

    def begin_to_stop(self) -> Event:
        """Take no more requests; what comes back is set once those under way have ended."""
        self._health.enter_graceful_shutdown()
        return self._server.stop(self._grace_s)

    def stop(self) -> None:
        """Take no more requests, finish those under way within the grace period, and end."""
        self.begin_to_stop().wait()
        self._aside.shutdown()


def _now() -> datetime:
    return datetime.now(UTC)


def now_in_utc() -> datetime:
    """The second that the clock shows."""
    return _now().replace(microsecond=0)
