"""A server inside the test's own process, on a free port of the loopback.

In: a model, or a servicer that stands in for ours. Out: its address, for as long as the test runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import grpc

from protos.readinglist.v1.recommendation_pb2_grpc import (
    RecommendationServiceServicer,
    RecommendationServiceStub,
    add_RecommendationServiceServicer_to_server,
)
from recsys.models.model import Model
from recsys.recommender import Recommender
from recsys.storage.state import State, beside, open_state
from serving.config import ServeSettings, read_settings
from serving.rpc.model_follower import ModelFollower
from serving.rpc.model_holder import ModelHolder, ServedModel, load_served
from serving.rpc.server import RpcServer
from serving.rpc.signing import Signer
from serving.watch.call import stage
from serving.watch.calls import Watch

VERSION = "v1"
NOWHERE = Path("unused")
SIGNER = Signer(lambda: (b"a key of the tests",))


def settings(**changes: Any) -> ServeSettings:
    """Settings of a server that never needs its folder of models."""
    return read_settings(models=NOWHERE, **{"grace_s": 5.0, **changes})


@contextmanager
def served(
    model: Model | None, *, watch: Watch | None = None, state: State | None = None, **changes: Any
) -> Iterator[str]:
    """Serve a model, or nothing yet, with all that surrounds it; yields HOST:PORT."""
    if state is None:
        with (
            TemporaryDirectory() as folder,
            open_state(beside(Path(folder))) as empty,
            served(model, watch=watch, state=empty, **changes) as address,
        ):
            yield address
        return
    models = ModelHolder()
    follower = ModelFollower(NOWHERE, models, partial(load_served, NOWHERE))
    server = RpcServer(settings(**changes), follower, SIGNER, watch or Watch(), state)
    address = f"127.0.0.1:{server.listen('127.0.0.1:0')}"
    if model is not None:
        models.hold(ServedModel(VERSION, Recommender(model, stage)))
        server.mark_serving()
    stopped = Event()
    following = Thread(target=server.catalogue.follow, args=(stopped,))
    following.start()
    try:
        yield address
    finally:
        stopped.set()
        server.stop()
        following.join()


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
