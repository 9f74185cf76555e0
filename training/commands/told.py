"""What a training run has to tell, for people and for programs.

In: a published model. Out: a table on stdout, or one line of JSON; on stderr what was set aside.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from training.material import Material
    from training.pipeline import Trained


def say_what_was_set_aside(material: Material) -> None:
    """A line on stderr for each kind of thing that was left out of the training."""
    if material.n_rejected:
        typer.echo(f"{material.n_rejected:,} rows broke a rule and were set aside", err=True)
    if material.n_unknown:
        typer.echo(
            f"{material.n_unknown:,} stored events name papers or authors that neither the "
            "dataset nor the catalogue holds; they were passed over",
            err=True,
        )


def tell(path: Path, trained: Trained, seconds: float, *, as_json: bool, **more: Any) -> None:
    """Say what was published, how good it is, and `more`, which JSON alone takes."""
    from training.pipeline import signal_counts

    summary = {
        "model": path.name,
        "path": str(path),
        "seconds": round(seconds, 2),
        "metrics": trained.metrics,
        "signals": signal_counts(trained.model),
        "left_out": list(trained.left_out),
        **more,
    }
    if as_json:
        typer.echo(json.dumps(summary))
    else:
        _print(summary, trained.ambiguous_ids())


def _print(summary: dict[str, Any], ambiguous: dict[str, Any]) -> None:
    console = Console()
    table = Table("signal", "entries")
    table.columns[1].justify = "right"
    for signal, entries in summary["signals"].items():
        table.add_row(signal, f"{entries:,}")
    console.print(table)
    for metric, value in summary["metrics"].items():
        console.print(f"{metric} on the holdout: {value:.4f}", highlight=False)
    if summary["left_out"]:
        console.print(f"left out, for want of data: {', '.join(summary['left_out'])}")
    if ambiguous.get("ids"):
        worst = ", ".join(ambiguous["worst"])
        console.print(
            f"{ambiguous['ids']:,} of {ambiguous['looked_at']:,} author ids seem to stand for "
            f"several people and count for less: {worst}"
        )
    console.print(f"trained in {summary['seconds']:.0f} s", highlight=False)
    console.print(f"published in {summary['path']}", highlight=False, soft_wrap=True)
