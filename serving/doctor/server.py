"""Checks of a running server: reachable, healthy, on the model of the folder, its certificate.

In: its address and what it wants to see. Out: findings.
"""

from __future__ import annotations

import socket
import ssl
import urllib.request
from datetime import UTC, datetime, timedelta

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from recsys.data.resource_names import resource_name
from serving.channel import Access, open_channel
from serving.client import RecsysClient, RequestFailed
from serving.config import host_and_port
from serving.doctor.finding import Finding, sound, wrong

_DEADLINE_S = 10.0
_SOON = timedelta(days=14)


def health(address: str, access: Access) -> Finding:
    """Whether the server can be reached, and says that it serves."""
    try:
        with open_channel(address, access, attempts=1) as channel:
            request = health_pb2.HealthCheckRequest()
            answer = health_pb2_grpc.HealthStub(channel).Check(request, timeout=_DEADLINE_S)
    except grpc.RpcError as error:
        return wrong(
            "server",
            f"{address} does not answer: {error.details()}",
            "see that it runs, that the address is its own, and that --tls fits",
        )
    if answer.status != health_pb2.HealthCheckResponse.SERVING:
        return wrong(
            "server",
            f"{address} is up and does not serve",
            "it loads a model or stops; its log says which",
        )
    return sound("server", f"{address} serves")


def model(address: str, access: Access, version: str) -> Finding:
    """Whether the server answers from the model that the folder names."""
    try:
        with RecsysClient(address, access=access, deadline_s=_DEADLINE_S) as client:
            found = client.models.get(version)
    except RequestFailed as error:
        return wrong(
            "model served",
            f"{address} does not tell of {resource_name('models', version)}: {error}",
            "give --api-key with the scope of an operator, and the --models that the server has",
        )
    if found.state == "refused":
        return wrong(
            "model served",
            f"{address} refuses {version}: {found.refusal}",
            "go back with `recsys models rollback`, and train again",
        )
    if found.state != "serving":
        return wrong(
            "model served",
            f"{address} answers from another model than {version}",
            "it goes over within seconds; if it does not, its log says why",
        )
    return sound("model served", f"{address} answers from {version}, which the folder names")


def certificate(address: str, access: Access, now: datetime) -> Finding:
    """Whether the server's certificate holds, and will for two weeks."""
    try:
        until = _end_of_certificate(address, access)
    except (OSError, ValueError) as error:
        why = getattr(error, "verify_message", None) or str(error)
        return wrong(
            "certificate",
            f"{address} shows none that can be believed: {why}",
            "put a new one in its place, which needs no restart; or give the right --tls-ca",
        )
    told = f"that of {address} ends on {until:%Y-%m-%d}"
    if until - now < _SOON:
        return wrong("certificate", told, "put a new one in its place, which needs no restart")
    return sound("certificate", told)


def metrics(address: str) -> Finding:
    """Whether Prometheus would find metrics."""
    url = f"http://{address}/metrics"
    try:
        with urllib.request.urlopen(url, timeout=_DEADLINE_S) as answer:
            found = b"recsys_" in answer.read()
    except OSError as error:
        return wrong("metrics", f"{url}: {error}", "see that the server was started with --metrics")
    if not found:
        return wrong("metrics", f"{url} tells of something else", "give the server's own address")
    return sound("metrics", f"{url} answers")


def _end_of_certificate(address: str, access: Access) -> datetime:
    host, port = host_and_port(address)
    context = ssl.create_default_context(cafile=access.tls_ca)
    context.set_alpn_protocols(["h2"])
    if access.tls_cert is not None:
        context.load_cert_chain(access.tls_cert, access.tls_key)
    with (
        socket.create_connection((host, port), _DEADLINE_S) as plain,
        context.wrap_socket(plain, server_hostname=host) as speaking,
    ):
        shown = speaking.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
