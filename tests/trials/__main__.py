"""`python -m tests.trials NAME`: run a trial to its full length.

In: its name and how long. Out: what came of it on stdout; exit code 1 where it failed.
"""

from __future__ import annotations

import typer

from tests.trials.digests import digests
from tests.trials.fold_in import fold_in
from tests.trials.kills import kills
from tests.trials.loop import loop
from tests.trials.malformed import malformed
from tests.trials.memory import memory
from tests.trials.switches import switches
from tests.trials.upsert import upsert

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def trials() -> None:
    """Run a trial of a server."""


app.command()(digests)
app.command()(fold_in)
app.command()(kills)
app.command()(loop)
app.command()(malformed)
app.command()(memory)
app.command()(switches)
app.command()(upsert)

if __name__ == "__main__":
    app()
