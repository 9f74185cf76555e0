"""`recsys evaluate online --state URL`: what became of what was shown?

In: the state of a running service. Out: a table of rates, or the same as JSON.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from recsys.errors import BadInput
from training.commands.options import JsonFile, refuse_no_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recsys.evaluation.bootstrap import Estimate
    from recsys.evaluation.online import Rates

_WIDTH_OF_A_FILE = 140
_LEGEND = (
    "In brackets are 95 % intervals. To expect are the clicks of lines at the same positions of "
    "such lists;\nby position, those of as many first places: what is lost further down."
)

StateUrl = Annotated[
    str, typer.Option("--state", help="Where events are kept: sqlite:///FILE or postgresql://...")
]


def online(state: StateUrl, json_file: JsonFile = None) -> None:
    """Tell how often what was shown was opened and saved, by model, arm, strategy and position.

    Counts what impression events with an attribution token tell of.
    """
    refuse_no_folder(json_file)
    # Imported here: the other commands, and --help, need not wait for it.
    from recsys.evaluation.online import lines_shown, rates_of
    from recsys.storage.state import existing_state

    with existing_state(state) as opened:
        kept = opened.events.since(0, opened.newest_seq())
        rates = rates_of(lines_shown(stored.event for stored in kept))
        if not rates:
            raise BadInput(f"no impression with an attribution token is kept in {opened.name}")
    line = json.dumps({"rates": [_as_json(one) for one in rates]})
    if str(json_file) == "-":
        typer.echo(line)
        return
    _print(rates)
    if json_file is not None:
        json_file.write_text(line + "\n", encoding="utf-8")


def _as_json(one: Rates) -> dict[str, object]:
    estimates = {"click_rate": one.click_rate, "save_rate": one.save_rate, "lift": one.click_lift}
    told = {name: _bounds(found) for name, found in estimates.items()}
    return {"by": one.by, "value": one.value, "shown": one.shown, "people": one.people, **told}


def _bounds(found: Estimate) -> dict[str, float] | None:
    """JSON has no NaN."""
    return vars(found) if found.value == found.value else None


def _print(rates: Sequence[Rates]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH_OF_A_FILE
    table = Table("by", "", "shown", "people", title="what became of what was shown")
    for column in ("clicked", "saved", "clicks over those to expect"):
        table.add_column(column)
    for by, group in groupby(rates, key=lambda one: one.by):
        for number, one in enumerate(group):
            found = (_percent(one.click_rate), _percent(one.save_rate), _times(one.click_lift))
            name = (by if number == 0 else "", one.value or "none")
            table.add_row(*name, f"{one.shown:,}", f"{one.people:,}", *found)
        table.add_section()
    console.print(table, highlight=False)
    typer.echo(_LEGEND)


def _percent(found: Estimate) -> str:
    value, low, high = (100 * part for part in (found.value, found.low, found.high))
    return f"{value:.2f} % ({low:.2f} to {high:.2f})"


def _times(found: Estimate) -> str:
    if found.value != found.value:
        return "not known"
    return f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"
