"""A report -> its figures, each with the words for those who cannot see it.

In: a `Report`. Out: `Drawing`s by the section of the page in which they stand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recsys.evaluation.bootstrap import Estimate
from recsys.evaluation.reliability import Reliability
from training.report import figures
from training.report.contents import Details, Report, Split
from training.report.words import TASKS

_MOST_BARS = 3  # more than that for each part cannot be told apart


@dataclass(frozen=True)
class Drawing:
    """A figure and what is written under it; in the figure, text is escaped already."""

    svg: str
    caption: str


def drawings(report: Report) -> dict[str, list[Drawing]]:
    """All figures that the report has numbers for."""
    details = report.details
    return {
        "quality": [_curve(report)],
        "readers": [_segments(details)],
        "targets": [_split(split, details.compared[:_MOST_BARS]) for split in details.splits],
        "reach": [*_reach(report)],
        "trust": [_trust(details.trust)] if details.trust is not None else [],
        "ablation": [*_ablation(report)],
    }


def _curve(report: Report) -> Drawing:
    curve, names = report.details.curve, report.details.compared
    last = curve.ks[-1]
    told = _told((name, f"{curve.recall[name][-1].value:.3f}") for name in names)
    alt = f"Line chart. Recall among the first {last}: {told}."
    return Drawing(
        figures.recall_curve(curve, alt),
        "Recall by the length of the list. The band is the 95 % interval of the blend.",
    )


def _segments(details: Details) -> Drawing:
    rows = {name: found[details.chief] for name, found in details.segments.items()}
    alt = f"{details.chief} of the blend by kind of reader, with intervals: {_estimates(rows)}."
    return Drawing(
        figures.intervals(rows, alt, label=details.chief),
        f"{details.chief} of the blend, by how much is known of who asks.",
    )


def _split(split: Split, names: tuple[str, ...]) -> Drawing:
    found = ((part.label, f"{part.found[names[0]].value:.1%}") for part in split.parts)
    alt = f"Bar chart. Found by the {names[0]}, by {split.trait}: {_told(found)}."
    return Drawing(
        figures.split_bars(split, names, alt),
        f"Share found among the first {split.k}, by {split.trait}, with 95 % intervals.",
    )


def _reach(report: Report) -> Iterable[Drawing]:
    details, targets = report.details, TASKS[report.task].targets
    k = details.ks[0]
    covered = {name: one.coverage for name, one in details.reach.items()}
    told = _told((name, f"{value:.1%}") for name, value in covered.items())
    yield Drawing(
        figures.reach_bars(covered, f"Coverage: {told}.", form="{:.1%}", label="coverage"),
        f"Coverage: share of the {targets} that stand among somebody's first {k}.",
    )
    novel = {n: one.novelty for n, one in details.reach.items() if one.novelty is not None}
    if not novel:
        return
    told = _told((name, f"{value:.1f} bits") for name, value in novel.items())
    yield Drawing(
        figures.reach_bars(novel, f"Novelty: {told}.", form="{:.1f}", label="bits"),
        f"Novelty, in bits: one more is half as many {details.popularity} of what is shown.",
    )
    top = {n: one.shares[-1] for n, one in details.reach.items() if one.shares is not None}
    told = _told((name, f"{value:.1%}") for name, value in top.items())
    yield Drawing(
        figures.popularity_bars(details.reach, f"Places of the most popular tenth: {told}."),
        f"Share of all places by popularity ({details.popularity}). The dashed line is what each "
        "tenth would have if all were shown alike.",
    )


def _trust(trust: Reliability) -> Drawing:
    pairs = zip(trust.expected, trust.observed, strict=True)
    told = _told((f"{chance:.1%} told:", f"{share:.1%} right") for chance, share in pairs)
    return Drawing(
        figures.reliability_curve(trust, f"Line chart, by tenths of the chances: {told}."),
        "Each point is a tenth of all places. On the dashed line a chance is what came of it.",
    )


def _ablation(report: Report) -> Iterable[Drawing]:
    chief = report.details.chief
    for kind in ("signals", "models"):
        rows = {one.without: one.differences[chief] for one in report.ablation if one.kind == kind}
        if not rows:
            continue
        most = min(rows, key=lambda name: rows[name].value)
        alt = (
            f"Difference of {chief} without each of the {kind}. The greatest loss is without "
            f"{most}: {rows[most].value:+z.4f}."
        )
        yield Drawing(
            figures.intervals(rows, alt, zero=True, label=f"difference of {chief}"),
            f"By {kind}: how {chief} changes without each. Left of the line it is missed.",
        )


def _estimates(rows: dict[str, Estimate]) -> str:
    return _told((name, f"{one.value:.3f}") for name, one in rows.items())


def _told(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name} {value}" for name, value in pairs)
