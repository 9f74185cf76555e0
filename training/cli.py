"""The commands of this package, hung under `recsys`.

In: the app of `recsys.cli`. Out: the same app with the commands registered.
"""

from __future__ import annotations

import typer

from recsys.cli import need
from training.commands.demo import demo
from training.commands.evaluate import evaluate_app
from training.commands.import_ import import_app
from training.commands.nightly import nightly
from training.commands.train import train
from training.commands.world import world


def register(app: typer.Typer) -> None:
    """Add the commands of this package to the `recsys` command."""
    need("implicit", "lightfm", "sklearn", "threadpoolctl")
    app.add_typer(import_app, name="import")
    app.command()(train)
    app.command()(nightly)
    app.add_typer(evaluate_app, name="evaluate")
    app.command()(world)
    app.command()(demo)
