"""`recsys models`: the versions of a models folder, and which of them is served.

In: a models folder. Out: a table, or what was done, on stdout. Servers of the folder go where the
pointer goes within a second; what they answer from is never removed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from recsys.storage.manifest import Manifest

models = typer.Typer(
    help="List, check, activate and remove the models of a folder.",
    no_args_is_help=True,
    add_completion=False,
)

Folder = Annotated[Path, typer.Option("--models", help="Folder of models.")]
Version = Annotated[str, typer.Argument(metavar="VERSION", help="As `recsys models list` says.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead, a line for each model.")]


@models.command("list")
def list_(folder: Folder, as_json: AsJson = False) -> None:
    """List the models, newest first; what is written on them is believed, `verify` checks."""
    from recsys.errors import BundleCorrupt
    from recsys.storage.manifest import Manifest
    from recsys.storage.registry import pointed_to, versions

    places = dict(zip(pointed_to(folder), ("current", "one before"), strict=False))
    rows = []
    for version in reversed(versions(folder)):
        row: dict[str, Any] = {"version": version, "place": places.get(version, "")}
        try:
            row |= _told(Manifest.read(folder / version))
        except BundleCorrupt as error:
            row["refused"] = str(error)
        rows.append(row)
    _print(rows, as_json)


@models.command()
def verify(
    folder: Folder,
    version: Annotated[
        str | None, typer.Argument(metavar="VERSION", help="Default: the current one.")
    ] = None,
) -> None:
    """Check a model as a server does before it serves it: files, values, and whether it answers."""
    from recsys.storage.registry import current
    from serving.rpc.model_holder import load_served

    checked = load_served(folder, current(folder) if version is None else version)
    typer.echo(f"{checked.version} is sound")


@models.command()
def activate(version: Version, folder: Folder) -> None:
    """Check a model and make it the current one."""
    _activate(folder, version)


@models.command()
def rollback(folder: Folder) -> None:
    """Make the model the current one that was it before; once more leads back again."""
    from recsys.errors import NoModel
    from recsys.storage.registry import pointed_to

    named = pointed_to(folder)
    if len(named) < 2:
        raise NoModel(f"{folder} knows of no model before the current one")
    _activate(folder, named[1])


@models.command()
def prune(
    folder: Folder,
    keep: Annotated[int, typer.Option(min=1, help="How many of the newest models stay.")] = 5,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be removed, and remove nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Remove old models.

    The current one, the one before it and whatever a process works with stay in any case.
    """
    from recsys.storage.retention import prune as prune_folder

    fates = prune_folder(folder, keep, dry_run=dry_run)
    removed = "would be removed" if dry_run else "removed"
    _print(
        [
            {"version": version, "fate": removed if fate == "removed" else fate}
            for version, fate in reversed(fates.items())
        ],
        as_json,
    )


def _activate(folder: Path, version: str) -> None:
    from recsys.storage.registry import point_to
    from serving.rpc.model_holder import load_served

    checked = load_served(folder, version)
    before = point_to(folder, checked.version)
    typer.echo(f"{version} is current" + (f"; before it was {before}" if before else ""))


def _told(manifest: Manifest) -> dict[str, Any]:
    return {
        "created_at": manifest.created_at.isoformat(),
        "data_time": manifest.data_time and manifest.data_time.isoformat(),
        "state_seq": manifest.state_seq,
        "users": manifest.counts["users"],
        "papers": manifest.counts["papers"],
        "bytes": sum(stamp.size for stamp in manifest.files.values()),
        "metrics": manifest.metrics,
    }


def _print(rows: list[dict[str, Any]], as_json: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    if as_json:
        for row in rows:
            typer.echo(json.dumps(row))
        return
    names = list(dict.fromkeys(name for row in rows for name in row if name != "metrics"))
    table = Table()
    for name in names:
        table.add_column(name, no_wrap=name == "version")
    for row in rows:
        table.add_row(*(str(row.get(name, "") or "") for name in names))
    Console().print(table)
