"""Errors made presentable: a rich status for the client, and for the log what is our fault."""

from __future__ import annotations

from typing import Any, NoReturn

import grpc
import structlog
from grpc_status import rpc_status

from serving.logs import mistake
from serving.rpc.errors import foreseen, status_of
from serving.rpc.interceptors.unary import Call, UnaryInterceptor
from serving.watch.call import request_id


class TellErrors(UnaryInterceptor):
    """Aborts with the status of an error; one that nobody foresaw is logged, without its text."""

    def __init__(self) -> None:
        self._log = structlog.get_logger()

    def around(self, call: Call, method: str, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return call(request, context)
        except Exception as error:
            if context.code() is not None:
                raise  # somebody further in has told the client already
            if not foreseen(error):
                self._log.error("mistake", method=method, **mistake(error))
            abort_with(context, error)


def abort_with(context: grpc.ServicerContext, error: Exception) -> NoReturn:
    """End a call with what a client is told of an error."""
    status = rpc_status.to_status(status_of(error, request_id()))
    # Aborting forgets what was to be told at the end; the id of the request is.
    told = (*(context.trailing_metadata() or ()), *status.trailing_metadata)
    context.abort_with_status(status._replace(trailing_metadata=told))
    raise AssertionError("abort_with_status raises")
