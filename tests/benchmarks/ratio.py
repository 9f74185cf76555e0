"""What a benchmark tells: one figure in terms of another from the same run.

In: two measurements. Out: `Ratio`, a table of them, and JSON.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Ratio:
    """`measured` in terms of `beside`, both in `unit`.

    Attributes
    ----------
    most : float or None
        What the ratio should not exceed; None where nothing is promised.
    """

    name: str
    measured: float
    beside: float
    unit: str
    most: float | None = None

    @property
    def ratio(self) -> float:
        return self.measured / self.beside

    def as_json(self) -> dict[str, float | str | None]:
        return {**vars(self), "ratio": self.ratio}


def beside(
    name: str,
    measured: Callable[[], object],
    yardstick: Callable[[], object],
    *,
    repeats: int,
    most: float | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Ratio:
    """Median seconds of one call and of another, taken in turns so that both see the same load.

    By `time.process_time` they are CPU time, for what runs on one core and waits for nothing.
    """
    taken: tuple[list[float], list[float]] = ([], [])
    for call in (measured, yardstick):
        call()  # caches and pages are warm from here on
    for _ in range(repeats):
        for call, seconds in zip((measured, yardstick), taken, strict=True):
            started = clock()
            call()
            seconds.append(clock() - started)
    return Ratio(name, median(taken[0]), median(taken[1]), "s", most)


def show(ratios: list[Ratio]) -> None:
    """Print ratios as a table on stdout."""
    table = Table("benchmark", "measured", "beside", "ratio", "at most")
    for column in table.columns[1:]:
        column.justify = "right"
    for one in ratios:
        sides = (f"{value:,.4g} {one.unit}" for value in (one.measured, one.beside))
        most = "" if one.most is None else str(one.most)
        table.add_row(one.name, *sides, f"{one.ratio:.2f}", most)
    console = Console()
    if not console.is_terminal:
        console.width = 120
    console.print(table)
