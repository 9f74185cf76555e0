"""The command `recsys`: one word that people type; its subcommands live in other packages.

In: the entry points of the group `recsys.commands`, each a `register(app)`. Out: exit code 0
for done, 1 for refused (one line on stderr says why), 2 for wrong usage.
"""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from importlib.util import find_spec

import typer

from recsys.errors import RecsysError

GROUP = "recsys.commands"


def build_app() -> typer.Typer:
    """The command with every subcommand whose package can be imported here.

    Training and serving have their own extras; where one is not installed its subcommands are
    missing, and the help says which and why.
    """
    app = typer.Typer(
        name="recsys",
        help="Recommendations for scientific reading lists: from tables to answers.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    # Without a callback, an app of a single command would lose that command's name.
    app.callback()(_no_options)
    missing: list[str] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            entry.load()(app)
        except ModuleNotFoundError as error:
            missing.append(f"{entry.name} commands need the module {error.name!r}.")
    app.info.epilog = " ".join(missing) or None
    return app


def need(*modules: str) -> None:
    """Say that commands need these top-level modules, without importing any of them.

    Commands import what they need when they run, so that `--help` is quick. Raises
    ModuleNotFoundError for the first that is not installed.
    """
    for module in modules:
        if find_spec(module) is None:
            raise ModuleNotFoundError(f"no module {module!r} is installed", name=module)


def _no_options() -> None:
    """Recommendations for scientific reading lists: from tables to answers."""


def main() -> None:
    """Run the command line; a domain error is one line on stderr and exit code 1."""
    try:
        build_app()()
    except RecsysError as error:
        for line in (error, *getattr(error, "__notes__", ())):
            typer.echo(f"recsys: {line}", err=True)
        sys.exit(1)
