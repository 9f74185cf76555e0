"""A report as tables on a terminal.

In: a `Report`. Out: what is printed.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.table import Table

from recsys.evaluation.bootstrap import Estimate
from recsys.evaluation.measure import BLEND
from training.report.contents import Report
from training.report.words import TASKS

_WIDTH_OF_A_FILE = 120


def print_report(report: Report) -> None:
    """Print the figures to stdout."""
    console = Console()
    if not console.is_terminal:
        console.width = _WIDTH_OF_A_FILE
    for shown in _tables(report):
        console.print(shown, highlight=False)


def _tables(report: Report) -> Iterator[RenderableType]:
    metrics = list(next(iter(report.results.values())))
    title = f"{report.task} of {report.dataset}, {report.users:,} asked"
    whole = Table("", *metrics, title=title)
    for name, figures in report.results.items():
        whole.add_row(name, *(f"{figures[metric]:.4f}" for metric in metrics))
    yield whole
    split = Table("blend, by segment", "asked", *metrics)
    for segment, found in report.segments.items():
        figures = found["results"][BLEND]
        split.add_row(segment, f"{found['users']:,}", *(f"{figures[m]:.4f}" for m in metrics))
    yield split
    if TASKS[report.task].targets == "people":
        yield _retrieval(report)
        yield from _spread(report)
    if report.ablation:
        yield _ablation(report)
    yield ", ".join(f"{stage} {seconds:.0f} s" for stage, seconds in report.seconds.items())


def _retrieval(report: Report) -> Table:
    """What each model finds by itself, which bounds what a blend of them can."""
    found = report.details.retrieval
    table = Table("share found by", *(f"first {k}" for k in found.ks))
    for name, shares in found.found.items():
        table.add_row(name, *(f"{share:.3f}" for share in shares))
    return table


def _spread(report: Report) -> Iterator[Table]:
    """Whom all lists together show."""
    details = report.details
    places = [f"places, {name}" for name in details.compared]
    for split in details.splits:
        table = Table(split.trait, "are", "to find", *places)
        people = sum(part.competing for part in split.parts)
        wanted = sum(part.wanted for part in split.parts)
        for part in split.parts:
            shares = [part.competing / people, part.wanted / wanted, *part.shown.values()]
            table.add_row(part.label, *(f"{share:.1%}" for share in shares))
        yield table
    reach = Table("", "coverage", "Gini", "lists with the most shown")
    for name, one in details.reach.items():
        reach.add_row(name, f"{one.coverage:.1%}", f"{one.gini:.3f}", f"{one.most_shown:.1%}")
    yield reach


def _ablation(report: Report) -> Table:
    k = report.details.ks[0]
    metrics = (f"recall@{k}", f"ndcg@{k}")
    heads = [head for metric in metrics for head in (metric, "difference", "95 % interval")]
    asked = max(one.asked for one in report.ablation)
    title = f"what each model and each signal adds, {asked:,} asked"
    table = Table("blend, without", *heads, title=title)
    for one in report.ablation:
        cells = []
        for metric in metrics:
            cells += [f"{one.results[metric]:.4f}", *_gap(one.differences[metric])]
        table.add_row(one.without, *cells)
    return table


def _gap(gap: Estimate) -> tuple[str, str]:
    return f"{gap.value:+z.4f}", f"{gap.low:+z.4f} to {gap.high:+z.4f}"
