"""The shape of what goes around a call of ours.

In: calls. Out: the same calls, with something done before, after or in place of them. Other
services on the same server (health, reflection) pass untouched.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc

Call = Callable[[Any, grpc.ServicerContext], Any]
GoOn = Callable[[grpc.HandlerCallDetails], grpc.RpcMethodHandler | None]
Read = Callable[[bytes], Any]
_OURS = "/readinglist."
_POOL = "experimental_thread_pool"  # where gRPC looks for the threads that shall make a call


def is_ours(method: str) -> bool:
    """Whether a method is one of our own services."""
    return method.startswith(_OURS)


def rewrapped(
    handler: grpc.RpcMethodHandler,
    call: Call,
    read: Read,
    threads: ThreadPoolExecutor | None = None,
) -> grpc.RpcMethodHandler:
    """A handler with another call in it, made by other threads where any are given."""

    def answered(request: Any, context: grpc.ServicerContext) -> Any:
        return call(request, context)

    setattr(answered, _POOL, threads or getattr(handler.unary_unary, _POOL, None))
    return grpc.unary_unary_rpc_method_handler(
        answered, request_deserializer=read, response_serializer=handler.response_serializer
    )


class UnaryInterceptor(grpc.ServerInterceptor):
    """Wraps the unary calls of our own services in `around`."""

    def intercept_service(
        self, continuation: GoOn, handler_call_details: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler | None:
        handler = continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or handler.unary_unary is None or not is_ours(method):
            return handler
        inner = handler.unary_unary

        def call(request: Any, context: grpc.ServicerContext) -> Any:
            return self.around(inner, method, request, context)

        return rewrapped(handler, call, self.reading(handler.request_deserializer))

    def around(self, call: Call, method: str, request: Any, context: grpc.ServicerContext) -> Any:
        """What to do in place of the call."""
        raise NotImplementedError

    def reading(self, read: Read) -> Read:
        """How to read the bytes of a request; as the service does, unless overridden."""
        return read
