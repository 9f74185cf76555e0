"""A line in the log for every call of ours, whatever became of it."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import grpc
import structlog
from google.protobuf.message import Message

from serving.rpc.interceptors.unary import Call, UnaryInterceptor

_TOLD = ("model", "degraded")


class LogCalls(UnaryInterceptor):
    """One line a call: method, code, duration and counts; nothing that the request says."""

    def __init__(self) -> None:
        self._log = structlog.get_logger()

    def around(self, call: Call, method: str, request: Any, context: grpc.ServicerContext) -> Any:
        started, response = perf_counter(), None
        try:
            response = call(request, context)
        finally:
            code = context.code() or grpc.StatusCode.OK
            told = {} if response is None else _told(response)
            duration_ms = round(1000 * (perf_counter() - started), 2)
            self._log.info("call", method=method, code=code.name, duration_ms=duration_ms, **told)
        return response


def _told(response: Message) -> dict[str, Any]:
    """What a response says of itself, as far as its kind does."""
    fields = response.DESCRIPTOR.fields_by_name
    told = {name: getattr(response, name) for name in _TOLD if name in fields}
    if "results" in fields:
        told["results"] = len(response.results)
    return told
