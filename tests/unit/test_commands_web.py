"""`recsys web`: how it begins, what it refuses, how it ends."""

from __future__ import annotations

import signal
import socket
import sys

import pytest

from tests.e2e.command_line import recsys_here
from tests.e2e.server_process import server_process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_web_says_where_it_is_and_ends_well(number: signal.Signals) -> None:
    words = [sys.executable, "-m", "recsys", "web", "--listen", "127.0.0.1:0"]
    with server_process([*words, "--server", "127.0.0.1:1"]) as pages:
        url = pages.await_address()
        host, _, port = url.removeprefix("http://").rstrip("/").partition(":")
        with socket.create_connection((host, int(port))):
            pages.send(number)
        assert pages.await_end() == 0
    assert pages.logged == ""


def test_web_where_it_cannot_listen_is_refused_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        refused = recsys_here("web", "--server", "127.0.0.1:1", "--listen", address)
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].startswith(f"recsys: cannot listen on {address}")


@pytest.mark.parametrize(
    "words",
    [
        ("web",),
        ("web", "--server", "127.0.0.1:1", "--listen", "here"),
        ("web", "--server", "127.0.0.1:1", "--listen", "127.0.0.1:99999"),
    ],
    ids=" ".join,
)
def test_web_without_a_server_or_a_place_is_wrong_usage(words: tuple[str, ...]) -> None:
    assert recsys_here(*words).returncode == 2
