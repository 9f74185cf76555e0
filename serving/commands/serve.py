"""`recsys serve`: answers over gRPC.

In: a folder of published models. Out: one line on stdout when ready; logs on stderr.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from serving.commands.options import with_options


@dataclass(frozen=True)
class Guarded:
    """Who may reach the server, and how."""

    tls_cert: Annotated[
        Path | None, typer.Option(help="PEM file: the server's certificate and those above it.")
    ] = None
    tls_key: Annotated[Path | None, typer.Option(help="PEM file: the key of that certificate.")] = (
        None
    )
    tls_client_ca: Annotated[
        Path | None, typer.Option(help="PEM file: who signs the certificates of clients.")
    ] = None
    api_key_file: Annotated[
        Path | None, typer.Option(help="Keys that callers must have, see `recsys keys`.")
    ] = None
    allow_plaintext: Annotated[
        bool | None,
        typer.Option("--allow-plaintext", help="Speak in the clear to other machines."),
    ] = None


@dataclass(frozen=True)
class Watched:
    """Where the server shows what goes on in it."""

    metrics: Annotated[
        str | None,
        typer.Option(
            metavar="[HOST:]PORT",
            help="Show metrics to Prometheus here; a port alone is on the loopback.",
        ),
    ] = None
    traces: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Send traces to this OTLP receiver over HTTP."),
    ] = None


@with_options
def serve(
    models: Annotated[
        Path | None, typer.Option(help="Folder of models; its current one is served.")
    ] = None,
    state: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Where events are kept: sqlite:///FILE or postgresql://HOST/NAME. "
            "Default: state.db beside the models.",
        ),
    ] = None,
    listen: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Default 127.0.0.1:50051; port 0 takes a free one."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes that share the port. Default 1.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="TOML file of settings; flags and RECSYS_* come first.")
    ] = None,
    *,
    guarded: Guarded,
    watched: Watched,
) -> None:
    """Serve recommendations over gRPC until SIGTERM or SIGINT.

    Requests under way are finished before it ends.
    """
    # Imported here: the other commands, and --help, need not wait for it.
    from recsys.errors import StateUnavailable
    from recsys.storage.registry import current
    from recsys.storage.state import open_state
    from serving.config import read_settings
    from serving.logs import log_to_stderr
    from serving.rpc.gate import Gate
    from serving.rpc.model_holder import load_served
    from serving.rpc.workers import serve as serve_until_stopped

    settings = read_settings(
        config,
        models=models,
        state=state,
        listen=listen,
        workers=workers,
        **asdict(guarded),
        **asdict(watched),
    )
    current(settings.models)  # where there is none, it is said in one line
    Gate(settings)  # and so it is where keys or certificates cannot be used
    with open_state(settings.state_url) as opened, suppress(StateUnavailable):
        opened.newest_seq()  # it is laid out once, before all workers want it
    log_to_stderr()
    serve_until_stopped(
        settings,
        partial(load_served, settings.models),
        on_ready=lambda address: typer.echo(f"listening on {address}"),
    )
