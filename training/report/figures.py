"""The figures of a report.

In: the parts of a `Report`. Out: SVG, one figure a function.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter, PercentFormatter

from recsys.evaluation.bootstrap import Estimate
from recsys.evaluation.reliability import Reliability
from training.report.contents import Curve, Reach, Split
from training.report.svg import GROUND, INK, MUTED, SERIES, STYLE, as_svg

_WIDTH = 4.9
_ROW = 0.3


def recall_curve(curve: Curve, alt: str) -> str:
    """Recall over the length of the list, with the interval of the first, the blend."""
    with rc_context(STYLE):
        figure, axes = _panel(3.3)
        for place, (name, recall) in enumerate(curve.recall.items()):
            color = SERIES[place % len(SERIES)]
            values, lows, highs = _columns(recall)
            if place == 0:
                axes.fill_between(curve.ks, lows, highs, color=color, alpha=0.2, linewidth=0)
            width = 2.2 if place == 0 else 1.6
            axes.plot(curve.ks, values, color=color, linewidth=width, label=name)
        axes.set_xscale("log")
        axes.set_xticks(curve.ks[::2] if len(curve.ks) > 8 else curve.ks)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda k, _: f"{k:.0f}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.tick_params(axis="x", which="minor", bottom=False)
        axes.set_xlim(curve.ks[0], curve.ks[-1])
        axes.set_ylim(bottom=0)
        axes.set_xlabel("length of the list")
        axes.set_ylabel("recall")
        axes.grid(axis="y")
        figure.legend(loc="outside upper left", ncols=1)
        return as_svg(figure, alt)


def intervals(rows: dict[str, Estimate], alt: str, *, zero: bool = False, label: str = "") -> str:
    """A point with its interval a row, the first row on top.

    `zero` draws the line of no difference instead of starting the axis there.
    """
    with rc_context(STYLE):
        figure, axes = _panel(0.75 + _ROW * len(rows))
        values, lows, highs = _columns(tuple(rows.values()))
        places = np.arange(len(rows))
        axes.hlines(places, lows, highs, color=SERIES[0], linewidth=2.2)
        axes.plot(
            values,
            places,
            "o",
            color=SERIES[0],
            markersize=7,
            markeredgecolor=GROUND,
            clip_on=False,
        )
        axes.set_yticks(places, list(rows), color=INK)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        if zero:
            axes.axvline(0, color=MUTED, linewidth=1)
        else:
            axes.set_xlim(left=0)
        axes.set_xlabel(label)
        axes.grid(axis="x")
        return as_svg(figure, alt)


def split_bars(split: Split, names: Sequence[str], alt: str) -> str:
    """The share found in each part, a bar for each of the named, with intervals."""
    with rc_context(STYLE):
        figure, axes = _panel(1.1 + _ROW * len(split.parts) * (0.6 + 0.4 * len(names)))
        thick = 0.8 / len(names)
        places = np.arange(len(split.parts))
        for place, name in enumerate(names):
            values, lows, highs = _columns(tuple(part.found[name] for part in split.parts))
            at = places + (place - (len(names) - 1) / 2) * thick
            axes.barh(at, values, 0.85 * thick, color=SERIES[place], label=name)
            axes.hlines(at, lows, highs, color=INK, linewidth=1)
        axes.set_yticks(places, [part.label for part in split.parts], color=INK)
        axes.set_ylim(len(split.parts) - 0.5, -0.5)
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.grid(axis="x")
        figure.legend(loc="outside upper left", ncols=1)
        return as_svg(figure, alt)


def reliability_curve(trust: Reliability, alt: str) -> str:
    """What came of the chances that were told, a point for each tenth of them."""
    with rc_context(STYLE):
        figure, axes = _panel(3.3)
        most = 1.05 * max(trust.expected.max(), trust.observed.max(), 1e-3)
        axes.plot([0, most], [0, most], color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
        axes.plot(trust.expected, trust.observed, "o-", color=SERIES[0], markeredgecolor=GROUND)
        axes.set_xlim(0, most)
        axes.set_ylim(0, most)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(PercentFormatter(1.0))
        axes.set_xlabel("chance that was told")
        axes.set_ylabel("share that was right")
        axes.grid()
        return as_svg(figure, alt)


def popularity_bars(reach: dict[str, Reach], alt: str) -> str:
    """The share of all places that each tenth of the candidates takes, least popular first."""
    with rc_context(STYLE):
        figure, axes = _panel(3.3)
        told = {name: one.shares for name, one in reach.items() if one.shares is not None}
        thick, tenths = 0.8 / len(told), np.arange(1, 11)
        for place, (name, shares) in enumerate(told.items()):
            at = tenths + (place - (len(told) - 1) / 2) * thick
            axes.bar(at, shares, 0.9 * thick, color=SERIES[place % len(SERIES)], label=name)
        axes.axhline(0.1, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
        axes.set_xticks(tenths)
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.set_xlabel("tenth of the candidates, from the least to the most popular")
        axes.grid(axis="y")
        figure.legend(loc="outside upper left", ncols=1)
        return as_svg(figure, alt)


def reach_bars(values: dict[str, float], alt: str, *, form: str, label: str) -> str:
    """One bar for each of the named, with its value beside it."""
    with rc_context(STYLE):
        figure, axes = _panel(0.75 + _ROW * len(values))
        places = np.arange(len(values))
        colors = [SERIES[place % len(SERIES)] for place in range(len(values))]
        bars = axes.barh(places, list(values.values()), 0.7, color=colors)
        axes.bar_label(bars, fmt=form.format, padding=3, color=INK)
        axes.set_yticks(places, list(values), color=INK)
        axes.set_ylim(len(values) - 0.4, -0.6)
        axes.set_xlim(0, max(values.values()) * 1.15 or 1)
        axes.set_xticks([])
        axes.set_xlabel(label)
        axes.spines["bottom"].set_visible(False)
        return as_svg(figure, alt)


def _panel(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(_WIDTH, height), layout="constrained")
    return figure, figure.add_subplot()


def _columns(estimates: tuple[Estimate, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, lower and upper bounds."""
    table = np.array([(one.value, one.low, one.high) for one in estimates])
    return table[:, 0], table[:, 1], table[:, 2]
