"""A mail server on the loopback that keeps what it is sent.

In: nothing. Out: `mail_server`, which yields a way out; `Inbox`, which says what it does with mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller


class Inbox:
    """Takes mail; refuses recipients as it is told, or goes away after some letters."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str]] = []
        self.refusals: dict[str, str] = {}
        self.goes_away_after = 1_000

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: ARG002, N802
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802
        if len(self.letters) >= self.goes_away_after:
            return "421 going away"
        head = envelope.content.decode().partition("\r\n\r\n")[0]
        (message_id,) = (x for x in head.split("\r\n") if x.startswith("Message-ID"))
        self.letters.append((envelope.rcpt_tos[0], message_id))
        return "250 OK"


class OnAnyPort(Controller):
    """Takes a free port, and tells which."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(inbox: Inbox) -> Iterator[str]:
    """Its URL."""
    controller = OnAnyPort(inbox, hostname="127.0.0.1", port=0, ready_timeout=60)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()
