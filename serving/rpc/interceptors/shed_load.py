"""More calls than can wait: refused at once, while those that are here are answered.

In: calls as they arrive. Out: the same calls, or refusals. Refusals have a thread of their own,
and so do health and reflection: a server that has much to do is not taken for a dead one.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

import grpc

from serving.rpc.errors import Overloaded
from serving.rpc.interceptors.unary import GoOn, is_ours
from serving.rpc.threads import AnsweringThreads
from serving.watch.metrics import Metrics

RETRY_AFTER_S = 1.0


class ShedLoad(grpc.ServerInterceptor):
    """Looks at each call before it has a thread; the innermost, so that refusals are seen.

    Parameters
    ----------
    threads : AnsweringThreads
        Those of the server.
    aside : ThreadPoolExecutor
        For what must not wait for them.
    """

    def __init__(
        self, threads: AnsweringThreads, aside: ThreadPoolExecutor, metrics: Metrics
    ) -> None:
        self._threads, self._aside, self._metrics = threads, aside, metrics

    def intercept_service(
        self, continuation: GoOn, handler_call_details: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler | None:
        handler = continuation(handler_call_details)
        if handler is None or handler.unary_unary is None:
            return handler
        if not is_ours(handler_call_details.method):
            return self._put_aside(handler, handler.unary_unary)
        if not self._threads.is_full():
            return handler
        self._metrics.refused.inc()
        return self._put_aside(handler, _refuse)

    def _put_aside(self, handler: grpc.RpcMethodHandler, call: Any) -> grpc.RpcMethodHandler:
        def answered(request: Any, context: grpc.ServicerContext) -> Any:
            return call(request, context)

        answered.experimental_thread_pool = self._aside  # type: ignore[attr-defined]
        return grpc.unary_unary_rpc_method_handler(
            answered,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )


def _refuse(request: Any, context: grpc.ServicerContext) -> NoReturn:  # noqa: ARG001
    raise Overloaded("too many requests wait already; try again in a moment", RETRY_AFTER_S)
