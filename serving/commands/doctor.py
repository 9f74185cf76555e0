"""`recsys doctor`: what is wrong with a running installation, where, and what to do.

In: the settings of the server, and its address. Out: a line for each check on stdout; exit code
0 where all is sound, 1 where something is wrong.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serving.commands.options import Server, with_options

if TYPE_CHECKING:
    from serving.doctor.finding import Finding


@with_options
def doctor(
    reached: Server,
    models: Annotated[Path | None, typer.Option(help="Folder of models of the server.")] = None,
    state: Annotated[
        str | None, typer.Option(metavar="URL", help="Where the server keeps events.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="TOML file of the server's settings; flags come first.")
    ] = None,
    max_model_age_days: Annotated[int, typer.Option(min=0, help="How old the model may be.")] = 7,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, a line a check.")] = False,
) -> None:
    """Check a running installation, and say what is wrong, where, and what to do.

    Run it where the server runs, with the server's own settings. Nothing is changed.
    """
    from recsys.errors import BadInput
    from serving.config import read_settings
    from serving.doctor.examine import examine
    from serving.doctor.finding import wrong

    try:
        settings = read_settings(config, models=models, state=state)
    except BadInput as error:
        _tell(
            wrong("settings", str(error), "mend the settings; the server would not start"), as_json
        )
        raise typer.Exit(1) from error
    oldest = timedelta(days=max_model_age_days)
    address = reached.server or settings.listen
    ailing = 0
    for finding in examine(settings, address, reached.access(), datetime.now(UTC), oldest):
        _tell(finding, as_json)
        ailing += not finding.sound
    if ailing:
        typer.echo(f"{ailing} of the checks found something wrong", err=True)
        raise typer.Exit(1)


def _tell(finding: Finding, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(finding)))
        return
    typer.echo(f"{'ok   ' if finding.sound else 'WRONG'} {finding.check}: {finding.told}")
    if finding.advice:
        typer.echo(f"      -> {finding.advice}")
