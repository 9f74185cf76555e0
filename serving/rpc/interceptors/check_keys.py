"""Who calls: a call goes on only with a key whose scopes allow it.

In: the metadata of calls, `authorization: Bearer KEY`. Out: the same calls, or refusals, for which
not even the request is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import grpc
from structlog.contextvars import bind_contextvars

from recsys.errors import InvalidKey, RecsysError, ScopeMissing
from serving.guard.keys import ApiKey, KeyRing
from serving.guard.scopes import NEEDED
from serving.rpc.interceptors.tell_errors import abort_with
from serving.rpc.interceptors.unary import GoOn

HEADER, SCHEME = "authorization", "Bearer "
# gRPC runs each call in a context of its own, from here to its thread.
calling_key: ContextVar[str] = ContextVar("id of the key that calls")


class CheckKeys(grpc.ServerInterceptor):
    """Stands before every service, health and reflection among them.

    Parameters
    ----------
    keys : callable
        The keys that are good at the moment.
    now : callable
        The time, UTC.
    """

    def __init__(self, keys: Callable[[], KeyRing], now: Callable[[], datetime]) -> None:
        self._keys, self._now = keys, now

    def intercept_service(
        self, continuation: GoOn, handler_call_details: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler | None:
        handler = continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or (method in NEEDED and NEEDED[method] is None):
            return handler
        try:
            key = self._keys().find(_sent(handler_call_details.invocation_metadata), self._now())
            calling_key.set(key.id)
            bind_contextvars(key=key.id)  # in each line that this call leaves in the log
            _refuse_other_scopes(key, method)
        except RecsysError as refusal:
            return _refusing(handler, refusal)
        return handler


def _sent(metadata: Sequence[tuple[str, str | bytes]]) -> str:
    sent = [value for name, value in metadata if name == HEADER]
    if len(sent) != 1 or not str(sent[0]).startswith(SCHEME):
        raise InvalidKey(f"send an API key, once, as metadata `{HEADER}: {SCHEME}KEY`")
    return str(sent[0]).removeprefix(SCHEME)


def _refuse_other_scopes(key: ApiKey, method: str) -> None:
    needed = NEEDED.get(method)
    if needed is None:
        raise ScopeMissing(f"no key may call {method}")
    if needed not in key.scopes:
        held = ", ".join(key.scopes)
        raise ScopeMissing(f"{method} needs the scope {needed}; the key {key.id} has {held}")


def _refusing(handler: grpc.RpcMethodHandler, refusal: RecsysError) -> grpc.RpcMethodHandler:
    def refuse(_request: Any, context: grpc.ServicerContext) -> Any:
        abort_with(context, refusal)

    if handler.unary_unary is not None:
        return grpc.unary_unary_rpc_method_handler(refuse)
    return grpc.stream_stream_rpc_method_handler(refuse)
