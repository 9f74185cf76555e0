"""A port that several processes share.

In: a host and a port, 0 for any. Out: an address that is ours as long as the reservation lives.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from recsys.errors import BadInput


@contextmanager
def reserved(host: str, port: int) -> Iterator[str]:
    """Hold a port without listening on it; yields HOST:PORT for those who will.

    The system gives connections to listening sockets only, so this one takes none away.

    Raises
    ------
    BadInput
        The host is not known here, or somebody else listens on that port.
    """
    with socket.socket(_family(host, port), socket.SOCK_STREAM) as held:
        try:
            if port:
                _refuse_taken(held.family, host, port)
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            held.bind((host, port))
        except OSError as error:
            raise BadInput(f"cannot listen on {host} port {port}: {error.strerror}") from error
        shown = f"[{host}]" if held.family == socket.AF_INET6 else host
        yield f"{shown}:{held.getsockname()[1]}"


def _family(host: str, port: int) -> socket.AddressFamily:
    try:
        return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except OSError as error:
        raise BadInput(f"cannot listen on {host!r}: {error.strerror}") from error


def _refuse_taken(family: socket.AddressFamily, host: str, port: int) -> None:
    # With SO_REUSEPORT alone a second server would silently take half of the first one's calls.
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        probe.listen(1)
