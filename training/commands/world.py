"""`recsys world`: writes a generated scholarly world as a dataset folder.

In: a seed and a scale. Out: the folder, and its counts on stdout.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

if TYPE_CHECKING:
    from recsys.data.tables import Tables


def world(
    out: Annotated[Path, typer.Option(help="Dataset folder to write; one there is replaced.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same world.")] = 0,
    scale: Annotated[
        float, typer.Option(min=0.001, help="1 is 4,000 papers, 2,000 authors and 1,500 users.")
    ] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON on stdout.")] = False,
) -> None:
    """Generate a small scholarly world with planted topics, to try things on."""
    # Imported here: the other commands, and --help, need not wait for it.
    from recsys.storage.dataset_folder import write_tables
    from training.world.make import STAGES, plant_world
    from training.world.plan import Sizes

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("world", total=len(STAGES) + 1)

        def tell(stage: str) -> None:
            progress.update(task, description=stage, advance=1)

        tables = plant_world(seed, Sizes().scaled(scale), on_stage=tell).tables
        tell("writing")
        write_tables(out, tables)
    if as_json:
        counts = {name: len(frame) for name, frame in tables.frames().items()}
        typer.echo(json.dumps({"path": str(out), "seed": seed, **counts}))
    else:
        _print_counts(out, tables)


def _print_counts(out: Path, tables: Tables) -> None:
    summary = Table("table", "rows", title=str(out))
    summary.columns[1].justify = "right"
    for name, frame in tables.frames().items():
        summary.add_row(name, f"{len(frame):,}")
    Console().print(summary)
