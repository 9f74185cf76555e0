"""Around every call of ours: its id, a line in the log, its metrics, its span.

In: calls. Out: the same calls, seen. A line has the method, the code, how long it took and
counts; nothing that the request says.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from uuid import uuid4

import grpc
import structlog
from structlog.contextvars import bound_contextvars

from protos.readinglist.v1 import recommendation_pb2 as pb
from serving.rpc.interceptors.unary import Call, GoOn, UnaryInterceptor
from serving.watch.call import CallUnderWay, under_way
from serving.watch.metrics import NO_RESULTS, Metrics
from serving.watch.spans import Metadata, NoSpans, Spans

REQUEST_ID = "x-request-id"
_SANE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,127}")
_ARRIVED: ContextVar[float] = ContextVar("seconds of the clock at which a call arrived")


@dataclass(frozen=True)
class Watch:
    """Where a worker puts what it sees of itself."""

    metrics: Metrics = field(default_factory=Metrics)
    spans: Spans = field(default_factory=NoSpans)


class WatchCalls(UnaryInterceptor):
    """The outermost of all that surrounds a call, so that it sees what came of it."""

    def __init__(self, watch: Watch) -> None:
        self._metrics, self._spans = watch.metrics, watch.spans
        self._log = structlog.get_logger()

    def intercept_service(
        self, continuation: GoOn, handler_call_details: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler | None:
        _ARRIVED.set(perf_counter())  # gRPC has a context for each call, from here to its thread
        return super().intercept_service(continuation, handler_call_details)

    def around(self, call: Call, method: str, request: Any, context: grpc.ServicerContext) -> Any:
        arrived, short = _ARRIVED.get(), method.rpartition("/")[2]
        self._metrics.stages.labels(short, "queue").observe(perf_counter() - arrived)
        metadata, response = context.invocation_metadata(), None
        id_ = id_of(metadata)
        context.set_trailing_metadata(((REQUEST_ID, id_),))
        answered = CallUnderWay(short, id_, context.time_remaining, self._metrics, self._spans)
        with (
            bound_contextvars(request_id=id_),
            self._spans.call(short, id_, metadata) as say_code,
            under_way(answered),
        ):
            try:
                response = call(request, context)
            finally:
                code, duration_s = code_of(context).name, perf_counter() - arrived
                say_code(code)
                self._count(short, code, duration_s, response)
                told = {} if response is None else _told(response)
                duration_ms = round(1000 * duration_s, 2)
                self._log.info("call", method=method, code=code, duration_ms=duration_ms, **told)
        return response

    def _count(self, method: str, code: str, duration_s: float, response: Any) -> None:
        self._metrics.calls.labels(method, code).inc()
        self._metrics.duration.labels(method).observe(duration_s)
        fields = {} if response is None else response.DESCRIPTOR.fields_by_name
        if "degraded" in fields and response.degraded:
            self._metrics.degraded.labels(method).inc()
        if "results" in fields:
            self._metrics.answers.labels(method, _strategy(response)).inc()


def id_of(metadata: Metadata) -> str:
    """The id that a client gave its request, where it is one; else a new one."""
    given = next((value for key, value in metadata if key == REQUEST_ID), "")
    return given if isinstance(given, str) and _SANE_ID.fullmatch(given) else uuid4().hex


def code_of(context: grpc.ServicerContext) -> grpc.StatusCode:
    """What the client gets to see of a call that has just been answered, or could not be."""
    if context.code() is not None:
        return context.code()
    if context.is_active():
        return grpc.StatusCode.OK
    left_s = context.time_remaining()
    late = left_s is not None and left_s <= 0
    return grpc.StatusCode.DEADLINE_EXCEEDED if late else grpc.StatusCode.CANCELLED


def _strategy(response: Any) -> str:
    """How a list came about; a place given away to explore says nothing of it."""
    named = (pb.Strategy.Name(line.strategy) for line in response.results)
    found = (name.removeprefix("STRATEGY_").lower() for name in named)
    return next((name for name in found if name != "explored"), NO_RESULTS)


def _told(response: Any) -> dict[str, Any]:
    """What a response says of itself, as far as its kind does."""
    fields, told = response.DESCRIPTOR.fields_by_name, {}
    if "model" in fields:
        # ModelService answers with all that is written on a model.
        told["model"] = getattr(response.model, "name", response.model)
    if "degraded" in fields:
        told["degraded"] = response.degraded
    if "results" in fields:
        told["results"] = len(response.results)
    return told
