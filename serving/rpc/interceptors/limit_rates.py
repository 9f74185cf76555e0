"""How often: a key that calls too often waits, and is told how long."""

from __future__ import annotations

from typing import Any

import grpc

from serving.guard.rates import Rates
from serving.rpc.interceptors.check_keys import calling_key
from serving.rpc.interceptors.unary import Call, UnaryInterceptor


class LimitRates(UnaryInterceptor):
    """Takes a token for each call from the bucket of the key that makes it."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates

    def around(self, call: Call, method: str, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ARG002
        self._rates.take(calling_key.get())
        return call(request, context)
