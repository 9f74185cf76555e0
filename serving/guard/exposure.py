"""What may be open to whom: a server beyond this machine needs TLS, and asks who calls.

In: where it listens, and what guards it. Out: nothing, or a refusal that says what is missing.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from serving.config import ServeSettings


def refuse_exposed(settings: ServeSettings) -> None:
    """Raise ValueError where strangers could listen, or ask without being asked."""
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise ValueError("tls_cert and tls_key go together")
    if settings.tls_client_ca is not None and settings.tls_cert is None:
        raise ValueError("tls_client_ca needs tls_cert and tls_key")
    if is_loopback(settings.host):
        return
    if settings.tls_cert is None and not settings.allow_plaintext:
        raise ValueError(
            f"on {settings.listen} others could read along: give tls_cert and tls_key, or listen "
            "on 127.0.0.1; allow_plaintext is for a network that encrypts by itself"
        )
    if settings.api_key_file is None and settings.tls_client_ca is None:
        raise ValueError(
            f"on {settings.listen} anybody could ask: give api_key_file (`recsys keys add` makes "
            "one) or tls_client_ca, or listen on 127.0.0.1"
        )


def is_loopback(host: str) -> bool:
    """Whether a host, a name or an address without brackets, is reached from here alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
