"""`recsys keys`: the API keys of a server, in a file that it reads again when it changes.

In: the file. Out: a new key on stdout, once and nowhere else; or the keys there are, which can no
longer be had.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serving.guard.scopes import Scope

if TYPE_CHECKING:
    from rich.table import Table

    from serving.guard.keys import ApiKey

keys = typer.Typer(
    help="Make, list and revoke the API keys of a server.",
    no_args_is_help=True,
    add_completion=False,
)

KeyFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="The api_key_file of the server; made if missing.")
]


@keys.command()
def add(
    file: KeyFile,
    scope: Annotated[
        list[Scope], typer.Option(help="What the key may do: read, write, operator; repeat it.")
    ],
    note: Annotated[str, typer.Option(help="Whose it is, in words.")] = "",
    days: Annotated[
        int | None,
        typer.Option(min=1, max=36_500, help="How long it is good; default: until revoked."),
    ] = None,
) -> None:
    """Make a key and print it on stdout, once; the file keeps its hash."""
    # Imported here, as below: --help need not wait for it.
    from serving.guard.key_file import add_key
    from serving.guard.keys import new_key

    now = datetime.now(UTC).replace(microsecond=0)
    expires = None if days is None else now + timedelta(days=days)
    text, kept = new_key(scope, now=now, expires=expires, note=note)
    add_key(file, kept)
    typer.echo(f"key {kept.id}; it is shown this once", err=True)
    typer.echo(text)


@keys.command("list")
def list_(
    file: KeyFile,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON for each key.")
    ] = False,
) -> None:
    """List the keys: id, scopes, times, note; the keys themselves are not kept."""
    from rich.console import Console

    from serving.guard.key_file import read_keys

    kept = read_keys(file).by_id.values()
    if as_json:
        for key in kept:
            typer.echo(key.model_dump_json(exclude={"sha256"}))
    else:
        Console().print(_table(kept, datetime.now(UTC)))


@keys.command()
def revoke(
    file: KeyFile, id_: Annotated[str, typer.Argument(metavar="ID", help="As `list` tells it.")]
) -> None:
    """Take a key away; a running server refuses it from the next call on."""
    from serving.guard.key_file import revoke_key

    revoked = revoke_key(file, id_)
    typer.echo(f"revoked {revoked.id}", err=True)


def _table(kept: Iterable[ApiKey], now: datetime) -> Table:
    from rich.table import Table
    from rich.text import Text

    from serving.commands.shown import printable

    shown = Table()
    for heading in ("id", "scopes", "created", "expires", "note"):
        shown.add_column(heading, overflow="fold")
    for key in kept:
        until = "never" if key.expires is None else f"{key.expires:%Y-%m-%d %H:%M}"
        over = key.expires is not None and key.expires <= now
        shown.add_row(
            key.id,
            ", ".join(key.scopes),
            f"{key.created:%Y-%m-%d %H:%M}",
            f"{until} (over)" if over else until,
            Text(printable(key.note)),
        )
    return shown
