"""`recsys web`: the reference host app, pages over a running service.

In: a server to ask, and where to listen. Out: one line on stdout when ready; logs on stderr.
"""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import Annotated

import typer

from recsys.errors import BadInput
from serving.commands.options import Server, with_options


@with_options
def web(
    server: Server,
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where the pages are; port 0 takes a free one.")
    ] = "127.0.0.1:8080",
    user: Annotated[
        list[str] | None,
        typer.Option(help="A user's id to offer for choosing; may be repeated."),
    ] = None,
    metrics: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            help="Where the server shows its metrics, for the operator's page.",
        ),
    ] = None,
) -> None:
    """Show feeds, papers, people and models as pages, until SIGTERM or SIGINT.

    An example of a host app: nobody logs in, anybody can choose to be any user. The operator's page
    alone asks for a password: an API key of the server with the scope operator, if it has keys.
    """
    # Imported here: the other commands, and --help, need not wait for it.
    try:
        from serving.web.app import LOOPBACK, create_app
        from serving.web.meter import Meter
        from serving.web.operator import Desk
        from serving.web.run import run
        from serving.web.site import Site
    except ModuleNotFoundError as error:
        raise BadInput(
            f"{error.name} is missing, which the pages need; in a checkout, pip install '.[web]'"
        ) from error
    from serving.config import host_and_port
    from serving.logs import log_to_stderr

    try:
        host, port = host_and_port(listen)
    except ValueError as error:
        raise typer.BadParameter(f"--listen {error}") from error
    try:
        meter = None if metrics is None else Meter(metrics)
    except ValueError as error:
        raise typer.BadParameter(f"--metrics {error}") from error
    desk = Desk(lambda key: replace(server, api_key=key).client(), meter, host in LOOPBACK)
    log_to_stderr()
    if host not in LOOPBACK:
        typer.echo("note: nobody logs in here, and other machines can reach it", err=True)
    with server.client() as client, _listening(host, port) as listener:
        app = create_app(Site(client, tuple(user or ())), desk, host)
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listener.getsockname()[1]}/"
        run(app, listener, lambda: typer.echo(f"listening on {address}"))


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise BadInput(f"cannot listen on {host}:{port}: {error.strerror}") from error
