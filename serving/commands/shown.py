"""An answer as people read it in a terminal.

In: a `Told`. Out: a table on stdout, and on stderr what else there is to know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from recsys.answer import Recommendation
    from serving.ask import Told


def show(told: Told, heading: str) -> None:
    """Print the table of an answer; `heading` names its results, "paper" or "person"."""
    say_what_is_missing(told)
    if told.results:
        Console().print(_table(told, heading))


def say_what_is_missing(told: Told) -> None:
    """One line on stderr where the list is not what the asker may take it for."""
    if told.cold_start:
        typer.echo(
            f"nothing is known of {told.asked_for} in this model: "
            "this is the cold-start list, the same for everyone",
            err=True,
        )
    if not told.results:
        typer.echo("nothing to return: no candidate passes", err=True)


def _table(told: Told, heading: str) -> Table:
    shown = Table(title=Text(printable(f"For {told.asked_for}")), title_justify="left")
    shown.add_column("#", justify="right", no_wrap=True)
    shown.add_column(heading, overflow="fold", ratio=5)
    shown.add_column("score", justify="right", no_wrap=True)
    shown.add_column("why", overflow="fold", ratio=4)
    for result in told.results:
        reasons = Text("\n".join(_reasons(result)))
        shown.add_row(str(result.rank), _subject(result), f"{result.score:.3f}", reasons)
    strategies = ", ".join(dict.fromkeys(result.strategy for result in told.results))
    until = f", data until {told.data_time.date()}" if told.data_time else ""
    shown.caption = Text(f"{strategies}; model {told.model}{until}")
    shown.caption_justify = "left"
    return shown


def _subject(result: Recommendation) -> Text:
    title = Text(printable(result.title), style="bold")
    return title.append(f"\n{result.id}" if result.title else result.id, style="not bold dim")


def _reasons(result: Recommendation) -> list[str]:
    return [f"{printable(reason.text)} ({reason.share:.0%})" for reason in result.reasons]


def printable(text: str) -> str:
    """A text without control characters: a title must not steer the reader's terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
