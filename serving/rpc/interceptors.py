"""Around every call of ours: a line in the log, and errors made presentable.

In: calls. Out: the same calls, answered or aborted with a rich status. Other services on the
same server (health, reflection) pass untouched.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import grpc
import structlog
from grpc_status import rpc_status

from serving.rpc.errors import foreseen, status_of

Call = Callable[[Any, grpc.ServicerContext], Any]
_OURS = "/readinglist."


class UnaryInterceptor(grpc.ServerInterceptor):
    """Wraps the unary calls of our own services in `around`."""

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], grpc.RpcMethodHandler | None],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler | None:
        handler = continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or handler.unary_unary is None or not method.startswith(_OURS):
            return handler
        inner = handler.unary_unary

        def answered(request: Any, context: grpc.ServicerContext) -> Any:
            return self.around(inner, method, request, context)

        return grpc.unary_unary_rpc_method_handler(
            answered,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    def around(self, call: Call, method: str, request: Any, context: grpc.ServicerContext) -> Any:
        """What to do in place of the call."""
        raise NotImplementedError


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


class TellErrors(UnaryInterceptor):
    """Aborts with the status of an error; one that nobody foresaw is logged, without its text."""

    def __init__(self) -> None:
        self._log = structlog.get_logger()

    def around(self, call: Call, method: str, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return call(request, context)
        except Exception as error:
            if not foreseen(error):
                # An exception's text may quote the request, which is nobody's business.
                self._log.error(
                    "mistake", method=method, error=type(error).__name__, at=_places(error)
                )
            status = status_of(error)
        return context.abort_with_status(rpc_status.to_status(status))  # it raises


def _told(response: Any) -> dict[str, Any]:
    return {
        "model": response.model,
        "results": len(response.results),
        "degraded": response.degraded,
    }


def _places(error: Exception) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
