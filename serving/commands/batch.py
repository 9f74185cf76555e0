"""`recsys batch-collaborators`: everybody's possible collaborators at once.

In: a folder of models. Out: a Parquet file, for a host's own mails and pages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from serving.commands.options import People, with_options


@with_options
def batch_collaborators(
    people: People,
    models: Annotated[Path, typer.Option(help="Ask the current model of this folder.")],
    out: Annotated[Path, typer.Option(help="Parquet file to write; one there is replaced.")],
    users: Annotated[
        bool, typer.Option("--users", help="For every user; else for every author profile.")
    ] = False,
    k: Annotated[int, typer.Option("--k", "-k", min=1, help="How many people each.")] = 20,
    threads: Annotated[int, typer.Option(min=1, help="Threads that rank at a time.")] = 2,
) -> None:
    """Write the people to write with of everybody into a file, without reasons.

    Whoever is not known at all is left out.
    """
    # Imported here: the other commands, and --help, need not wait for it.
    from threadpoolctl import threadpool_limits

    from recsys.ranking.filters import ANY_AUTHOR
    from recsys.recommender import Recommender
    from recsys.storage.bundle import load
    from recsys.storage.collaborator_lists import CollaboratorLists

    lists = CollaboratorLists(
        Recommender(load(models).model),
        "users" if users else "authors",
        people.keep(ANY_AUTHOR),
        k,
    )
    # More threads of BLAS slow each other down.
    with threadpool_limits(1), Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task(lists.askers, total=None)
        lists.write(
            out,
            threads=threads,
            on_block=lambda done, of: progress.update(task, completed=done, total=of),
        )
    typer.echo(out)
