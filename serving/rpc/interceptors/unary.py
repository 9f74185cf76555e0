"""The shape of what goes around a call of ours.

In: calls. Out: the same calls, with something done before, after or in place of them. Other
services on the same server (health, reflection) pass untouched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc

Call = Callable[[Any, grpc.ServicerContext], Any]
GoOn = Callable[[grpc.HandlerCallDetails], grpc.RpcMethodHandler | None]
Read = Callable[[bytes], Any]
_OURS = "/readinglist."


class UnaryInterceptor(grpc.ServerInterceptor):
    """Wraps the unary calls of our own services in `around`."""

    def intercept_service(
        self, continuation: GoOn, handler_call_details: grpc.HandlerCallDetails
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
            request_deserializer=self.reading(handler.request_deserializer),
            response_serializer=handler.response_serializer,
        )

    def around(self, call: Call, method: str, request: Any, context: grpc.ServicerContext) -> Any:
        """What to do in place of the call."""
        raise NotImplementedError

    def reading(self, read: Read) -> Read:
        """How to read the bytes of a request; as the service does, unless overridden."""
        return read
