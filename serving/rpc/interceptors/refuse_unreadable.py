"""Requests that are no message of their kind: broken bytes, broken UTF-8, nested without end."""

from __future__ import annotations

from typing import Any

import grpc
from google.protobuf.message import DecodeError

from serving.rpc.errors import UnreadableRequest
from serving.rpc.interceptors.unary import Call, Read, UnaryInterceptor

_UNREADABLE = object()


class RefuseUnreadable(UnaryInterceptor):
    """Calls them invalid, which gRPC by itself would take for a mistake of the server."""

    def reading(self, read: Read) -> Read:
        def read_or_tell(raw: bytes) -> Any:
            try:
                return read(raw)
            except DecodeError:
                return _UNREADABLE

        return read_or_tell

    def around(self, call: Call, method: str, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002
        if request is _UNREADABLE:
            raise UnreadableRequest("the request cannot be read as a message of this method")
        return call(request, context)
