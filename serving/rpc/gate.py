"""The gate of a server: what a caller has to show, and over what they speak.

In: settings. Out: the interceptors that ask who calls, and an open port.
"""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic

import grpc

from recsys.storage.watched import Watched
from serving.config import ServeSettings
from serving.guard.certificates import credentials_of
from serving.guard.key_file import read_keys
from serving.guard.rates import Rates
from serving.logs import tell_change
from serving.rpc.interceptors.check_keys import CheckKeys
from serving.rpc.interceptors.limit_rates import LimitRates


class Gate:
    """Keys and certificates of a server, both read again when their files change.

    Raises
    ------
    BadInput
        A file of either cannot be used.
    """

    def __init__(self, settings: ServeSettings) -> None:
        self.interceptors = _interceptors(settings)
        self._credentials = _credentials(settings)

    def open(self, server: grpc.Server, address: str) -> int:
        """Have a server listen on HOST:PORT; returns the port."""
        if self._credentials is None:
            return server.add_insecure_port(address)
        return server.add_secure_port(address, self._credentials)


def _interceptors(settings: ServeSettings) -> tuple[grpc.ServerInterceptor, ...]:
    """Who may call, and how often; nobody is asked where there is no file of keys."""
    path = settings.api_key_file
    if path is None:
        return ()
    keys = Watched((path,), lambda: read_keys(path), tell_change("API keys"))
    rates = Rates(settings.rate_per_s, settings.rate_burst, monotonic)
    return CheckKeys(keys.current, lambda: datetime.now(UTC)), LimitRates(rates)


def _credentials(settings: ServeSettings) -> grpc.ServerCredentials | None:
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    files = settings.tls_cert, settings.tls_key, settings.tls_client_ca
    return credentials_of(*files, tell_change("certificates"))
