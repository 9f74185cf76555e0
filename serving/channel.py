"""A client's connection to a server: over what they speak, who asks, and when to try again.

In: an address, and an `Access`. Out: a gRPC channel for the stubs of every service.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from google.rpc.error_details_pb2 import RetryInfo
from grpc_status import rpc_status

from recsys.errors import BadInput

_LARGEST_RESPONSE_BYTES = 64 << 20
# All that these do is safe to do again.
_SERVICES = tuple(
    f"readinglist.v1.{name}Service" for name in ("Recommendation", "Feedback", "Catalog")
)


@dataclass(frozen=True)
class Access:
    """What it takes to speak with a server; nothing, for one on this machine that asks nobody.

    Attributes
    ----------
    api_key : str
        Sent with each call; "" for none. Over a connection without TLS, others may read it.
    tls : bool
        Whether to speak TLS, with a server whose certificate well-known authorities signed.
    tls_ca : Path or None
        PEM file of the authorities to believe instead; speaks TLS.
    tls_cert, tls_key : Path or None
        PEM files of a certificate of one's own and its key, for servers that ask for one; speaks
        TLS.
    """

    api_key: str = ""
    tls: bool = False
    tls_ca: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None

    def credentials(self) -> grpc.ChannelCredentials | None:
        """What TLS needs, None to speak in the clear; raises BadInput for unusable files."""
        if (self.tls_cert is None) != (self.tls_key is None):
            raise BadInput("a certificate of one's own needs its key, and the other way round")
        if not (self.tls or self.tls_ca or self.tls_cert):
            return None
        return grpc.ssl_channel_credentials(*map(_pem, (self.tls_ca, self.tls_key, self.tls_cert)))


OPEN = Access()


def open_channel(address: str, access: Access = OPEN, attempts: int = 3) -> grpc.Channel:
    """A channel to HOST:PORT.

    Parameters
    ----------
    attempts : int
        How often a call is made while the server is UNAVAILABLE, or says when to come back.

    Raises
    ------
    BadInput
        A file of `access` cannot be read.
    """
    credentials, options = access.credentials(), _options(attempts)
    if credentials is None:
        channel = grpc.insecure_channel(address, options=options)
    else:
        channel = grpc.secure_channel(address, credentials, options=options)
    key = (SendKey(access.api_key),) if access.api_key else ()
    return grpc.intercept_channel(channel, ComeBackWhenTold(attempts), *key)


class SendKey(grpc.UnaryUnaryClientInterceptor):
    """Sends an API key along with each call."""

    def __init__(self, api_key: str) -> None:
        self._header = ("authorization", f"Bearer {api_key}")

    def intercept_unary_unary(
        self, continuation: Callable[..., Any], client_call_details: Any, request: Any
    ) -> Any:
        metadata = (*(client_call_details.metadata or ()), self._header)
        return continuation(client_call_details._replace(metadata=metadata), request)


class ComeBackWhenTold(grpc.UnaryUnaryClientInterceptor):
    """Makes a refused call again after as long as the server says, if its deadline allows."""

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts

    def intercept_unary_unary(
        self, continuation: Callable[..., Any], client_call_details: Any, request: Any
    ) -> Any:
        timeout_s, started = client_call_details.timeout, time.monotonic()
        call = continuation(client_call_details, request)
        for _ in range(self._attempts - 1):
            delay_s = _told_delay_s(call)
            if delay_s is None:
                break
            if timeout_s is not None:
                left_s = timeout_s - (time.monotonic() - started) - delay_s
                if left_s <= 0:
                    break
                client_call_details = client_call_details._replace(timeout=left_s)
            time.sleep(delay_s)
            call = continuation(client_call_details, request)
        return call


def _told_delay_s(call: Any) -> float | None:
    """How long a refusal says to wait; None where it does not, or the call went well."""
    if call.code() is not grpc.StatusCode.RESOURCE_EXHAUSTED:
        return None
    status = rpc_status.from_call(call)
    for detail in status.details if status is not None else ():
        if detail.Is(RetryInfo.DESCRIPTOR):
            return RetryInfo.FromString(detail.value).retry_delay.ToTimedelta().total_seconds()
    return None


def _options(attempts: int) -> list[tuple[str, Any]]:
    retry = {
        "maxAttempts": attempts,
        "initialBackoff": "0.1s",
        "maxBackoff": "1s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"],
    }
    methods: dict[str, Any] = {"name": [{"service": name} for name in _SERVICES]}
    if attempts > 1:
        methods["retryPolicy"] = retry
    return [
        ("grpc.service_config", json.dumps({"methodConfig": [methods]})),
        # A server that is coming up should be found within the deadline.
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.max_receive_message_length", _LARGEST_RESPONSE_BYTES),
    ]


def _pem(path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot read the certificate {path}: {error.strerror}") from error
