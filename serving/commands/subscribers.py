"""`recsys subscribers`: who gets digests, and who does not any more.

In: a table of the host app's, a user, the word of an unsubscribe link. Out: counts, a table.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

subscribers = typer.Typer(
    help="Say who gets digests by mail.", no_args_is_help=True, add_completion=False
)

Where = Annotated[
    str,
    typer.Option(
        "--state",
        metavar="URL",
        help="Where events are kept: sqlite:///FILE or postgresql://HOST/NAME.",
    ),
]


@subscribers.command("import")
def import_(
    table: Annotated[
        Path,
        typer.Argument(
            help="Parquet, CSV or JSONL with user_id, email, digest (none, daily, weekly), and "
            "if need be name, locale, cap: the most papers in one digest."
        ),
    ],
    state: Where,
) -> None:
    """Take in subscribers, or what changed of them; who unsubscribed stays so."""
    from recsys.storage.state import open_state
    from serving.digest.subscriber_table import read_subscribers

    found, refused = read_subscribers(table)
    for row, reason in refused:
        typer.echo(f"row {row}: {reason}", err=True)
    with open_state(state) as opened:
        opened.subscribers.put(found)
    aside = sum(bool(one.set_aside) for one in found)
    typer.echo(f"{len(found)} taken in, {aside} of them set aside, {len(refused)} rows refused")


@subscribers.command("list")
def list_(
    state: Where,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON instead, a line for each.")
    ] = False,
) -> None:
    """List the subscribers, those who unsubscribed, and why addresses were set aside."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from recsys.storage.state import existing_state
    from serving.commands.shown import printable

    with existing_state(state) as opened:
        found = opened.subscribers.all()
    if as_json:
        for one in found:
            typer.echo(json.dumps(asdict(one), default=datetime.isoformat, ensure_ascii=False))
        return
    shown = Table("user", "address", "period", "cap", "state")
    for one in found:
        left = one.unsubscribed_time and f"unsubscribed {one.unsubscribed_time:%Y-%m-%d}"
        cells = (one.user_id, one.address, one.period, str(one.cap), left or one.set_aside or "due")
        shown.add_row(*(Text(printable(cell)) for cell in cells))
    Console().print(shown)


@subscribers.command()
def unsubscribe(
    state: Where,
    user: Annotated[str, typer.Option(metavar="USER", help="A user's id.")] = "",
    models: Annotated[
        Path | None, typer.Option(help="With --word: the folder of models, for its signing key.")
    ] = None,
    word: Annotated[
        str,
        typer.Option(metavar="WORD", help="The `token` of an unsubscribe link, instead of --user."),
    ] = "",
) -> None:
    """Send no more digests to a user."""
    from recsys.errors import BadInput
    from recsys.storage.state import existing_state
    from serving.config import read_settings
    from serving.rpc.leaving import whose
    from serving.rpc.signing import open_signer

    if bool(user) == bool(word):
        raise typer.BadParameter("give one of --user and --word")
    if word:
        if models is None:
            raise typer.BadParameter("--word goes with --models")
        user = whose(open_signer(read_settings(models=models, state=state)), word)
    with existing_state(state) as opened:
        if not opened.subscribers.unsubscribe(user, datetime.now(UTC)):
            raise BadInput(f"{user!r} is no subscriber")
    typer.echo(f"{user} gets no more digests")


@subscribers.command()
def resubscribe(
    state: Where, user: Annotated[str, typer.Option(metavar="USER", help="A user's id.")]
) -> None:
    """Take back that a user has unsubscribed, because they asked for it."""
    from recsys.errors import BadInput
    from recsys.storage.state import existing_state

    with existing_state(state) as opened:
        if not opened.subscribers.subscribe_again(user):
            raise BadInput(f"{user!r} is no subscriber")
    typer.echo(f"{user} gets digests again")
