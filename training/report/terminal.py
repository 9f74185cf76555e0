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
    if report.ablation:
        yield _ablation(report)
    yield ", ".join(f"{stage} {seconds:.0f} s" for stage, seconds in report.seconds.items())


def _ablation(report: Report) -> Table:
    k = report.details.ks[0]
    metrics = (f"recall@{k}", f"ndcg@{k}")
    heads = [head for metric in metrics for head in (metric, "difference", "95 % interval")]
    table = Table("blend, without", *heads, title="what each model and each signal adds")
    for one in report.ablation:
        cells = []
        for metric in metrics:
            cells += [f"{one.results[metric]:.4f}", *_gap(one.differences[metric])]
        table.add_row(one.without, *cells)
    return table


def _gap(gap: Estimate) -> tuple[str, str]:
    return f"{gap.value:+z.4f}", f"{gap.low:+z.4f} to {gap.high:+z.4f}"
