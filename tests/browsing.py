"""The pages without a browser: asked over HTTP, in a thread of the test's own process.

In: the address of a server. Out: `browsing`, which gets pages and sends forms.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Thread
from typing import NamedTuple
from urllib.parse import urlencode

import uvicorn

from serving.client import Access, RecsysClient
from serving.web.app import create_app
from serving.web.meter import Meter
from serving.web.operator import Desk
from serving.web.site import Site


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str


class Browsing:
    """Asks the pages over HTTP."""

    def __init__(self, port: int) -> None:
        self.host = f"127.0.0.1:{port}"

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, form: Mapping[str, str], **headers: str) -> Answer:
        kind = "application/x-www-form-urlencoded"
        return self._ask("POST", path, urlencode(form), {"Content-Type": kind, **headers})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        connection = HTTPConnection(self.host, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        told = Answer(answer.status, dict(answer.getheaders()), answer.read().decode("utf-8"))
        connection.close()
        return told


@contextmanager
def browsing(
    address: str, *readers: str, meter: Meter | None = None, alone: bool = True
) -> Iterator[tuple[Browsing, RecsysClient]]:
    """The pages over a server, in a thread of their own."""

    def connect(key: str) -> RecsysClient:
        return RecsysClient(address, access=Access(key), deadline_s=20)

    with connect("") as client, socket.create_server(("127.0.0.1", 0)) as listener:
        app = create_app(Site(client, readers), Desk(connect, meter, alone), "127.0.0.1")
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Browsing(listener.getsockname()[1]), client
        finally:
            server.should_exit = True
            thread.join()
