"""The commands of this package, hung under `recsys`.

In: the app of `recsys.cli`. Out: the same app with the commands registered.
"""

from __future__ import annotations

import typer

from recsys.cli import need
from serving.commands import ask
from serving.commands.batch import batch_collaborators
from serving.commands.catalog import catalog
from serving.commands.digest import digest
from serving.commands.doctor import doctor
from serving.commands.events import events
from serving.commands.keys import keys
from serving.commands.models import models
from serving.commands.serve import serve
from serving.commands.subscribers import subscribers
from serving.commands.web import web


def register(app: typer.Typer) -> None:
    """Add the commands of this package to the `recsys` command."""
    need(
        *("grpc", "grpc_health", "grpc_reflection", "grpc_status"),
        *("babel", "css_inline", "jinja2"),
        *("prometheus_client", "structlog", "threadpoolctl"),
    )
    app.command()(serve)
    app.command()(web)
    app.command()(ask.recommend)
    app.command()(ask.collaborators)
    app.command()(ask.similar)
    app.command()(ask.similar_authors)
    app.command()(batch_collaborators)
    app.command("list")(ask.list_)
    app.add_typer(catalog, name="catalog")
    app.add_typer(events, name="events")
    app.add_typer(keys, name="keys")
    app.add_typer(models, name="models")
    app.command()(doctor)
    app.command()(digest)
    app.add_typer(subscribers, name="subscribers")
