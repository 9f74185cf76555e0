"""A server inside the test's own process, on a free port of the loopback.

In: a model, or a servicer that stands in for ours. Out: its address, for as long as the test runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc

from protos.readinglist.v1.recommendation_pb2_grpc import (
    RecommendationServiceServicer,
    RecommendationServiceStub,
    add_RecommendationServiceServicer_to_server,
)
from recsys.models.model import Model
from recsys.recommender import Recommender
from serving.config import ServeSettings, read_settings
from serving.rpc.model_holder import ModelHolder, ServedModel
from serving.rpc.server import RpcServer
from serving.rpc.signing import Signer
from serving.watch.call import stage
from serving.watch.calls import Watch

VERSION = "v1"
SIGNER = Signer(lambda: (b"a key of the tests",))


def settings(**changes: Any) -> ServeSettings:
    """Settings of a server that never needs its folder of models."""
    return read_settings(models=Path("unused"), **{"grace_s": 5.0, **changes})


@contextmanager
def served(model: Model | None, *, watch: Watch | None = None, **changes: Any) -> Iterator[str]:
    """Serve a model, or nothing yet, with all that surrounds it; yields HOST:PORT."""
    models = ModelHolder()
    server = RpcServer(settings(**changes), models, SIGNER, watch or Watch())
    address = f"127.0.0.1:{server.listen('127.0.0.1:0')}"
    if model is not None:
        models.hold(ServedModel(VERSION, Recommender(model, stage)))
        server.mark_serving()
    try:
        yield address
    finally:
        server.stop()


@contextmanager
def stand_in(servicer: RecommendationServiceServicer) -> Iterator[str]:
    """Serve with something else than our own servicer; yields HOST:PORT."""
    server = grpc.server(ThreadPoolExecutor(2))
    add_RecommendationServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


@contextmanager
def channel_to(address: str) -> Iterator[grpc.Channel]:
    """A connection of its own: channels of one process would share one otherwise."""
    own = [("grpc.use_local_subchannel_pool", 1)]
    with grpc.insecure_channel(address, options=own) as channel:
        yield channel


@contextmanager
def asking(address: str) -> Iterator[RecommendationServiceStub]:
    """The methods of a server, as generated."""
    with channel_to(address) as channel:
        yield RecommendationServiceStub(channel)
